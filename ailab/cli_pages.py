"""Pages of stacks, values of deep pictures and sizes of pixels on the command line."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ailab.cli_numbers import positive
from ailab.services.images.page_choice import EVERY_PAGE, MOST_PAGES, PageChoice
from ailab.services.images.pixel_size import PixelSize, parse_pixel_size
from ailab.services.images.value_range import ValueRange, parse_range

if TYPE_CHECKING:
    from ailab.viewmodels.pages import PagesViewModel

_ALL = "all"


def add_pages(run: argparse.ArgumentParser) -> None:
    """Add the options for stacks, for pictures of more than 8 bits, and for their scale."""
    group = run.add_argument_group("stacks, pictures of more than 8 bits, and scales")
    which = group.add_mutually_exclusive_group()
    which.add_argument(
        "--page",
        type=_page,
        metavar="N",
        help="run this page of each picture (of TIFFs; a frame of animated pictures); or with "
        f"“1-3,7” these pages, and with “{_ALL}” every page, as pictures of their own (default: "
        "the first)",
    )
    which.add_argument(
        "--channel",
        type=_channel,
        metavar="CHANNEL",
        help="run every page of this channel, by its number or by its name (OME's, or ImageJ's "
        "labels), as a picture of its own, where ImageJ or OME wrote down what the pages are",
    )
    group.add_argument(
        "--range",
        type=_range,
        metavar="LOW:HIGH",
        help="values that become black and white: two numbers for all pictures alike, so that "
        "their grey levels can be compared; “whole”: from the least to the greatest of each "
        "picture (the default); or “trimmed”: the same without 0.35 %% of its pixels, the darkest "
        "and the brightest",
    )
    group.add_argument(
        "--pixel-size",
        type=_pixel_size,
        metavar="SIZE",
        help="how large a pixel is in what is shown, so that areas and boxes are told in µm, too: "
        "0.325 (µm), 0.325um, 90nm, 1.2mm, or width and height as 0.325x0.65; of all pictures, "
        "whatever their files tell (default: what ImageJ, OME or a fine TIFF resolution tells)",
    )


def choose_pages(pages: PagesViewModel, options: argparse.Namespace) -> None:
    """Choose what was named, of the input that is looked for now."""
    if options.page is not None:
        pages.choose(options.page)
    if options.channel is not None:
        pages.choose_channel(options.channel)
    if options.range is not None:
        pages.choose_range(options.range)
    if options.pixel_size is not None:
        pages.choose_pixel_size(options.pixel_size)


def _page(text: str) -> PageChoice:
    if text.strip().lower() == _ALL:
        return EVERY_PAGE
    pages: set[int] = set()
    try:
        for part in text.split(","):
            first, dash, last = part.strip().partition("-")
            ends = positive(first), positive(last if dash else first)
            if ends[0] > ends[1]:
                raise argparse.ArgumentTypeError(f"page {ends[0]} is behind page {ends[1]}")
            if ends[1] > MOST_PAGES:
                raise argparse.ArgumentTypeError(f"there are {MOST_PAGES:,} pages at most")
            pages.update(range(ends[0], ends[1] + 1))
    except argparse.ArgumentTypeError as error:
        raise argparse.ArgumentTypeError(
            f"{error}; name for example 3, 1-3,7, or “{_ALL}” for every page"
        ) from error
    return PageChoice(pages.pop()) if len(pages) == 1 else PageChoice(pages=tuple(sorted(pages)))


def _channel(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("the number or name of a channel is needed")
    return text.strip()


def _range(text: str) -> ValueRange:
    try:
        return parse_range(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{error}; name for example 200:4000") from error


def _pixel_size(text: str) -> PixelSize:
    try:
        return parse_pixel_size(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{error}; name for example 0.325um") from error
