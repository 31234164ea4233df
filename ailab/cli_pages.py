"""Which pages of stacks, and which values of deep pictures, on the command line."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ailab.cli_numbers import positive
from ailab.services.images.page_choice import EVERY_PAGE, PageChoice
from ailab.services.images.value_range import ValueRange, parse_range

if TYPE_CHECKING:
    from ailab.viewmodels.pages import PagesViewModel

_ALL = "all"


def add_pages(run: argparse.ArgumentParser) -> None:
    """Add the options for stacks and for pictures of more than 8 bits."""
    group = run.add_argument_group("stacks, and pictures of more than 8 bits")
    group.add_argument(
        "--page",
        type=_page,
        metavar="N",
        help="run this page of each picture (of TIFFs; a frame of animated pictures), or with "
        f"“{_ALL}” every page as a picture of its own (default: the first)",
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


def choose_pages(pages: PagesViewModel, options: argparse.Namespace) -> None:
    """Choose what was named, of the input that is looked for now."""
    if options.page is not None:
        pages.choose(options.page)
    if options.range is not None:
        pages.choose_range(options.range)


def _page(text: str) -> PageChoice:
    if text.strip().lower() == _ALL:
        return EVERY_PAGE
    try:
        return PageChoice(positive(text))
    except argparse.ArgumentTypeError as error:
        raise argparse.ArgumentTypeError(f"{error}, or “{_ALL}” for every page") from error


def _range(text: str) -> ValueRange:
    try:
        return parse_range(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{error}; name for example 200:4000") from error
