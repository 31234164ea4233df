"""The numbers of a region's pieces in JSON, and back."""

from __future__ import annotations

from ailab.services.inference.json_fields import Fields
from ailab.services.results.region_pieces import RegionPieces

PIECES, AT_BORDER, LEFT_OUT = "pieces", "pieces_at_border", "pieces_left_out"
MOST_COUNTED = 2**31


def piece_counts_to_json(pieces: RegionPieces) -> dict[str, int]:
    """The numbers of a segment's pieces."""
    return {PIECES: pieces.number, AT_BORDER: pieces.at_border, LEFT_OUT: pieces.left_out}


def piece_counts_from_json(segment: Fields) -> RegionPieces | None:
    """The same read back, but for the pixels; None of background, and where none are counted.

    Results of earlier versions tell the number alone: the others are 0 there.

    Raises:
        BadFieldError: something is not what it should be.
    """
    number = segment.integer_or_none(PIECES, 0, MOST_COUNTED)
    if number is None:
        return None
    further = (
        segment.integer_or_none(name, 0, MOST_COUNTED) or 0 for name in (AT_BORDER, LEFT_OUT)
    )
    at_border, left_out = further
    return RegionPieces(number, at_border=at_border, left_out=left_out)
