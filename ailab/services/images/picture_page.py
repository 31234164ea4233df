"""Which page of a picture was opened, of how many."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from PIL import Image

from ailab.services.images.page_names import page_name, pictures_told
from ailab.services.images.picture_error import PictureError
from ailab.services.images.tiff_pages import TiffPages, read_tiff_pages

_TIFF, _PREVIEWS = "TIFF", "MPO"
"""The second format's other pictures are smaller copies of the first."""


@dataclass(frozen=True, slots=True)
class PicturePage:
    """A page of an opened picture.

    Attributes:
        number: from 1.
        count: how many the file has.
        name: what it is, such as `channel 2 of 2, slice 5 of 9`; empty where that is not told.
        is_frame: of an animated picture, that is.
        is_cut: more pages were there once, or are damaged.
        untold: pictures that ImageJ put behind the one page which the file tells of.
    """

    number: int = 1
    count: int = 1
    name: str = ""
    is_frame: bool = False
    is_cut: bool = False
    untold: int = 0

    def notes(self) -> Iterator[str]:
        """What a person should know of it; nothing where it is the only one."""
        if self.count > 1 and self.is_frame:
            yield f"Animated picture: frame {self.number} of {self.count} is used."
        elif self.count > 1:
            name = f": {self.name}" if self.name else ""
            yield f"Page {self.number} of {self.count} is used{name}."
        if self.is_cut:
            yield "The file is damaged or incomplete: it has no whole page behind these."
        if self.untold:
            yield (
                f"ImageJ tells of {self.untold:,} pictures in this file, of which the first alone "
                "can be read: save them in Fiji as OME-TIFF, or in files of less than 4 GB."
            )


def file_of_page(file: BinaryIO, name: str, page: int) -> tuple[BinaryIO, PicturePage | None]:
    """A TIFF's file with a page as its first, and which that is; another file as it is, and None.

    Args:
        file: stays open for as long as the picture is used.
        name: what it is called.
        page: from 1.

    Raises:
        PictureError: there is no such page.
    """
    pages = read_tiff_pages(file)
    if pages is None or not pages.offsets:
        return file, None
    told = _of_tiff(pages, page)
    if page > told.count:
        raise _no_such_page(name, told, page)
    return pages.file_of(file, page), told


def go_to_page(image: Image.Image, name: str, page: int) -> PicturePage:
    """Go to a page of an opened picture that is no TIFF; Pillow raises what it does of any.

    Raises:
        PictureError: there is no such page.
    """
    told = replace(_first_page(image), number=page)
    if page > told.count:
        raise _no_such_page(name, told, page)
    image.seek(page - 1)
    return told


def first_page(image: Image.Image) -> PicturePage:
    """What the first page is of a picture that was opened, and not loaded yet."""
    file = getattr(image, "fp", None)
    pages = read_tiff_pages(file) if image.format == _TIFF and file is not None else None
    return _first_page(image) if pages is None or not pages.offsets else _of_tiff(pages, 1)


def _first_page(image: Image.Image) -> PicturePage:
    if image.format == _PREVIEWS:
        return PicturePage()
    count = getattr(image, "n_frames", 1)
    return PicturePage(count=count, is_frame=count > 1 and image.format != _TIFF)


def _of_tiff(pages: TiffPages, page: int) -> PicturePage:
    count = len(pages.offsets)
    told = pictures_told(pages.description) if count == 1 else 0
    return PicturePage(
        page,
        count,
        page_name(pages.description, page, count),
        is_cut=pages.is_cut,
        untold=told if told > 1 else 0,
    )


def _no_such_page(name: str, told: PicturePage, page: int) -> PictureError:
    kind = "frame" if told.is_frame else "page"
    has = f"{told.count:,} {kind}s" if told.count > 1 else f"one {kind} alone"
    rest = ", and is damaged or incomplete behind them" if told.is_cut else ""
    return PictureError(
        f"{name} has {has}{rest}: there is no {kind} {page:,}.",
        f"Choose a {kind} from 1 to {told.count:,}." if told.count > 1 else "Choose its first.",
    )
