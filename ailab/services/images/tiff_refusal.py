"""Why a sound TIFF cannot be read, by its tags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, BinaryIO

from PIL import TiffImagePlugin

from ailab.services.images.picture_error import PictureError

_FLOAT, _COMPLEX = 3, frozenset({5, 6})
_PLANAR, _SEPARATE = TiffImagePlugin.PLANAR_CONFIGURATION, 2
_SGI_LOGARITHMS = frozenset({32844, 32845})
_BIG_TIFF = 43
_GREY = "Save it as a 32-bit grey picture"
_CHANNEL = "Save the channel of interest as a grey picture, or a copy in 8-bit RGB,"
_ELSEWHERE = "in another program and open that."

Tags = Mapping[int, Any]


def tiff_tags(file: BinaryIO) -> Tags:
    """The tags of a TIFF's first page, also of one that Pillow does not open; none if damaged."""
    try:
        file.seek(0)
        header = file.read(8)
        if _BIG_TIFF in header[2:4]:
            header += file.read(8)
        directory = TiffImagePlugin.ImageFileDirectory_v2(header)
        file.seek(directory.next)
        directory.load(file)
        return dict(directory)
    except Exception:  # Pillow raises nearly anything on a damaged file
        return {}


def tiff_refusal(name: str, tags: Tags) -> PictureError:
    """That a sound TIFF's numbers or channels are not read, which these are, and what to do.

    Args:
        name: of the file.
        tags: of its first page.
    """
    what, advice = _cause(tags)
    return PictureError(f"{name} is a TIFF picture {what}.", f"{advice} {_ELSEWHERE}")


def _cause(tags: Tags) -> tuple[str, str]:
    bits = _first(tags, TiffImagePlugin.BITSPERSAMPLE)
    kind = _first(tags, TiffImagePlugin.SAMPLEFORMAT)
    channels = _first(tags, TiffImagePlugin.SAMPLESPERPIXEL)
    unread = "which ailab cannot read"
    if _first(tags, TiffImagePlugin.PHOTOMETRIC_INTERPRETATION) in _SGI_LOGARITHMS:
        return f"of SGI's logarithms (LogL or LogLuv), {unread}", "Save a copy in 8-bit RGB"
    if kind in _COMPLEX:
        return f"of complex numbers, {unread}", "Save their magnitude as a 32-bit grey picture"
    if kind == _FLOAT and channels > 1:
        what = f"of floating-point numbers in {channels} channels"
        return (
            f"{what}, of which ailab reads one channel alone",
            "Save the channel of interest as a 32-bit grey picture, or a copy in 8-bit RGB,",
        )
    if kind == _FLOAT:
        return f"of floating-point numbers of {bits} bits, {unread}", _GREY
    if channels > 1:
        planes = " in separate planes" if _first(tags, _PLANAR) == _SEPARATE else ""
        return f"of {channels} channels of {bits} bits{planes}, {unread}", _CHANNEL
    if bits > 1:
        return f"of whole numbers of {bits} bits, {unread}", "Save it as 16- or 32-bit grey"
    return "whose channels or bits ailab cannot read", _CHANNEL


def _first(tags: Tags, tag: int) -> int:
    """A tag's first value; 1, as all of these are where nothing is said, for what is none."""
    value = tags.get(tag, 1)
    if isinstance(value, tuple):
        value = value[0] if value else 1
    return value if isinstance(value, int) else 1
