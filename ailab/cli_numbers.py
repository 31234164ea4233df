"""Numbers on the command line."""

from __future__ import annotations

import argparse

from ailab.services.inference.pieces_from import MOST_PIECES_FROM


def positive(text: str) -> int:
    """A whole number above 0."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("a whole number above 0 is needed")
    return int(text)


def share(text: str) -> float:
    """A number from 0 to 1."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError("a number from 0 to 1 is needed, such as 0.5")
    return number


def pixels(text: str) -> int:
    """A whole number of pixels from 0."""
    if not text.isdecimal() or int(text) > MOST_PIECES_FROM:
        raise argparse.ArgumentTypeError(f"a whole number from 0 to {MOST_PIECES_FROM} is needed")
    return int(text)
