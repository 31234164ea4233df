"""AI Image Lab: find a vision model, run it on your own pictures, look at the result, keep it."""

__version__ = "0.1.0"
