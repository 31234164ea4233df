"""Whether a model runs here, and if not, why."""
