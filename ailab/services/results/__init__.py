"""Results as files that other programs read, and back."""
