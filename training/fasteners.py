"""Small metal parts on a bench, seen from above, drawn by rule.

Each part is a height profile over a signed distance to its outline; light from one side gives
its shading and its shadow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from training.canvas import Field, box_of, coverage, local_grid, rotate, smooth_noise
from training.scene import Scene

FASTENER_CLASSES = ("bolt", "nut", "washer", "gear")
_BENCHES = ((206, 204, 198), (88, 104, 120), (52, 58, 62), (150, 170, 150), (186, 158, 122))
_METALS = ((0.78, 0.80, 0.84), (0.62, 0.64, 0.68), (0.85, 0.72, 0.45), (0.70, 0.52, 0.40))


@dataclass(frozen=True, slots=True)
class _Part:
    x: float
    y: float
    radius: float
    kind: str


def draw_bench(rng: np.random.Generator, size: int = 512) -> Scene:
    """A bench with bolts, nuts, washers and gears lying apart or nearly touching."""
    shape = (size, size)
    light_angle = rng.uniform(0, 2 * np.pi)
    light = (float(np.cos(light_angle)), float(np.sin(light_angle)))
    pixels = _bench(rng, shape, light)
    grain = smooth_noise(rng, shape, 0.8)
    label_map = np.zeros(shape, np.uint8)
    boxes, classes = [], []
    for part in _place(rng, size):
        kind = FASTENER_CLASSES.index(part.kind)
        mask = _draw_part(rng, pixels, part, light, grain)
        box = box_of(mask)
        if box is not None and mask.sum() >= 60:
            label_map[mask] = kind + 1
            boxes.append(box)
            classes.append(kind)
    pixels += rng.normal(0, rng.uniform(1, 4), pixels.shape).astype(np.float32)
    return Scene(
        pixels=np.asarray(np.clip(pixels + 0.5, 0, 255), np.uint8),
        label_map=label_map,
        boxes=np.array(boxes, np.float32).reshape(-1, 4),
        classes=np.array(classes, np.int64),
    )


def _bench(rng: np.random.Generator, shape: tuple[int, int], light: tuple[float, float]) -> Field:
    colour = np.array(_BENCHES[int(rng.integers(len(_BENCHES)))], np.float32)
    colour = colour * np.float32(rng.uniform(0.85, 1.1)) + rng.uniform(-8, 8, 3).astype(np.float32)
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    slope = (columns / shape[1] - 0.5) * light[0] + (rows / shape[0] - 0.5) * light[1]
    texture = smooth_noise(rng, shape, 1.0) * 2.5 + smooth_noise(rng, shape, 12.0) * 3.0
    shade = 1 - 0.16 * slope
    return np.asarray(colour * shade[..., None] + texture[..., None], np.float32)


def _place(rng: np.random.Generator, size: int) -> list[_Part]:
    wanted = int(rng.integers(4, 4 + max(3, size * size // 14000)))
    parts: list[_Part] = []
    for _ in range(wanted * 10):
        if len(parts) >= wanted:
            break
        kind = str(rng.choice(FASTENER_CLASSES))
        radius = float(rng.uniform(30, 46) if kind == "bolt" else rng.uniform(17, 34))
        x, y = rng.uniform(0, size, 2)
        if all(np.hypot(x - p.x, y - p.y) > radius + p.radius + 3 for p in parts):
            parts.append(_Part(float(x), float(y), radius, kind))
    return parts


def _draw_part(
    rng: np.random.Generator,
    pixels: Field,
    part: _Part,
    light: tuple[float, float],
    grain: Field,
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Draw a part with its shadow; returns its mask over the whole picture."""
    shape = (pixels.shape[0], pixels.shape[1])
    mask = np.zeros(shape, bool)
    reach = part.radius * 1.35 + 8
    where, x, y = local_grid(shape, (part.x, part.y), reach)
    if min(x.shape) < 2:
        return mask
    turn = rng.uniform(0, 2 * np.pi)
    form = _form(rng, part)
    distance = form(*rotate(x, y, turn))
    throw = part.radius * 0.16
    shadow = form(*rotate(x + light[0] * throw, y + light[1] * throw, turn))
    ground = pixels[where] * (1 - 0.5 * coverage(shadow, 2.5)[..., None])
    # A rounded rim: the surface falls off within a few pixels of the outline.
    rim = np.clip(-distance / max(2.5, part.radius * 0.16), 0, 1)
    height = np.sqrt(np.clip(1 - (1 - rim) ** 2, 0, 1)) * part.radius * 0.14
    fall_y, fall_x = np.gradient(height)
    towards = fall_x * light[0] + fall_y * light[1]
    brightness = 0.72 + 0.45 * np.clip(towards, -1, 1) + 0.03 * grain[where]
    if part.kind == "bolt":
        brightness = brightness * _thread(part, *rotate(x, y, turn))
    metal = np.array(_METALS[int(rng.integers(len(_METALS)))], np.float32)
    metal = metal * np.float32(rng.uniform(0.8, 1.1))
    glint = np.clip(towards - 0.45, 0, 1) * 0.8
    surface = np.clip(brightness[..., None] * metal + glint[..., None], 0, 1.05) * 255
    cover = coverage(distance)
    pixels[where] = ground * (1 - cover[..., None]) + surface * cover[..., None]
    mask[where] = cover > 0.5
    return mask


def _form(rng: np.random.Generator, part: _Part) -> Callable[[Field, Field], Field]:
    """The part's outline: a signed distance (about) for offsets in its own direction."""
    radius = part.radius
    hole = rng.uniform(0.45, 0.62) if part.kind == "washer" else rng.uniform(0.42, 0.55)
    teeth = int(rng.integers(9, 15))

    def ring(x: Field, y: Field) -> Field:
        away = np.hypot(x, y)
        return np.asarray(np.maximum(away - radius, radius * hole - away))

    def nut(x: Field, y: Field) -> Field:
        return np.asarray(np.maximum(_hexagon(x, y, radius), radius * hole - np.hypot(x, y)))

    def gear(x: Field, y: Field) -> Field:
        away, angle = np.hypot(x, y), np.arctan2(y, x)
        tooth = np.clip(3 * np.cos(teeth * angle), -1, 1) * radius * 0.1
        return np.asarray(np.maximum(away - radius * 0.9 - tooth, radius * 0.25 - away))

    def bolt(x: Field, y: Field) -> Field:
        head = _hexagon(y, x + radius * 0.66, radius * 0.40)
        inner = np.clip(x, -radius * 0.5, radius * 0.95)
        return np.asarray(np.minimum(head, np.hypot(x - inner, y) - radius * 0.17))

    return {"bolt": bolt, "nut": nut, "washer": ring, "gear": gear}[part.kind]


def _hexagon(x: Field, y: Field, radius: float) -> Field:
    """Signed distance to a hexagon with corners at `radius`."""
    x, y = np.abs(x), np.abs(y)
    edge = np.float32(radius * np.sqrt(0.75))
    slanted = x * np.float32(np.sqrt(0.75)) + y * np.float32(0.5)
    return np.maximum(slanted, y) - edge


def _thread(part: _Part, x: Field, y: Field) -> Field:
    """Grooves across the shaft, as a factor of its brightness."""
    grooves = 1 - 0.22 * (np.cos(x * 2 * np.pi / 4.5 + 0.4 * y) > 0.2)
    return np.asarray(np.where(x > -part.radius * 0.28, grooves, 1), np.float32)
