"""Cell nuclei in a fluorescence microscope, drawn by rule.

The picture is formed as in such a microscope: fluorescence adds up where nuclei overlap, the
objective blurs, light from other planes adds haze, the lamp is brighter in the middle, photons
arrive at random (Poisson) and the camera adds its own noise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.canvas import Field, blur, box_of, coverage, local_grid, rotate, smooth_noise
from training.scene import Scene

FIELD_CLASSES = ("nucleus", "mitotic nucleus")
CELL_CLASSES = ("interphase", "prophase", "metaphase", "anaphase", "telophase", "apoptotic")
_TINTS = ((1.0, 1.0, 1.0), (0.22, 0.42, 1.0), (0.25, 1.0, 0.45), (0.35, 0.75, 1.0))


@dataclass(frozen=True, slots=True)
class _Nucleus:
    x: float
    y: float
    radius: float
    kind: str


def draw_field(rng: np.random.Generator, size: int = 512, tint: int | None = None) -> Scene:
    """A field of view with scattered and clustered nuclei, some of them dividing.

    Args:
        rng: the source of all chance.
        size: side of the square picture in pixels.
        tint: 0 grey, 1 to 3 false colours; None for any.
    """
    shape = (size, size)
    signal = np.zeros(shape, np.float32)
    label_map = np.zeros(shape, np.uint8)
    best = np.full(shape, 0.5, np.float32)
    owner = np.zeros(shape, np.int32)
    kinds: list[int] = []
    textures = (smooth_noise(rng, shape, 1.6), smooth_noise(rng, shape, 4.0))
    for nucleus in _place(rng, size):
        part, cover, light = _draw_nucleus(rng, shape, nucleus, textures)
        signal[part] += light
        wins = cover > best[part]
        kind = 0 if nucleus.kind == "interphase" else 1
        kinds.append(kind)
        label_map[part][wins] = kind + 1
        owner[part][wins] = len(kinds)
        best[part][wins] = cover[wins]
    boxes, classes = [], []
    for index, kind in enumerate(kinds, 1):
        mask = owner == index
        box = box_of(mask)
        # What the border leaves of a nucleus is not counted where it is a sliver.
        if box is not None and mask.sum() >= 30:
            boxes.append(box)
            classes.append(kind)
    intensity = _expose(rng, signal, haze=float(rng.uniform(0.04, 0.16)))
    return Scene(
        pixels=_colour(intensity, int(rng.integers(4)) if tint is None else tint),
        label_map=label_map,
        boxes=np.array(boxes, np.float32).reshape(-1, 4),
        classes=np.array(classes, np.int64),
        intensity=intensity,
    )


def draw_cell(
    rng: np.random.Generator, kind: str, size: int = 96, tint: int | None = None
) -> Scene:
    """One nucleus in the middle of the picture, parts of its neighbours around it.

    Args:
        rng: the source of all chance.
        kind: one of `CELL_CLASSES`.
        size: side of the square picture in pixels.
        tint: as in `draw_field`.
    """
    shape = (size, size)
    radius = size * rng.uniform(0.19, 0.27)
    middle = size / 2
    x, y = middle + rng.uniform(-0.06, 0.06, 2) * size
    nuclei = [_Nucleus(x, y, radius, kind)]
    for _ in range(int(rng.integers(0, 4))):
        angle, away = rng.uniform(0, 2 * np.pi), size * rng.uniform(0.58, 0.75)
        x, y = middle + away * np.cos(angle), middle + away * np.sin(angle)
        nuclei.append(_Nucleus(x, y, radius * rng.uniform(0.8, 1.1), "interphase"))
    signal = np.zeros(shape, np.float32)
    scale = size / 96
    textures = (smooth_noise(rng, shape, 1.6 * scale), smooth_noise(rng, shape, 4.0 * scale))
    for nucleus in nuclei:
        part, _, light = _draw_nucleus(rng, shape, nucleus, textures)
        signal[part] += light
    intensity = _expose(rng, signal, haze=float(rng.uniform(0.04, 0.12)))
    return Scene(
        pixels=_colour(intensity, int(rng.integers(4)) if tint is None else tint),
        label_map=np.zeros(shape, np.uint8),
        boxes=np.zeros((0, 4), np.float32),
        classes=np.array([CELL_CLASSES.index(kind)], np.int64),
        intensity=intensity,
    )


def _place(rng: np.random.Generator, size: int) -> list[_Nucleus]:
    """Centres that keep apart, single or in touching clusters."""
    typical = rng.uniform(13, 24)
    wanted = int(rng.uniform(0.10, 0.34) * size * size / (np.pi * typical**2))
    mitotic_share = rng.uniform(0.04, 0.16)
    nuclei: list[_Nucleus] = []
    for _ in range(wanted * 8):
        if len(nuclei) >= wanted:
            break
        radius = typical * rng.uniform(0.78, 1.25)
        if nuclei and rng.random() < 0.45:
            mother = nuclei[int(rng.integers(len(nuclei)))]
            angle = rng.uniform(0, 2 * np.pi)
            away = (mother.radius + radius) * rng.uniform(0.98, 1.1)
            x, y = mother.x + away * np.cos(angle), mother.y + away * np.sin(angle)
        else:
            x, y = rng.uniform(-5, size + 5, 2)
        if all(np.hypot(x - n.x, y - n.y) > 0.95 * (radius + n.radius) for n in nuclei):
            is_mitotic = rng.random() < mitotic_share
            kind = str(rng.choice(["metaphase", "anaphase"])) if is_mitotic else "interphase"
            nuclei.append(_Nucleus(float(x), float(y), radius, kind))
    return nuclei


def _draw_nucleus(
    rng: np.random.Generator,
    shape: tuple[int, int],
    nucleus: _Nucleus,
    textures: tuple[Field, Field],
) -> tuple[tuple[slice, slice], Field, Field]:
    """The part of the plane it lies in, its coverage there (0 to 1) and its light."""
    radius, kind = nucleus.radius, nucleus.kind
    part, x, y = local_grid(shape, (nucleus.x, nucleus.y), radius * 2.1 + 6)
    x, y = rotate(x, y, rng.uniform(0, 2 * np.pi))
    fine, coarse = textures[0][part], textures[1][part]
    level = rng.uniform(0.45, 0.9)
    # A nucleus out of the plane of focus has a softer outline.
    softness = rng.uniform(0.6, 1.0) if rng.random() < 0.75 else rng.uniform(1.2, 2.0)
    if kind == "interphase":
        cover = coverage(_blob(rng, x, y, radius, rng.uniform(1.0, 1.45)), softness)
        light = level * (0.82 + 0.10 * coarse + 0.08 * fine)
        for _ in range(int(rng.integers(1, 5))):
            light = light * (1 - rng.uniform(0.25, 0.5) * _spot(rng, x, y, radius * 0.5, radius))
        return part, cover, cover * np.clip(light, 0.1, None)
    if kind == "prophase":
        cover = coverage(_blob(rng, x, y, radius * 0.98, rng.uniform(1.0, 1.2)), softness * 0.8)
        threads = np.exp(-((fine * 1.5) ** 2))
        return part, cover, cover * (0.25 + 1.0 * threads) * (level + 0.2)
    ragged = 0.7 * fine + 0.5 * coarse
    bright = rng.uniform(1.15, 1.5) * (0.9 + 0.08 * fine)
    if kind == "metaphase":
        cover = coverage(_bar(x, y, radius * 0.92, radius * 0.36) + ragged * radius * 0.04)
    elif kind == "anaphase":
        gap = radius * rng.uniform(0.5, 0.68)
        upper = _bar(x, y - gap, radius * 0.75, radius * 0.28, bend=0.25)
        lower = _bar(x, -y - gap, radius * 0.75, radius * 0.28, bend=0.25)
        cover = coverage(np.minimum(upper, lower) + ragged * radius * 0.04)
    elif kind == "telophase":
        gap = radius * rng.uniform(0.95, 1.15)
        upper = _blob(rng, x, y - gap, radius * 0.55, rng.uniform(1.2, 1.5))
        lower = _blob(rng, x, y + gap, radius * 0.55, rng.uniform(1.2, 1.5))
        cover = coverage(np.minimum(upper, lower), softness)
        bright = rng.uniform(0.85, 1.1) * (0.9 + 0.08 * coarse)
    else:
        balls = [_ball(rng, x, y, radius) for _ in range(int(rng.integers(5, 10)))]
        cover = coverage(np.minimum.reduce(balls))
        bright = rng.uniform(1.1, 1.5) * np.ones_like(x)
    return part, cover, cover * bright


def _blob(rng: np.random.Generator, x: Field, y: Field, radius: float, stretch: float) -> Field:
    """Signed distance (about) to an ellipse with a wavy outline."""
    x, y = x / np.sqrt(stretch), y * np.sqrt(stretch)
    angle = np.arctan2(y, x)
    outline = np.ones_like(x)
    for waves in (2, 3, 4, 5):
        outline += rng.normal(0, 0.05 / waves) * np.cos(waves * angle + rng.uniform(0, 6.28))
    return np.asarray(np.hypot(x, y) - radius * outline, np.float32)


def _bar(x: Field, y: Field, half_length: float, half_width: float, bend: float = 0.0) -> Field:
    """Signed distance to a bar with round ends, bent towards +y at its ends."""
    y = y + bend * x**2 / half_length
    inner = half_length - half_width
    return np.asarray(np.hypot(x - np.clip(x, -inner, inner), y) - half_width, np.float32)


def _ball(rng: np.random.Generator, x: Field, y: Field, radius: float) -> Field:
    angle, away = rng.uniform(0, 2 * np.pi), radius * np.sqrt(rng.uniform(0.05, 0.75))
    size = radius * rng.uniform(0.14, 0.32)
    return np.asarray(
        np.hypot(x - away * np.cos(angle), y - away * np.sin(angle)) - size, np.float32
    )


def _spot(rng: np.random.Generator, x: Field, y: Field, reach: float, radius: float) -> Field:
    """A nucleolus: a soft spot somewhere within `reach`."""
    at = rng.uniform(-reach, reach, 2)
    width = radius * rng.uniform(0.10, 0.2)
    return np.asarray(np.exp(-((x - at[0]) ** 2 + (y - at[1]) ** 2) / (2 * width**2)), np.float32)


def _expose(rng: np.random.Generator, signal: Field, haze: float) -> Field:
    """What the camera sees of the light, 0 to 1."""
    size = signal.shape[0]
    light = blur(signal, rng.uniform(0.6, 1.1)) + haze * blur(signal, size / 28)
    rows, columns = np.mgrid[0:size, 0:size].astype(np.float32) / size - 0.5
    across, down = rng.uniform(-0.25, 0.25, 2)
    lamp = 1 - rng.uniform(0.1, 0.5) * (rows**2 + columns**2) + across * columns + down * rows
    light = np.clip(light * lamp + rng.uniform(0.01, 0.06), 0, None)
    photons = rng.uniform(60, 400)
    camera = rng.normal(0, rng.uniform(0.004, 0.02), light.shape)
    light = rng.poisson(light * photons) / photons + camera
    exposure = rng.uniform(0.5, 1.0) / max(float(np.quantile(light, 0.998)), 0.2)
    return np.asarray(np.clip(light * exposure, 0, 1), np.float32)


def _colour(intensity: Field, tint: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    # Bright spots of a false colour go towards white, as on a screen.
    colour = np.array(_TINTS[tint], np.float32)
    value = intensity[..., None] ** np.float32(0.65 if tint else 0.9)
    mixed = value * (colour + (1 - colour) * value**3 * 0.6)
    return np.asarray(np.clip(mixed * 255 + 0.5, 0, 255), np.uint8)
