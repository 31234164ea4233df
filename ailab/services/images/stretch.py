"""Greys of more than 8 bits, brought to 8."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    import numpy.typing as npt

_BITS = {"F": "Floating-point", "I": "32-bit"}
_STRIP_PIXELS = 4_000_000


def is_stretched(mode: str) -> bool:
    """True for Pillow's modes of more than 8 bits per pixel and one channel."""
    return mode in _BITS or mode.startswith("I;16")


def stretch(image: Image.Image) -> tuple[Image.Image, str]:
    """A grey picture's own minimum to 0 and maximum to 255, linearly; and a note that says so.

    Values that are no finite numbers count as the minimum (NaN, -inf) or maximum (inf). A
    picture of one value becomes black. Works in strips, so that memory stays bounded.

    Args:
        image: of mode `I`, `F` or `I;16…`.

    Returns:
        A picture of mode `L`, and the note.
    """
    values = np.asarray(image)
    low, high = _range(values)
    span = high - low
    grey = np.zeros(values.shape, np.uint8)
    rows = max(1, _STRIP_PIXELS // values.shape[1])
    for top in range(0, values.shape[0], rows):
        strip = values[top : top + rows].astype(np.float64)
        if span > 0:
            strip = np.nan_to_num(strip, nan=low, posinf=high, neginf=low)
            grey[top : top + rows] = np.rint((strip - low) * (255 / span))
    bits = _BITS.get(image.mode, "16-bit")
    note = f"{bits} picture: values {low:.6g} to {high:.6g} were stretched to 8 bits."
    return Image.fromarray(grey), note


def _range(values: npt.NDArray[Any]) -> tuple[float, float]:
    if values.dtype.kind != "f":
        return float(values.min()), float(values.max())
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
