"""How large small pictures are, in the filmstrip and among those that are alike."""

THUMBNAIL_SIDE = 96
"""Pixels of a thumbnail's longest side."""
