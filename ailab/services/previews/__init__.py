"""Pictures that show what a model is about."""
