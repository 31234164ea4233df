"""Why a file is not read as a picture, and what to do."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import BinaryIO

from ailab.services.images.foreign_pictures import foreign_format
from ailab.services.images.heic_support import heic_command
from ailab.services.images.picture_error import MissingPictureError, PictureError
from ailab.services.images.picture_format import HEIC, picture_format
from ailab.services.images.tiff_compression import compression_error, foreign_compression
from ailab.services.images.tiff_refusal import tiff_refusal, tiff_tags
from ailab.services.images.tiff_tags import is_of_another_kind

CONVERT = "Save it as PNG, TIFF or JPEG in another program and open that."


def check_file(path: Path, name: str) -> None:
    """Look whether there is a file that is not empty.

    Raises:
        PictureError: there is none, or it may not be read.
    """
    try:
        if path.is_dir():
            raise PictureError(f"{name} is a folder, not a picture.", "Choose a picture in it.")
        size = path.stat().st_size
        is_file = path.is_file()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise MissingPictureError(
            f"There is no file {path}.", "It may have been moved or deleted; choose another."
        ) from error
    except PermissionError as error:
        raise forbidden(name, error) from error
    except (OSError, ValueError) as error:
        raise PictureError(
            f"{name} cannot be opened.", "Choose another picture.", detail=str(error)
        ) from error
    if not is_file:
        raise PictureError(f"{name} is not a file.", "Choose a picture.")
    if size == 0:
        raise PictureError(
            f"{name} is empty (0 bytes).", "Copy or download it again, or choose another picture."
        )


def check_size(size: tuple[int, int], name: str, max_pixels: int) -> None:
    """Look whether a picture of this width and height may be decoded.

    Raises:
        PictureError: it has too many pixels.
    """
    width, height = size
    if width * height > max_pixels:
        raise PictureError(
            f"{name} is too large: {width} × {height} pixels are "
            f"{width * height / 1e6:,.0f} megapixels, and the limit is {max_pixels / 1e6:,.0f}.",
            "Crop it or scale it down in another program first.",
        )


def not_a_picture(path: Path, name: str, file: BinaryIO | None) -> PictureError:
    """Why Pillow does not open a file.

    Args:
        path: of the file.
        name: what it is called.
        file: where it is open already.
    """
    with path.open("rb") if file is None else nullcontext(file) as start:
        start.seek(0)
        known = picture_format(start.read(256))
        is_another = is_of_another_kind(start)
        tags = tiff_tags(start)
        compression = foreign_compression(start)
    if known is not None and known.name == HEIC:
        return lacks_heic(name)
    if known is None and (named := foreign_format(path.name)):
        return PictureError(f"{name} is a {named} picture, which ailab cannot read.", CONVERT)
    if known is None:
        return PictureError(f"{name} is not a picture that ailab can read.", CONVERT)
    if not known.is_readable:
        return PictureError(f"{name} is a {known.name}, which ailab cannot read.", CONVERT)
    if "TIFF" in known.name and is_another:
        return tiff_refusal(name, tags)
    if "TIFF" in known.name and compression:
        return compression_error(name, compression)
    return PictureError(
        f"{name} is a damaged or incomplete {known.name} picture.",
        "Copy or download it again, or choose another picture.",
    )


def lacks_heic(name: str, detail: str = "") -> PictureError:
    """That what reads a phone's picture is not installed, or does not start.

    Args:
        name: what the file is called.
        detail: why it does not start; empty where it is not there.
    """
    command = heic_command()
    return PictureError(
        f"{name} is a {HEIC}, and pillow-heif, which reads it, "
        f"{'does not start' if detail else 'is not installed'}.",
        f"Install it: {command}" if command else CONVERT,
        detail=detail,
    )


def forbidden(name: str, error: OSError) -> PictureError:
    """That a file may not be read."""
    return PictureError(
        f"{name} may not be read.",
        "Ask its owner for permission, or copy it to a folder of your own.",
        detail=str(error),
    )
