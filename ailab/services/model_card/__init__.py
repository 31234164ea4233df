"""A model's card (README) as text that is safe to be shown."""
