"""Passive PyQt6 views: they render a view model's state and call its methods."""
