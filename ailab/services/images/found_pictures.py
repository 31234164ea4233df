"""What a path on the disk means."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FoundPictures:
    """The pictures of a file or folder.

    Attributes:
        pictures: their absolute paths, in natural order.
        left_out: paths of a folder's pictures that are of formats which ailab does not take from
            there, such as CZI, in natural order.
    """

    pictures: tuple[str, ...]
    left_out: tuple[str, ...] = ()
