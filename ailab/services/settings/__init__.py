"""What a person has set for the whole lab."""
