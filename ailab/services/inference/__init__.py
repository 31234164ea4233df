"""Running a model on a picture, in a process of its own."""
