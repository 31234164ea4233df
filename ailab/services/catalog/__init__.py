"""Models seen before, to be searched without a network."""
