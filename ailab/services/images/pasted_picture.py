"""A pasted picture, written to a file so that it can be run like any other."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path

from PIL import Image

from ailab.services.images.picture_error import PictureError


def write_pasted(width: int, height: int, pixels: bytes) -> Path:
    """Write pixels (B, G, R, X as in `Picture`) to a PNG in a new folder of its own.

    Raises:
        PictureError: the disk is full or may not be written.
    """
    image = Image.frombuffer("RGB", (width, height), pixels, "raw", "BGRX", 0, 1)
    name = f"pasted {datetime.now():%Y-%m-%d %H-%M-%S}.png"
    try:
        path = Path(tempfile.mkdtemp(prefix="ailab-")) / name
        image.save(path, compress_level=1)
    except OSError as error:
        raise PictureError(
            "The pasted picture could not be written to the folder for temporary files.",
            "Free some space on that disk, and paste again.",
            detail=str(error),
        ) from error
    return path
