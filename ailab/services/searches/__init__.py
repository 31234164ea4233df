"""What a person keeps of searching: the last filters, saved searches, favourites, recent models."""
