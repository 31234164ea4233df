"""In how many pieces a TIFF's picture lies, looked at before Pillow makes an object of each."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import BinaryIO

from ailab.services.images.tiff_pages import first_tag_counts

_OFFSETS = frozenset({273, 324})
"""Tags that tell where each strip or tile lies (TIFF 6.0)."""

_MOST_PIECES = 2**20
"""More than 200 megapixels have in rows of 200 or in tiles of 16 by 16; of twenty times as many
Pillow makes gigabytes, and takes minutes."""


def check_strips(picture: BinaryIO | Path) -> None:
    """Look into the first directory of a file; one that is open is left at its beginning.

    Raises:
        ValueError: it is a TIFF whose picture lies in more pieces than any has.
        OSError: it cannot be read.
    """
    with picture.open("rb") if isinstance(picture, Path) else nullcontext(picture) as file:
        counts = first_tag_counts(file)
        file.seek(0)
    pieces = max((counts.get(number, 0) for number in _OFFSETS), default=0)
    if pieces > _MOST_PIECES:
        raise ValueError(f"the picture lies in {pieces:,} strips or tiles")
