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
        has_sub_folders: there are folders in the folder that could be looked into, too.
        closed_folders: paths of such folders that could not be read.
    """

    pictures: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    has_sub_folders: bool = False
    closed_folders: tuple[str, ...] = ()
