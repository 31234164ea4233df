"""ailab's own documentation, as it is installed with it."""
