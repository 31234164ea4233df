"""From how many pixels a connected piece of a region is counted."""

from __future__ import annotations

PIECES_FROM = 20
"""What is counted where a person has not said: less is mostly specks at the border of a region."""

MOST_PIECES_FROM = 1_000_000
"""A square of a thousand pixels."""
