"""Places in a picture that networks write down: what each family's marks mean."""
