"""Pictures from files, as a model and a person see them: upright, 8-bit RGB."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from ailab.services.images.bgrx_pixels import bgrx_pixels
from ailab.services.images.decoded_image import DecodedImage
from ailab.services.images.deep_colours import load_colours
from ailab.services.images.foreign_pictures import foreign_format
from ailab.services.images.picture import Picture
from ailab.services.images.picture_error import (
    MissingPictureError,
    NoPictureError,
    PictureError,
)
from ailab.services.images.picture_format import picture_format
from ailab.services.images.stretch import is_stretched, stretch
from ailab.services.images.tiff_compression import (
    compression_error,
    foreign_compression,
    is_undone_wrongly,
    undecoded_error,
)
from ailab.services.images.tiff_greys import know_greys
from ailab.services.images.tiff_refusal import tiff_refusal, tiff_tags
from ailab.services.images.tiff_tags import TiffTags, has_readable_planes, is_of_another_kind

MAX_PIXELS = 200_000_000

# Pillow's own limit warns at 89 and refuses at 179 megapixels; the limit here replaces it.
Image.MAX_IMAGE_PIXELS = None
know_greys()

_ORIENTATION_TAG = 0x0112
_CONVERT = "Save it as PNG, TIFF or JPEG in another program and open that."


def read_image(
    path: Path,
    *,
    max_pixels: int = MAX_PIXELS,
    open_file: Callable[[Path], BinaryIO] | None = None,
) -> DecodedImage:
    """Decode a picture as transformers' `load_image` does: upright, then `convert("RGB")`.

    So transparency is dropped, not composited, and colour profiles are not applied. Unlike
    there, greys of more than 8 bits are stretched from their own minimum and maximum to 0 to
    255, where Pillow would clip them; dark colours of 16 bits are stretched alike. Of several
    frames or pages the first is taken.

    Args:
        path: the picture's place.
        max_pixels: width × height at most.
        open_file: opens it, for a process that may not; None to open it by its path.

    Raises:
        PictureError: missing, not a picture, damaged, of a kind not supported, not permitted,
            or of more than `max_pixels` pixels.
    """
    with _opened(path, max_pixels, open_file) as image:
        rgb, notes = _to_rgb(image)
        return DecodedImage(rgb, notes)


def check_picture(path: Path) -> None:
    """Look at the beginning of a file; its pixels are not decoded.

    Raises:
        NoPictureError: it is no picture, or none that `read_image` could read.
    """
    try:
        with _opened(path, MAX_PIXELS):
            pass
    except PictureError as error:
        raise NoPictureError(error.message, error.advice, detail=error.detail) from error


def picture_pixels(path: Path) -> int | None:
    """Width × height, from the beginning of a file; None where it is no picture to be read."""
    try:
        with _opened(path, MAX_PIXELS) as image:
            return image.width * image.height
    except PictureError:
        return None


def picture_for_display(
    path: Path, longest_side: int | None = None, *, max_pixels: int = MAX_PIXELS
) -> Picture:
    """Decode a picture for showing, scaled down where longer than `longest_side` pixels.

    The pixels are those of `read_image`, scaled; a JPEG that is scaled down is decoded at a
    fraction of its size, which is faster and changes values by a fraction of a grey level.

    Raises:
        PictureError: as `read_image` does.
    """
    with _opened(path, max_pixels) as image:
        full = _upright_size(image)
        scale = 1.0 if longest_side is None else min(1.0, longest_side / max(full))
        if scale < 1.0:
            image.draft(image.mode, _scaled(image.size, scale))
        rgb, notes = _to_rgb(image)
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
    )


@contextmanager
def _opened(
    path: Path, max_pixels: int, open_file: Callable[[Path], BinaryIO] | None = None
) -> Iterator[Image.Image]:
    """Open a picture, check it, and tell of every failure while it is read."""
    name = path.name or str(path)
    _check_file(path, name)
    image: Image.Image | None = None
    try:
        with ExitStack() as files:
            file = None if open_file is None else files.enter_context(open_file(path))
            try:
                image = files.enter_context(Image.open(file or path))
            except UnidentifiedImageError as error:
                raise _not_a_picture(path, name, file) from error
            # Named by Pillow, but not read; or read by starting a program, which runs the file.
            if isinstance(image, ImageFile.StubImageFile) or image.format == "EPS":
                raise _not_a_picture(path, name, file)
            _check_size(image, name, max_pixels)
            if not has_readable_planes(image):
                raise tiff_refusal(name, getattr(image, "tag_v2", {}))
            if is_undone_wrongly(image):
                raise compression_error(name)
            yield image
    except PictureError:
        raise
    except PermissionError as error:
        raise _forbidden(name, error) from error
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


def _check_file(path: Path, name: str) -> None:
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
        raise _forbidden(name, error) from error
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


def _check_size(image: Image.Image, name: str, max_pixels: int) -> None:
    width, height = image.size
    if width * height > max_pixels:
        raise PictureError(
            f"{name} is too large: {width} × {height} pixels are "
            f"{width * height / 1e6:,.0f} megapixels, and the limit is {max_pixels / 1e6:,.0f}.",
            "Crop it or scale it down in another program first.",
        )


def _not_a_picture(path: Path, name: str, file: BinaryIO | None) -> PictureError:
    with path.open("rb") if file is None else nullcontext(file) as start:
        start.seek(0)
        known = picture_format(start.read(256))
        is_another = is_of_another_kind(start)
        tags = tiff_tags(start)
        compression = foreign_compression(start)
    if known is None and (named := foreign_format(name)):
        return PictureError(f"{name} is a {named} picture, which ailab cannot read.", _CONVERT)
    if known is None:
        return PictureError(f"{name} is not a picture that ailab can read.", _CONVERT)
    if not known.is_readable:
        return PictureError(f"{name} is a {known.name}, which ailab cannot read.", _CONVERT)
    if "TIFF" in known.name and is_another:
        return tiff_refusal(name, tags)
    if "TIFF" in known.name and compression:
        return compression_error(name, compression)
    return PictureError(
        f"{name} is a damaged or incomplete {known.name} picture.",
        "Copy or download it again, or choose another picture.",
    )


def _forbidden(name: str, error: OSError) -> PictureError:
    return PictureError(
        f"{name} may not be read.",
        "Ask its owner for permission, or copy it to a folder of your own.",
        detail=str(error),
    )


def _to_rgb(image: Image.Image) -> tuple[Image.Image, tuple[str, ...]]:
    """The first frame, decoded, upright, in RGB; and what was done to it."""
    notes = [*_frame_notes(image), *_channel_notes(image)]
    if (note := load_colours(image)) is not None:
        notes.append(note)
    try:
        ImageOps.exif_transpose(image, in_place=True)
    except (SyntaxError, ValueError, TypeError, KeyError, struct.error):
        notes.append("Its EXIF data is damaged, so the picture may lie on its side.")
    if is_stretched(image):
        image, note = stretch(image)
        notes.append(note)
    elif image.has_transparency_data:
        image = image.convert("RGBA")
        if image.getchannel("A").getextrema()[0] != 255:
            notes.append("Transparency was ignored: the colours beneath it are used.")
    elif image.mode == "CMYK":
        notes.append("CMYK picture: colours were converted to RGB without a colour profile.")
    return image if image.mode == "RGB" else _converted(image), tuple(notes)


def _converted(image: Image.Image) -> Image.Image:
    try:
        return image.convert("RGB")
    except ValueError as error:
        raise PictureError(
            f"The picture's colours are of a kind that ailab cannot read ({image.mode}).", _CONVERT
        ) from error


def _frame_notes(image: Image.Image) -> Iterator[str]:
    frames = getattr(image, "n_frames", 1)
    if frames > 1 and image.format == "TIFF":
        yield f"Page 1 of {frames} is used."
    elif frames > 1 and image.format != "MPO":  # an MPO's other pictures are previews
        yield f"Animated picture: frame 1 of {frames} is used."


def _channel_notes(image: Image.Image) -> Iterator[str]:
    tags = TiffTags.of(image)
    if tags is not None and tags.samples > 1 and len(image.getbands()) == 1:
        yield f"Channel 1 of {tags.samples} is used."


def _upright_size(image: Image.Image) -> tuple[int, int]:
    width, height = image.size
    if image.format == "TIFF":  # Pillow tells the upright size of these
        return width, height
    try:
        turned = image.getexif().get(_ORIENTATION_TAG, 1) in {5, 6, 7, 8}
    except (SyntaxError, ValueError, TypeError, KeyError, struct.error):
        turned = False
    return (height, width) if turned else (width, height)


def _scaled(size: tuple[int, int], scale: float) -> tuple[int, int]:
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
