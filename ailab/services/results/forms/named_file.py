"""Files that a result's JSON file names, which are trusted in nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from ailab.services.images.tiff_strips import check_strips
from ailab.services.inference.json_fields import BadFieldError
from ailab.services.regular_file import open_regular
from ailab.services.results.result_error import ResultError


def named_file(folder: Path, name: str) -> Path:
    """The path of a file of a folder.

    Raises:
        BadFieldError: the name would lead elsewhere.
    """
    if not name or name in {".", ".."} or any(mark in name for mark in "/\\:\0"):
        raise BadFieldError(f"{name!r} is not the name of a file beside it")
    return folder / name


@contextmanager
def opened_map(
    path: Path, kind: str, size: tuple[int, int], modes: tuple[str, ...]
) -> Iterator[Image.Image]:
    """A decoded picture.

    Args:
        path: where it lies.
        kind: of the file, as Pillow calls it.
        size: width and height that it must have.
        modes: of Pillow's, one of which it must have.

    Raises:
        ResultError: it is missing, damaged or another.
    """
    with told(path), open_regular(path) as file:
        check_strips(file)
        with Image.open(file, formats=[kind]) as image:
            if image.size != size or image.mode not in modes:
                raise BadFieldError(f"{image.size}, {image.mode}")
            image.load()
            yield image


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Whatever is wrong with a file is told in words.

    Raises:
        ResultError: what was done with it failed.
    """
    try:
        yield
    except FileNotFoundError as error:
        raise ResultError(
            f"The file {path} of a saved result is missing.",
            "Bring it back beside the others, or run the picture again.",
        ) from error
    except Exception as error:  # Pillow's decoders raise nearly anything on a damaged file
        raise ResultError(
            f"The file {path} of a saved result is damaged or was changed.",
            "Run the picture again.",
            detail=repr(error),
        ) from error
