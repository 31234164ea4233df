"""Which page of a picture was opened, of how many."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from PIL import Image

from ailab.services.images.gif_frames import gif_frames
from ailab.services.images.heic_file import HEIF
from ailab.services.images.imagej_planes import go_to_plane, plane_count
from ailab.services.images.page_choice import MOST_PAGES
from ailab.services.images.page_names import channels_of, page_name, pictures_told, plane_of
from ailab.services.images.picture_error import PictureError
from ailab.services.images.plane import Plane
from ailab.services.images.tiff_pages import TiffPages, read_tiff_pages

_TIFF, _ONE = "TIFF", frozenset({"MPO", HEIF})
"""Formats of which one picture is used: the others of an MPO are smaller copies of the first, and
those of a HEIF file no pages of one another."""


@dataclass(frozen=True, slots=True)
class PicturePage:
    """A page of an opened picture.

    Attributes:
        number: from 1.
        count: how many the file has.
        description: what the file says of all its pages.
        is_frame: of an animated picture, that is.
        is_behind: the pages are planes behind the one that the file tells of.
        is_cut: more pages were there once, or are damaged.
        names: of the channels; none where they have none.
        lost: pictures that ImageJ tells of beside the one page that can be read; 0 for none.
    """

    number: int = 1
    count: int = 1
    description: str = field(default="", repr=False)
    is_frame: bool = False
    is_behind: bool = False
    is_cut: bool = False
    names: tuple[str, ...] = ()
    lost: int = 0

    @property
    def plane(self) -> Plane | None:
        """Its channel, slice and frame, where ImageJ or OME tells them."""
        return (
            None
            if self.is_frame
            else plane_of(self.description, self.number, self.count, self.names)
        )

    @property
    def channels(self) -> tuple[str, ...]:
        """What the channels of the file are called, or their numbers; see `channels_of`."""
        return () if self.is_frame else channels_of(self.description, self.count, self.names)

    def at(self, number: int) -> PicturePage:
        """Another page of the same."""
        return replace(self, number=number)

    def notes(self) -> Iterator[str]:
        """What a person should know of it; nothing where it is the only one."""
        if self.count > 1 and self.is_frame:
            yield f"Animated picture: frame {self.number} of {self.count} is used."
        elif self.count > 1:
            name = page_name(self.description, self.number, self.count, self.names)
            yield f"Page {self.number} of {self.count} is used{': ' if name else ''}{name}."
        if self.is_cut:
            yield "The file is damaged or incomplete: it has no whole page behind these."
        if self.lost:
            yield (
                f"ImageJ tells of {self.lost:,} pictures in this file, of which the first alone is "
                "found: save them anew in Fiji, as TIFF or OME-TIFF."
            )


def file_of_page(file: BinaryIO, name: str, page: int) -> tuple[BinaryIO, PicturePage | None]:
    """The file of several pages with one as its first, and which; another as it is, and None.

    Args:
        file: stays open for as long as the picture is used.
        name: what it is called.
        page: from 1.

    Raises:
        PictureError: there is no such page.
    """
    pages = read_tiff_pages(file)
    if pages is None or len(pages.offsets) < 2:
        return file, None
    told = _of_tiff(pages, page)
    if page > told.count:
        raise _no_such_page(name, told, page)
    return pages.file_of(file, page), told


def go_to_page(image: Image.Image, name: str, page: int) -> PicturePage:
    """Go to a page of an opened picture, where `file_of_page` has not; Pillow raises anything.

    Raises:
        PictureError: there is no such page.
    """
    told = first_page(image)
    if page > told.count:
        raise _no_such_page(name, told, page)
    if told.is_behind:
        go_to_plane(image, page)
    else:
        image.seek(page - 1)
    return told.at(page)


def first_page(image: Image.Image) -> PicturePage:
    """What the first page is of a picture that was opened, and not loaded yet."""
    file = getattr(image, "fp", None)
    pages = read_tiff_pages(file) if image.format == _TIFF and file is not None else None
    if pages is not None and pages.offsets:
        planes = pictures_told(pages.description) if len(pages.offsets) == 1 else 1
        if planes > 1 and (found := plane_count(image, planes)) > 1:
            is_cut = found < planes
            told = PicturePage(1, found, pages.description, is_behind=True, is_cut=is_cut)
            return replace(told, names=pages.channels)
        return replace(_of_tiff(pages, 1), lost=planes if planes > 1 else 0)
    if image.format in _ONE:
        return PicturePage()
    count = _frames(image)
    return PicturePage(count=count, is_frame=count > 1 and image.format != _TIFF)


def _frames(image: Image.Image) -> int:
    file = getattr(image, "fp", None)
    if image.format == "GIF" and file is not None:
        return gif_frames(file, MOST_PAGES + 1)
    return getattr(image, "n_frames", 1)


def _of_tiff(pages: TiffPages, page: int) -> PicturePage:
    told = PicturePage(page, len(pages.offsets), pages.description, is_cut=pages.is_cut)
    return replace(told, names=pages.channels)


def _no_such_page(name: str, told: PicturePage, page: int) -> PictureError:
    kind = "frame" if told.is_frame else "page"
    has = f"{told.count:,} {kind}s" if told.count > 1 else f"one {kind} alone"
    rest = ", and is damaged or incomplete behind them" if told.is_cut else ""
    return PictureError(
        f"{name} has {has}{rest}: there is no {kind} {page:,}.",
        f"Choose a {kind} from 1 to {told.count:,}." if told.count > 1 else "Choose its first.",
    )
