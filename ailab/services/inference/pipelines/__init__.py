"""A task's way from a picture to a prediction; one file each."""
