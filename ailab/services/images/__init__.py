"""Reading pictures as people have them."""
