"""TIFF files that tell how large their pixels are, also in ways that no program should."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, TiffImagePlugin

X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT, DESCRIPTION, ORIENTATION = 282, 283, 296, 270, 274
NO_UNIT, INCH, CENTIMETRE = 1, 2, 3


def scaled_tiff(
    path: Path,
    *,
    description: str | bytes = "",
    resolution: tuple[Any, Any] | None = None,
    unit: int | None = None,
    orientation: int = 1,
    pages: Sequence[npt.NDArray[Any]] = (),
) -> Path:
    """A grey picture of 6 rows of 8, or these pages.

    Args:
        path: of the file.
        description: the `ImageDescription`; as bytes where it is no UTF-8.
        resolution: pixels per unit across and down, or fractions as pairs.
        unit: the `ResolutionUnit`; None to leave it out.
        orientation: as EXIF's.
        pages: of grey values.
    """
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    words = description.encode() if isinstance(description, str) else description
    if words:
        tags[DESCRIPTION] = "?" * len(words)  # Pillow writes ASCII alone
    if resolution is not None:
        for tag, value in zip((X_RESOLUTION, Y_RESOLUTION), resolution, strict=True):
            pair = value if isinstance(value, tuple) else (value,)
            tags[tag] = TiffImagePlugin.IFDRational(*pair)
    if unit is not None:
        tags[RESOLUTION_UNIT] = unit
    if orientation != 1:
        tags[ORIENTATION] = orientation
    first, *others = map(Image.fromarray, pages or [np.arange(48, dtype=np.uint8).reshape(6, 8)])
    first.save(path, "TIFF", tiffinfo=tags, save_all=bool(others), append_images=others)
    if words:
        path.write_bytes(path.read_bytes().replace(b"?" * len(words), words, 1))
    return path
