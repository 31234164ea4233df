"""Bounds that several forms of results share, since what is read back is trusted in nothing."""

LONGEST_SIDE = 2**20
"""Pixels of a picture's or a map's side."""

MOST_CLASS_ID = 2**31 - 1

MOST_TILES = 1_000_000
"""Pieces that a picture goes in by."""
