"""What the drawn pictures have in common: smooth noise, blur, outlines; NumPy alone."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Field: TypeAlias = npt.NDArray[np.float32]
"""A plane of real values, (height, width)."""


def smooth_noise(rng: np.random.Generator, shape: tuple[int, int], scale: float) -> Field:
    """Noise whose features are about `scale` pixels wide; mean 0, standard deviation 1."""
    field = blur(rng.standard_normal(shape).astype(np.float32), scale)
    return np.asarray((field - field.mean()) / (field.std() + 1e-6), np.float32)


def blur(field: Field, sigma: float) -> Field:
    """Gaussian blur by the Fourier transform; the plane is mirrored at its border."""
    margin = min(int(3 * sigma) + 1, min(field.shape) - 1)
    padded = np.pad(field, margin, mode="reflect")
    height, width = padded.shape
    rows = np.fft.fftfreq(height)[:, None]
    columns = np.fft.rfftfreq(width)[None, :]
    gain = np.exp(-2 * (np.pi * sigma) ** 2 * (rows**2 + columns**2))
    blurred = np.fft.irfft2(np.fft.rfft2(padded) * gain, s=padded.shape)
    return blurred[margin : height - margin, margin : width - margin].astype(np.float32)


def local_grid(
    shape: tuple[int, int], centre: tuple[float, float], reach: float
) -> tuple[tuple[slice, slice], Field, Field]:
    """The part of a plane within `reach` of a centre (x, y), and its pixels' offsets.

    Returns:
        The slices of that part (maybe empty), and the x and y offsets of its pixels' centres.
    """
    (height, width), (x, y) = shape, centre
    top, bottom = max(0, int(y - reach)), min(height, int(y + reach) + 2)
    left, right = max(0, int(x - reach)), min(width, int(x + reach) + 2)
    rows, columns = np.mgrid[top : max(top, bottom), left : max(left, right)].astype(np.float32)
    part = (slice(top, max(top, bottom)), slice(left, max(left, right)))
    return part, columns + 0.5 - np.float32(x), rows + 0.5 - np.float32(y)


def rotate(x: Field, y: Field, angle: float) -> tuple[Field, Field]:
    """Offsets as seen by an object that is turned by `angle` radians."""
    cosine, sine = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    return cosine * x + sine * y, cosine * y - sine * x


def coverage(distance: npt.NDArray[np.floating[Any]], softness: float = 0.7) -> Field:
    """How far a pixel is covered, from its signed distance to the outline (inside negative)."""
    return np.asarray(1 / (1 + np.exp(np.clip(distance / softness, -30, 30))), np.float32)


def box_of(mask: npt.NDArray[np.bool_]) -> tuple[float, float, float, float] | None:
    """x0, y0, x1, y1 around the mask's pixels; None where it has none."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not rows.size:
        return None
    return float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)
