"""How a TIFF is compressed, where Pillow does not undo it."""

from __future__ import annotations

import io
from functools import cache
from typing import BinaryIO

from PIL import Image, TiffImagePlugin

from ailab.services.images.picture_error import PictureError

_FOREIGN = {
    9: "JBIG",
    10: "JBIG",
    22610: "JPEG XR",
    32766: "NeXT's two bits",
    32908: "PixarFilm",
    32909: "PixarLog",
    33003: "JPEG 2000",
    33005: "JPEG 2000",
    34661: "JBIG",
    34712: "JPEG 2000",
    34887: "LERC",
    34892: "a camera's lossy JPEG",
    34926: "Zstandard by its old number",
    34927: "WebP by its old number",
    34933: "PNG",
    34934: "JPEG XR",
    48124: "Jetraw",
    50002: "JPEG XL",
    52546: "JPEG XL",
}
"""TIFF's numbers of compressions that other programs write, slide scanners' among them."""

_RLE_IN_WORDS = 32771
"""Which libtiff undoes wrongly: it loses its place where a row ends within a word."""

_BY_BUILD = {34925: ("LZMA", "lzma"), 50000: ("Zstandard", "zstd"), 50001: ("WebP", "webp")}
"""Those that a libtiff may have been built without, and Pillow's names of them."""

_OLD_JPEG = 6
_LEAST_PRIVATE = 1000


def foreign_compression(file: BinaryIO) -> str:
    """The name of a sound TIFF file's compression that Pillow has no name for; empty otherwise."""
    try:
        file.seek(0)
        TiffImagePlugin.TiffImageFile(file)
    except SyntaxError as error:
        missed = error.__cause__.args[0] if isinstance(error.__cause__, KeyError) else None
        return _named(missed) if isinstance(missed, int) else ""
    except Exception:  # Pillow's decoders raise nearly anything on a damaged file
        return ""
    return ""


def _named(number: int) -> str:
    if number in _FOREIGN:
        return _FOREIGN[number]
    # Small ones may be those of tags, which Pillow misses in the same way in a damaged file.
    return f"TIFF's number {number}" if _LEAST_PRIVATE <= number < 2**16 else ""


def is_undone_wrongly(image: Image.Image) -> bool:
    """True for a TIFF whose pixels would be others than those that were compressed."""
    return _number(image) == _RLE_IN_WORDS


def compression_error(name: str, compression: str = "CCITT's run lengths in words") -> PictureError:
    """That a file is compressed in a way that is not undone here, and what to do."""
    return PictureError(
        f"{name} is a TIFF picture compressed as {compression}, which ailab cannot read.",
        _otherwise(),
    )


def undecoded_error(image: Image.Image | None, name: str) -> PictureError | None:
    """Why a TIFF that was opened did not let itself be decoded; None where it seems damaged.

    Args:
        image: as Pillow opened it; None where it did not.
        name: of the file.
    """
    number = None if image is None else _number(image)
    if number == _OLD_JPEG:  # written in many ways, not all of which libtiff understands
        return PictureError(
            f"{name} is damaged, or a TIFF picture compressed as old-style JPEG in a way that "
            "ailab cannot read.",
            _otherwise(),
        )
    words, codec = _BY_BUILD.get(number or 0, ("", ""))
    return compression_error(name, words) if words and not _has(codec) else None


def _number(image: Image.Image) -> int | None:
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        return None
    number = image.tag_v2.get(TiffImagePlugin.COMPRESSION)
    return number if isinstance(number, int) else None


def _otherwise() -> str:
    return "Save it without compression, or with LZW or Deflate, in another program and open that."


@cache
def _has(codec: str) -> bool:
    """Whether Pillow's libtiff has a codec, which it does not tell: it is tried."""
    try:
        Image.new("RGB", (16, 16)).save(io.BytesIO(), "TIFF", compression=codec)
    except (OSError, RuntimeError, ValueError):
        return False
    return True
