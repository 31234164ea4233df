"""Pictures on the disk, off the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

from ailab.services.images.found_pictures import FoundPictures
from ailab.services.images.picture import Picture
from ailab.services.images.picture_error import PictureError, StrangeShareError
from ailab.services.images.picture_files import find_pictures
from ailab.services.images.picture_reference import parse_picture
from ailab.services.local_path import local_path
from ailab.services.named_shares import NamedShares

_DECODES_AT_ONCE = 2  # each may need a gigabyte


class PictureService:
    """Finds, decodes and keeps pictures in threads; light to import.

    A pasted picture stays in the system's folder for temporary files when the lab ends: the
    results of a run name it.

    Args:
        shares: the other computers whose pictures may be opened; those found are on one.
    """

    def __init__(self, shares: NamedShares | None = None) -> None:
        self._shares = shares or NamedShares()
        self._decodes = asyncio.Semaphore(_DECODES_AT_ONCE)

    async def find(self, path: str, *, with_sub_folders: bool = False) -> FoundPictures:
        """The pictures that a path means; see `Pictures.find`.

        Raises:
            OnlySubFoldersError: no picture in the folder itself; it has others within.
            NoPictureError: it is a file, but no picture that can be read.
            PictureError: nothing there, not readable, or no picture in the folder.
        """
        self._shares.name(path)
        stop = threading.Event()
        try:
            return await asyncio.to_thread(_find, path, with_sub_folders, stop.is_set)
        finally:
            stop.set()  # a whole disk is not looked through for nobody

    async def count_pages(self, path: str) -> int:
        """How many pages or frames a file has; 1 where it is no picture to be read.

        Raises:
            StrangeShareError: it lies on another computer that nobody named.
        """
        self._check(path)
        return await asyncio.to_thread(_count_pages, path)

    async def pages_of_channel(self, path: str, channel: str) -> tuple[int, ...]:
        """Which of a file's pages, from 1, are of a channel, given by its name or number.

        The first of a file that cannot be read: that is told of when it is to be run.

        Raises:
            PictureError: it has no such channel, or does not tell of channels; it lies on another
                computer that nobody named.
        """
        self._check(path)
        return await asyncio.to_thread(_pages_of_channel, path, channel)

    async def read(self, picture: str, longest_side: int | None = None) -> Picture:
        """Decode what a `PictureReference` names for showing; see `Pictures.read`.

        Raises:
            PictureError: not a picture, damaged, without that page, or too large; it lies on
                another computer that nobody named.
        """
        self._check(parse_picture(picture).path)
        async with self._decodes:
            return await asyncio.to_thread(_read, picture, longest_side)

    async def keep_pasted(self, width: int, height: int, pixels: bytes) -> str:
        """Write a pasted picture (pixels as in `Picture`) to a PNG file and return its path.

        Raises:
            PictureError: the disk is full or may not be written.
        """
        path = await asyncio.to_thread(_keep, width, height, pixels)
        self._shares.name(path)
        return path

    def _check(self, path: str) -> None:
        if host := self._shares.strange(path):
            raise StrangeShareError(path, host)


# Pillow and NumPy are imported in the threads, on first use: the window starts without them.


def _find(path: str, with_sub_folders: bool, is_stopped: Callable[[], bool]) -> FoundPictures:
    from ailab.services.images.image_reader import check_picture  # noqa: PLC0415

    found = find_pictures(path, with_sub_folders=with_sub_folders, is_stopped=is_stopped)
    if not local_path(path).is_dir():  # of a folder, files were chosen by their names
        check_picture(Path(found.pictures[0]))
    return found


def _count_pages(path: str) -> int:
    from ailab.services.images.image_reader import page_count  # noqa: PLC0415

    return page_count(Path(path))


def _pages_of_channel(path: str, channel: str) -> tuple[int, ...]:
    from ailab.services.images.channel_pages import channel_pages  # noqa: PLC0415
    from ailab.services.images.image_reader import page_of_file  # noqa: PLC0415

    file = Path(path)
    try:
        page = page_of_file(file)
    except PictureError:
        return (1,)
    return channel_pages(file.name, page, channel)


def _read(picture: str, longest_side: int | None) -> Picture:
    from ailab.services.images.image_reader import picture_for_display  # noqa: PLC0415

    return picture_for_display(picture, longest_side)


def _keep(width: int, height: int, pixels: bytes) -> str:
    from ailab.services.images.pasted_picture import write_pasted  # noqa: PLC0415

    return str(write_pasted(width, height, pixels))
