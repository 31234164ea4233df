"""What the view models ask of pictures on the disk."""

from __future__ import annotations

from typing import Protocol

from ailab.services.images.found_pictures import FoundPictures
from ailab.services.images.picture import Picture


class Pictures(Protocol):
    """Pictures as the view models see them; nothing here runs on the caller's thread."""

    async def find(self, path: str, *, with_sub_folders: bool = False) -> FoundPictures:
        """The pictures that a path means: the file itself, or a folder's, in natural order.

        With sub-folders those of all folders below it follow its own.

        Raises:
            OnlySubFoldersError: no picture in the folder itself; it has others within.
            NoPictureError: it is a file, but no picture that can be read.
            PictureError: nothing there, not readable, or no picture in the folder.
        """
        ...

    async def count_pages(self, path: str) -> int:
        """How many pages or frames a file has; 1 where it is no picture to be read."""
        ...

    async def pages_of_channel(self, path: str, channel: str) -> tuple[int, ...]:
        """Which of a file's pages, from 1, are of a channel, given by its name or number.

        The first of a file that cannot be read: that is told of when it is to be run.

        Raises:
            PictureError: it has no such channel, or does not tell of channels.
        """
        ...

    async def read(self, picture: str, longest_side: int | None = None) -> Picture:
        """Decode what a `PictureReference` names for showing.

        Scaled down to `longest_side` pixels where longer.

        Raises:
            PictureError: not a picture, damaged, without that page, or too large.
        """
        ...

    async def keep_pasted(self, width: int, height: int, pixels: bytes) -> str:
        """Write a pasted picture (pixels as in `Picture`) to a file and return its path."""
        ...
