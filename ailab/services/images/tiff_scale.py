"""The size of a picture's pixels, as far as its TIFF file tells it.

Sources: ImageJ's `ij.io.TiffEncoder` and `TiffDecoder`, whose resolution is in pixels per `unit`
(https://imagej.net/ij/developer/source/); OME's `Pixels`
(https://docs.openmicroscopy.org/ome-model/); `XResolution`, `YResolution` and `ResolutionUnit` of
TIFF 6.0.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from numbers import Real
from types import MappingProxyType
from typing import Any

from PIL import Image, TiffImagePlugin

from ailab.services.images.page_names import pixels_of_ome
from ailab.services.images.pixel_size import PixelSize, micrometres, size_of
from ailab.services.images.tiff_tags import is_on_its_side

_IMAGEJ = "ImageJ="
_UNIT = re.compile(r"^(y?unit)=([^\n]{0,40})$", re.MULTILINE)
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_NUMBER = re.compile(r"[0-9.]{1,40}(?:[eE][-+]?[0-9]{1,4})?")
_WIDTH, _HEIGHT = 256, 257
_PHYSICAL = "PhysicalSizeX"
_UNREAD = "\ufffd"
"""A byte that is no UTF-8: in the sets of letters of old files the micro sign has the same one."""

_INCH, _CENTIMETRE = 2, 3
_PAPER: Mapping[int, float] = MappingProxyType({_INCH: 25.4e3, _CENTIMETRE: 1e4})
"""Micrometres of the units in which paper and screens are measured, by `ResolutionUnit`."""

_FINEST = 5.0
"""Micrometres: what has smaller pixels, 5,080 dpi, is no paper, screen or camera's default."""

_ROUND_DPI = (12, 50)
_NEAR = 0.02
_DIGITS = 6
"""Of a size reckoned from a resolution, which ImageJ keeps in whole millionths."""


def pixel_size_told(image: Image.Image, description: str) -> PixelSize | None:
    """The size of a page's pixels, upright; None where it is not told, or cannot be believed.

    What a plain TIFF has in pixels per inch or centimetre is believed where its pixels are smaller
    than 5 µm: cameras, scanners and drawing programs write 72, 96 or 300 dpi for paper and screens,
    whatever the picture shows. ImageJ passes on what it finds; in its files these units are
    believed for larger pixels, too, as long as they are no whole number of dpi of that kind.

    Args:
        image: opened, and not loaded yet; only of a TIFF something is told.
        description: the `ImageDescription` of the file's first page.
    """
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        return None
    tags = image.tag_v2
    pixels = pixels_of_ome(description)
    if any(_PHYSICAL in each for each in pixels):
        told = _of_ome(pixels, (tags.get(_WIDTH), tags.get(_HEIGHT)))
    else:
        told = _of_resolution(tags, description)
    return told.turned if told is not None and is_on_its_side(image) else told


def _of_ome(images: list[dict[str, str]], size: tuple[Any, Any]) -> PixelSize | None:
    """What all images of a file have in common; None for a page of another size: of a pyramid."""
    found = {_of_pixels(each) for each in images}
    sides = {(each.get("SizeX"), each.get("SizeY")) for each in images}
    is_page = (str(size[0]), str(size[1])) in sides
    return found.pop() if len(found) == 1 and is_page else None


def _of_pixels(told: Mapping[str, str]) -> PixelSize | None:
    sides = []
    for letter in "XY":
        name = f"PhysicalSize{letter}"
        unit = micrometres(html.unescape(told.get(f"{name}Unit", "µm")).replace(_UNREAD, "µ"))
        number = told.get(name, "").strip()
        if unit is None or not _NUMBER.fullmatch(number):
            return None
        sides.append(_number(number) * unit)
    return size_of(*sides)


def _of_resolution(tags: Mapping[int, Any], description: str) -> PixelSize | None:
    across = _pixels_per_unit(tags, TiffImagePlugin.X_RESOLUTION)
    down = _pixels_per_unit(tags, TiffImagePlugin.Y_RESOLUTION)
    if not across or not down:
        return None
    by_imagej = dict(_UNIT.findall(description)) if description.startswith(_IMAGEJ) else {}
    if unit := _unescaped(by_imagej.get("unit", "")):
        wide = micrometres(unit)
        high = micrometres(_unescaped(by_imagej.get("yunit", "")) or unit)
    else:
        wide = high = _PAPER.get(tags.get(TiffImagePlugin.RESOLUTION_UNIT, _INCH))
    if wide is None or high is None:
        return None
    told = size_of(_rounded(wide / across), _rounded(high / down))
    if told is None or wide not in _PAPER.values():
        return told
    is_small = max(told.width, told.height) < _FINEST
    return told if is_small or (unit and not _is_round(_PAPER[_INCH] / told.width)) else None


def _pixels_per_unit(tags: Mapping[int, Any], number: int) -> float:
    """0 where it is not told, or no number."""
    value = tags.get(number)
    if not isinstance(value, Real):
        return 0.0
    found = float(value)
    return found if found > 0 else 0.0  # also of what is divided by 0: that is no number


def _unescaped(unit: str) -> str:
    """A unit as ImageJ writes it: of other letters than ASCII's their numbers, once their bytes."""
    letters = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), unit.strip())
    return letters.replace(_UNREAD, "µ")


def _is_round(dpi: float) -> bool:
    return any(abs(dpi - step * round(dpi / step)) <= _NEAR for step in _ROUND_DPI)


def _rounded(side: float) -> float:
    return float(f"{side:.{_DIGITS}g}")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
