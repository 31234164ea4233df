"""What a network may take of a picture's colours, as sheets call it."""

from __future__ import annotations

RGB, BGR = "RGB", "BGR"
"""Three channels, in that order."""

GREY = "grey"
"""One channel, the brightness of ITU-R 601 (0.299 R + 0.587 G + 0.114 B) in whole numbers from 0 to
255, as Pillow's `convert("L")` reckons it, before the picture is resized. A grey picture stays as
it is."""

LUMA = "Y"
"""One channel too, of which the network makes a picture: the Y of JPEG's Y'CbCr, whose two planes
of colour are interpolated and put back."""

COLOR_ORDERS = (RGB, BGR, GREY, LUMA)


def channels_of(color_order: str) -> int:
    """How many channels that is."""
    return 1 if color_order in {GREY, LUMA} else 3
