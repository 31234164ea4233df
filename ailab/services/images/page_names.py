"""What the pages of a stack are, by what ImageJ or OME wrote into its first page."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from math import prod

from ailab.services.images.plane import Plane

_IMAGEJ = "ImageJ="
_NUMBER = re.compile(r"^(channels|slices|frames|images)=([1-9]\d{0,8})\s*$", re.MULTILINE)
_PIXELS = re.compile(r"<(?:\w{1,40}:)?Pixels\b([^<>]*)>")
_CHANNEL = re.compile(r"<(?:\w{1,40}:)?Channel\b([^<>]*)>")
_ATTRIBUTE = re.compile(r'\b(\w+)\s*=\s*"([^"]*)"')
_PLACES = re.compile(r"^\s*(?:[czt]:\d{1,9}/\d{1,9}\s*)+(?:-\s*)?")
"""What stands before a label: `c:1/2 z:3/5 t:1/9 - GFP`."""

_WORDS = {"C": "channel", "Z": "slice", "T": "frame"}
_LONGEST_NAME = 40


def page_name(description: str, page: int, pages: int, names: Sequence[str] = ()) -> str:
    """Such as `channel 2 of 2 (GFP), slice 5 of 9`; empty where it is not told, or does not fit.

    Args:
        description: the `ImageDescription` of the first page.
        page: from 1.
        pages: how many there are.
        names: of the channels, as `channel_names` tells them.
    """
    parts = {}
    for dimension, (number, size) in _places(description, page, pages).items():
        if size > 1:
            is_named = dimension == "C" and len(names) == size
            name = f" ({names[number - 1]})" if is_named else ""
            parts[dimension] = f"{_WORDS[dimension]} {number} of {size}{name}"
    return ", ".join(parts[dimension] for dimension in "CZT" if dimension in parts)


def plane_of(description: str, page: int, pages: int, names: Sequence[str] = ()) -> Plane | None:
    """Which plane a page is; None where it is not told, does not fit, or is the only one.

    Args:
        description: the `ImageDescription` of the first page.
        page: from 1.
        pages: how many there are.
        names: of the channels, as `channel_names` tells them.
    """
    places = _places(description, page, pages) if pages > 1 else {}
    if not places:
        return None
    numbers = {_WORDS[letter]: number for letter, (number, _) in places.items()}
    channel, channels = places.get("C", (1, 1))
    name = names[channel - 1] if len(names) == channels else ""
    return Plane(**numbers, channel_name=name)


def _places(description: str, page: int, pages: int) -> dict[str, tuple[int, int]]:
    """Of each dimension which one the page is, from 1, and of how many; empty if not told."""
    place, places = page - 1, {}
    for dimension, size in _sizes(description, pages):
        place, index = divmod(place, size)
        places[dimension] = index + 1, size
    return places


def channels_of(description: str, pages: int, names: Sequence[str] = ()) -> tuple[str, ...]:
    """What the channels are called, in order; numbers from 1 where they have no names of their own.

    None at all where it is not told which pages they are, or where there is but one page.
    """
    size = dict(_sizes(description, pages)).get("C", 0) if pages > 1 else 0
    is_named = len(names) == size == len({name.casefold() for name in names})
    return tuple(names if is_named else map(str, range(1, size + 1)))


def pages_of_channel(description: str, pages: int, number: int) -> tuple[int, ...]:
    """Which pages, from 1, are of a channel, from 1, that `channels_of` has."""
    step = 1
    for dimension, size in _sizes(description, pages):
        if dimension == "C":
            each = range(1, pages + 1)
            return tuple(page for page in each if (page - 1) // step % size == number - 1)
        step *= size
    return ()


def pictures_told(description: str) -> int:
    """How many pictures ImageJ says that a file holds; 0 where it says nothing.

    Of more than 4 GB it writes one directory alone, and the planes one behind the other.
    """
    told = dict(_NUMBER.findall(description)) if description.startswith(_IMAGEJ) else {}
    return int(told.get("images", 0))


def _sizes(description: str, pages: int) -> tuple[tuple[str, int], ...]:
    """Dimensions and their sizes, the fastest first; none where they make another number of pages.

    ImageJ's order: https://imagej.net/ij/developer/source/ij/io/TiffEncoder.java.html, channels
    first, then slices, then frames. OME's: the `DimensionOrder` of its `Pixels`
    (https://docs.openmicroscopy.org/ome-model/), where a file holds all planes of one image.
    """
    sizes = _imagej(description) or _ome(description)
    return sizes if sizes and prod(size for _, size in sizes) == pages else ()


def _imagej(description: str) -> tuple[tuple[str, int], ...]:
    """Dimensions and their sizes, the fastest first."""
    if not description.startswith(_IMAGEJ):
        return ()
    told = dict(_NUMBER.findall(description))
    named = (("C", "channels"), ("Z", "slices"), ("T", "frames"))
    return tuple((letter, int(told.get(name, 1))) for letter, name in named)


def _ome(description: str) -> tuple[tuple[str, int], ...]:
    found = pixels_of_ome(description)
    if len(found) != 1:  # of several images it is not told here which pages are whose
        return ()
    (told,) = found
    order = told.get("DimensionOrder", "")
    sizes = [told.get(f"Size{letter}", "") for letter in order[2:]]
    is_known = order[:2] == "XY" and sorted(order[2:]) == sorted(_WORDS)
    if not is_known or not all(re.fullmatch(r"[1-9]\d{0,8}", size) for size in sizes):
        return ()
    return tuple(zip(order[2:], map(int, sizes), strict=True))


def pixels_of_ome(description: str) -> list[dict[str, str]]:
    """What OME tells of the pixels of each image in a file, by the names of its attributes."""
    return [dict(_ATTRIBUTE.findall(each)) for each in _PIXELS.findall(description)]


def channel_names(description: str, labels: Sequence[str] = ()) -> list[str]:
    """By OME, or by ImageJ's labels of the pages, in order; none where any has none.

    Args:
        description: the `ImageDescription` of the first page.
        labels: ImageJ's of all pages; a channel has the name that all of its pages are labelled
            with, behind what ImageJ and Bio-Formats say there of the place in the stack.
    """
    if labels:
        return _labelled(description, labels)
    told = [dict(_ATTRIBUTE.findall(each)) for each in _CHANNEL.findall(description)]
    names = [html.unescape(each.get("Name", "")).strip()[:_LONGEST_NAME] for each in told]
    return names if all(names) else []


def _labelled(description: str, labels: Sequence[str]) -> list[str]:
    count = dict(_sizes(description, len(labels))).get("C", 0)
    names = []
    for channel in range(count):
        mine = {_own_words(each) for each in labels[channel::count]}
        names.append(mine.pop() if len(mine) == 1 else "")
    is_each = len({name.casefold() for name in names}) == count > 1
    return names if all(names) and is_each else []


def _own_words(label: str) -> str:
    """The first line of a label, below which programs put more, without the place in the stack."""
    words = _PLACES.sub("", label.partition("\n")[0], 1)
    is_text = "\ufffd" not in words
    return " ".join(words.split())[:_LONGEST_NAME] if is_text else ""
