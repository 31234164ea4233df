"""How each kind of prediction lies in its picture's files: a file each, there and back."""
