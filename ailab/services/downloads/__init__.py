"""Verified downloads into the standard Hugging Face cache."""
