"""Pictures as the view models ask for them, without a disk."""

from __future__ import annotations

from dataclasses import replace

from ailab.services.images.channel_pages import channel_number
from ailab.services.images.found_pictures import FoundPictures
from ailab.services.images.picture import Picture
from ailab.services.images.picture_error import (
    MissingPictureError,
    NoPictureError,
    OnlySubFoldersError,
    PictureError,
)
from ailab.services.images.picture_reference import parse_picture
from ailab.services.images.pixel_size import PixelSize
from fakes import Gate


class FakePictures:
    """Knows the pictures it is told of; everything else is missing."""

    def __init__(self, folders: dict[str, tuple[str, ...]] | None = None) -> None:
        self.folders, self.left_out = folders or {}, dict[str, tuple[str, ...]]()
        self.nested, self.closed = dict[str, tuple[str, ...]](), dict[str, tuple[str, ...]]()
        self.refusals = dict[str, PictureError]()  # of what is chosen
        self.broken, self.missing, self.no_pictures = set[str](), set[str](), set[str]()
        self.gate, self.read_paths = Gate(), list[tuple[str, int | None]]()
        self.pages, self.deep = dict[str, int](), set[str]()
        self.sizes = dict[str, PixelSize]()  # of their pixels, by the files
        self.channels = dict[str, tuple[str, ...]]()  # the fastest dimension of the file's pages

    async def find(self, path: str, *, with_sub_folders: bool = False) -> FoundPictures:
        await self.gate.passage()
        if path in self.refusals:
            raise self.refusals[path]
        if path in self.folders or path in self.nested:
            own, inner = self.folders.get(path, ()), self.nested.get(path, ())
            if not own and not with_sub_folders:
                raise OnlySubFoldersError(f"No picture in {path} itself.", "Search within.")
            pictures = (*own, *inner) if with_sub_folders else own
            closed = self.closed.get(path, ()) if with_sub_folders else ()
            return FoundPictures(pictures, self.left_out.get(path, ()), bool(inner), closed)
        if path in self.no_pictures:
            raise NoPictureError(f"{path} is not a picture.", "Choose another.")
        if path.endswith((".png", ".jpg", ".tif")):
            return FoundPictures((path,))
        raise PictureError(f"There is nothing at {path}.", "Choose another file or folder.")

    async def count_pages(self, path: str) -> int:
        await self.gate.passage()
        return self.pages.get(path, 1)

    async def pages_of_channel(self, path: str, channel: str) -> tuple[int, ...]:
        await self.gate.passage()
        channels = self.channels.get(path, ())
        number = channel_number(channel, channels)
        if number is None:
            raise PictureError(f"{path} has no channel “{channel}”.", "Choose another.")
        return tuple(range(number, self.pages[path] + 1, len(channels)))

    async def read(self, path: str, longest_side: int | None = None) -> Picture:
        self.read_paths.append((path, longest_side))
        await self.gate.passage()
        if path in self.broken | self.missing:
            kind = PictureError if path in self.broken else MissingPictureError
            raise kind(f"{path} is damaged.", "Open it in another program to check it.")
        width, height = (8, 6) if longest_side and longest_side < 200 else (320, 240)
        pixels = bytes((70, 60, 50, 255)) * (width * height)
        reference = parse_picture(path)
        page, pages = reference.page or 1, self.pages.get(reference.path, 1)
        notes = (f"Page {page} of {pages} is used.",) if pages > 1 else ()
        is_deep = reference.path in self.deep
        shown = Picture(width, height, pixels, 320, 240, notes, page, pages, is_deep=is_deep)
        return replace(
            shown,
            channels=self.channels.get(reference.path, ()),
            is_tiff=reference.path.endswith(".tif"),
            pixel_size=reference.pixel_size or self.sizes.get(reference.path),
            told_pixel_size=self.sizes.get(reference.path),
        )

    async def keep_pasted(self, width: int, height: int, pixels: bytes) -> str:
        assert len(pixels) == 4 * width * height
        return "pasted.png"
