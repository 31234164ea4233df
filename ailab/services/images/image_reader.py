"""Pictures from files, as a model and a person see them: upright, 8-bit RGB."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from ailab.services.images.bgrx_pixels import bgrx_pixels
from ailab.services.images.capture_time import capture_time
from ailab.services.images.decoded_image import DecodedImage
from ailab.services.images.deep_colours import load_colours
from ailab.services.images.heic_file import is_readable_heic, open_heic
from ailab.services.images.opened_picture import OpenedPicture
from ailab.services.images.picture import Picture
from ailab.services.images.picture_error import NoPictureError, PictureError
from ailab.services.images.picture_page import PicturePage, file_of_page, first_page, go_to_page
from ailab.services.images.picture_reference import PictureReference, parse_picture
from ailab.services.images.picture_refusal import (
    CONVERT,
    check_file,
    check_size,
    forbidden,
    not_a_picture,
)
from ailab.services.images.stretch import is_stretched, stretch
from ailab.services.images.stretched import Stretched
from ailab.services.images.tiff_compression import (
    compression_error,
    is_undone_wrongly,
    undecoded_error,
)
from ailab.services.images.tiff_greys import know_greys
from ailab.services.images.tiff_refusal import tiff_refusal
from ailab.services.images.tiff_scale import pixel_size_told
from ailab.services.images.tiff_strips import check_strips
from ailab.services.images.tiff_tags import has_readable_planes, is_on_its_side
from ailab.services.images.value_range import ValueRange

MAX_PIXELS = 200_000_000

# Pillow's own limit warns at 89 and refuses at 179 megapixels; the limit here replaces it.
Image.MAX_IMAGE_PIXELS = None
know_greys()

_ORIENTATION_TAG = 0x0112
_TIFF = "TIFF"


def read_picture(
    picture: str,
    *,
    max_pixels: int = MAX_PIXELS,
    open_file: Callable[[Path], BinaryIO] | None = None,
) -> DecodedImage:
    """Decode the page that a `PictureReference` names, as transformers' `load_image` does.

    So it comes upright, then `convert("RGB")`: transparency is dropped, not composited, and colour
    profiles are not applied. Unlike there, greys of more than 8 bits are stretched from their own
    minimum and maximum to 0 to 255, where Pillow would clip them, or from another range that the
    reference names; dark colours of 16 bits are stretched alike. Where it names no page, of several
    frames or pages the first is taken.

    Args:
        picture: the reference; a plain path is one.
        max_pixels: width × height at most.
        open_file: opens the file, for a process that may not; None to open it by its path.

    Raises:
        PictureError: missing, not a picture, damaged, of a kind not supported, not permitted,
            without that page, or of more than `max_pixels` pixels.
    """
    reference = parse_picture(picture)
    with _opened(reference, max_pixels, open_file) as opened:
        taken = capture_time(opened.image)
        rgb, notes, _ = _to_rgb(opened, reference.value_range)
        return DecodedImage(rgb, notes, opened.page.plane, opened.pixel_size, taken)


def read_image(path: Path, *, max_pixels: int = MAX_PIXELS) -> DecodedImage:
    """Decode the first page of a file; see `read_picture`."""
    return read_picture(str(PictureReference(str(path))), max_pixels=max_pixels)


def check_picture(path: Path) -> None:
    """Look at the beginning of a file; its pixels are not decoded.

    Raises:
        NoPictureError: it is no picture, or none that `read_image` could read.
    """
    try:
        with _opened(PictureReference(str(path)), MAX_PIXELS):
            pass
    except PictureError as error:
        raise NoPictureError(error.message, error.advice, detail=error.detail) from error


def picture_pixels(picture: str) -> int | None:
    """Width × height, from the beginning of a file; None where it is no picture to be read."""
    try:
        with _opened(parse_picture(picture), MAX_PIXELS) as opened:
            return opened.image.width * opened.image.height
    except PictureError:
        return None


def page_count(path: Path) -> int:
    """How many pages or frames a file has; 1 where it is no picture to be read."""
    try:
        return page_of_file(path).count
    except PictureError:
        return 1


def page_of_file(path: Path) -> PicturePage:
    """The first page of a file, which knows of the others.

    Raises:
        PictureError: it cannot be read.
    """
    with _opened(PictureReference(str(path)), MAX_PIXELS) as opened:
        return opened.page


def picture_for_display(
    picture: str, longest_side: int | None = None, *, max_pixels: int = MAX_PIXELS
) -> Picture:
    """Decode a picture for showing, scaled down where longer than `longest_side` pixels.

    The pixels are those of `read_picture`, scaled; a JPEG that is scaled down is decoded at a
    fraction of its size, which is faster and changes values by a fraction of a grey level.

    Raises:
        PictureError: as `read_picture` does.
    """
    reference = parse_picture(picture)
    with _opened(reference, max_pixels) as opened:
        image = opened.image
        full = _upright_size(image)
        scale = 1.0 if longest_side is None else min(1.0, longest_side / max(full))
        if scale < 1.0:
            image.draft(image.mode, _scaled(image.size, scale))
        rgb, notes, done = _to_rgb(opened, reference.value_range)
    size = _scaled(full, scale)
    if rgb.size != size:
        rgb = rgb.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return Picture(
        width=rgb.width,
        height=rgb.height,
        pixels=bgrx_pixels(rgb),
        full_width=full[0],
        full_height=full[1],
        notes=notes,
        page=opened.page.number,
        pages=opened.page.count,
        is_deep=done is not None,
        ends=None if done is None else done.ends,
        channels=opened.page.channels,
        is_tiff=image.format == _TIFF,
        pixel_size=opened.pixel_size,
        told_pixel_size=opened.told,
    )


@contextmanager
def _opened(
    reference: PictureReference,
    max_pixels: int,
    open_file: Callable[[Path], BinaryIO] | None = None,
) -> Iterator[OpenedPicture]:
    """Open a picture, check it, and tell of every failure while it is read."""
    path, page = Path(reference.path), reference.page or 1
    name = path.name or str(path)
    check_file(path, name)
    image: Image.Image | None = None
    try:
        with ExitStack() as files:
            file = None if open_file is None else files.enter_context(open_file(path))
            told: PicturePage | None = None
            if page > 1:
                file = file or files.enter_context(path.open("rb"))
                file, told = file_of_page(file, name, page)
                files.enter_context(file)
            check_strips(file or path)
            try:
                image = files.enter_context(Image.open(file or path))
                if file is None and is_on_its_side(image):
                    # By its path Pillow maps it into memory with the sides of the upright picture.
                    image = files.enter_context(Image.open(files.enter_context(path.open("rb"))))
            except UnidentifiedImageError as error:
                held = file or files.enter_context(path.open("rb"))
                if not is_readable_heic(held):
                    raise not_a_picture(path, name, held) from error
                image = files.enter_context(open_heic(held, name))
            # Named by Pillow, but not read; or read by starting a program, which runs the file.
            if isinstance(image, ImageFile.StubImageFile) or image.format == "EPS":
                raise not_a_picture(path, name, file)
            check_size(image.size, name, max_pixels)
            if told is None:
                told = go_to_page(image, name, page) if page > 1 else first_page(image)
            name = f"Page {page} of {name}" if page > 1 else name
            if not has_readable_planes(image):
                raise tiff_refusal(name, getattr(image, "tag_v2", {}))
            if is_undone_wrongly(image):
                raise compression_error(name)
            size = pixel_size_told(image, told.description)
            yield OpenedPicture(image, told, size, reference.pixel_size)
    except PictureError:
        raise
    except PermissionError as error:
        raise forbidden(name, error) from error
    except MemoryError as error:
        raise PictureError(
            f"There is not enough memory to open {name}.",
            "Close other programs, or use a smaller picture.",
        ) from error
    except Exception as error:  # Pillow's decoders raise nearly anything on a damaged file
        damage = PictureError(
            f"{name} is damaged or incomplete.",
            "Copy or download it again, or choose another picture.",
            detail=f"{type(error).__name__}: {error}",
        )
        raise undecoded_error(image, name) or damage from error


def _to_rgb(
    opened: OpenedPicture, value_range: ValueRange
) -> tuple[Image.Image, tuple[str, ...], Stretched | None]:
    """The page, decoded, upright, in RGB; notes on it; what of over 8 bits."""
    image = opened.image
    notes = [*opened.notes()]
    if (done := load_colours(image, value_range)) is not None:
        notes.append(done.note)
    try:
        ImageOps.exif_transpose(image, in_place=True)
    except (SyntaxError, ValueError, TypeError, KeyError, struct.error):
        notes.append("Its EXIF data is damaged, so the picture may lie on its side.")
    if is_stretched(image):
        image, done = stretch(image, value_range)
        notes.append(done.note)
    elif image.has_transparency_data:
        image = image.convert("RGBA")
        if image.getchannel("A").getextrema()[0] != 255:
            notes.append("Transparency was ignored: the colours beneath it are used.")
    elif image.mode == "CMYK":
        notes.append("CMYK picture: colours were converted to RGB without a colour profile.")
    return image if image.mode == "RGB" else _converted(image), tuple(notes), done


def _converted(image: Image.Image) -> Image.Image:
    try:
        return image.convert("RGB")
    except ValueError as error:
        raise PictureError(
            f"The picture's colours are of a kind that ailab cannot read ({image.mode}).", CONVERT
        ) from error


def _upright_size(image: Image.Image) -> tuple[int, int]:
    width, height = image.size
    if image.format == _TIFF:  # Pillow tells the upright size of these
        return width, height
    try:
        turned = image.getexif().get(_ORIENTATION_TAG, 1) in {5, 6, 7, 8}
    except (SyntaxError, ValueError, TypeError, KeyError, struct.error):
        turned = False
    return (height, width) if turned else (width, height)


def _scaled(size: tuple[int, int], scale: float) -> tuple[int, int]:
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
