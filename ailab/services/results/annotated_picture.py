"""A copy of the picture with its result drawn on it, for people to look at."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from ailab.services.inference.background_label import is_background
from ailab.services.inference.depth_words import depth_at, depth_number, scale_words
from ailab.services.inference.features import Features
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.keypoints import Keypoints
from ailab.services.inference.masks import Masks
from ailab.services.inference.output_pixels import output_picture
from ailab.services.inference.predictions import (
    Classification,
    DepthMap,
    Detection,
    Detections,
    OutputImage,
    Prediction,
    Segmentation,
)
from ailab.services.results.colored_regions import colored_regions
from ailab.services.results.depth_colors import depth_colors
from ailab.services.results.depth_picture import depth_picture
from ailab.services.results.drawn_masks import drawn_masks, mask_entries
from ailab.services.results.drawn_poses import draw_poses, pose_entries
from ailab.services.results.label_colors import Color, label_color, segment_colors, text_color
from ailab.services.results.legend_panel import LegendEntry, built_in_font, fitted, with_panel
from ailab.services.results.text_panel import with_text

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_SHORTEST = 640
_LONGEST = 8192
_RANKED = 5
_LISTED = 24
_CROWD = 40
_STEPS = 4
_GAP = 4
_BESIDE = "Left the picture, right what the model made of it"
_DEPTH_STRENGTH = 0.8
"""How much of a depth's colour covers the picture, 0 to 1."""


@dataclass(frozen=True, slots=True)
class _Pen:
    """Sizes in pixels that suit the picture's own size."""

    line: int
    font: int

    @classmethod
    def for_size(cls, size: tuple[int, int]) -> _Pen:
        side = max(size)
        return cls(line=max(2, round(side / 330)), font=max(13, round(side / 50)))


def annotated_picture(
    pixels: npt.NDArray[np.uint8], prediction: Prediction, threshold: float
) -> Image.Image:
    """Draw a prediction, as far as it reaches a threshold, on its picture.

    A picture smaller than 640 pixels is enlarged by a whole factor, so that the writing can be
    read; one larger than 8192 is scaled down. A legend or ranking stands in a strip below; it
    lists the background too, which is not coloured. Depths have no confidence: they are drawn
    whole.

    Args:
        pixels: uint8, shape (height, width, 3), R, G, B.
        prediction: as the model gave it, not filtered.
        threshold: confidence below which nothing is drawn, 0 to 1.

    Returns:
        An RGB picture.
    """
    picture = _sized(Image.fromarray(pixels))
    scale = picture.width / pixels.shape[1]
    pen = _Pen.for_size(picture.size)
    match prediction:
        case Classification():
            entries = _ranking(prediction.above(threshold))
            thing = "class"
        case Detections():
            kept = prediction.above(threshold)
            _draw_boxes(picture, kept.items, scale, pen)
            entries = _counts(kept)
            thing = "object"
        case Segmentation():
            colors = segment_colors(prediction.segments)
            kept_regions = prediction.above(threshold)
            colored = tuple(s for s in kept_regions.segments if not is_background(s.label))
            tinted = replace(kept_regions, segments=colored)
            picture = colored_regions(picture, tinted, colors, threshold, pen.line)
            entries = _regions(kept_regions, colors)
            thing = "region"
        case DepthMap():
            depths = depth_picture(prediction, picture.size)
            picture = Image.blend(picture, depths, _DEPTH_STRENGTH)
            return with_panel(picture, _steps(prediction), scale_words(prediction), pen.font)
        case Keypoints():
            kept_points = prediction.above(threshold)
            draw_poses(picture, kept_points, scale, pen.line)
            entries = pose_entries(kept_points)
            thing = "point"
        case Masks():
            kept_masks = prediction.above(threshold)
            picture = drawn_masks(picture, kept_masks, pen.line)
            entries = mask_entries(kept_masks)
            thing = "mask"
        case Features(dimensions=dimensions):
            said = f"A vector of {dimensions:,} numbers"
            return with_panel(picture, (), said, pen.font)
        case GeneratedText(text):
            return with_text(picture, text, pen.font)
        case OutputImage():
            both = _beside(pixels, prediction)
            return with_panel(both, (), _BESIDE, _Pen.for_size(both.size).font)
    remark = "" if entries else f"No {thing} reaches {threshold:.0%}".replace("%", " %")
    if len(entries) > _LISTED:
        remark = f"and {len(entries) - _LISTED} more"
    return with_panel(picture, entries[:_LISTED], remark, pen.font)


def _sized(picture: Image.Image) -> Image.Image:
    side = max(picture.size)
    if side < _SHORTEST:
        factor = -(-_SHORTEST // side)
        size = (picture.width * factor, picture.height * factor)
        return picture.resize(size, Image.Resampling.NEAREST)
    if side > _LONGEST:
        size = (
            max(1, picture.width * _LONGEST // side),
            max(1, picture.height * _LONGEST // side),
        )
        return picture.resize(size, Image.Resampling.BOX)
    return picture


def _beside(pixels: npt.NDArray[np.uint8], prediction: OutputImage) -> Image.Image:
    """The picture and, to its right, what the model made of it, at the same size."""
    made = _sized(output_picture(prediction))
    side = max(1, min(made.width, _LONGEST // 2))
    size = (side, max(1, made.height * side // made.width))
    both = Image.new("RGB", (2 * side + _GAP, size[1]))
    both.paste(Image.fromarray(pixels).resize(size, Image.Resampling.NEAREST), (0, 0))
    both.paste(made if made.size == size else made.resize(size), (side + _GAP, 0))
    return both


def _ranking(prediction: Classification) -> list[LegendEntry]:
    return [
        LegendEntry((label_color(s.class_id),), s.label, _percent(s.score), s.score)
        for s in prediction.scores[:_RANKED]
    ]


def _counts(prediction: Detections) -> list[LegendEntry]:
    counts: dict[tuple[int, str], int] = defaultdict(int)
    for item in prediction.items:
        counts[item.class_id, item.label] += 1
    most_first = sorted(counts.items(), key=lambda entry: -entry[1])
    return [
        LegendEntry((label_color(class_id),), label, f"{count}")
        for (class_id, label), count in most_first
    ]


def _regions(prediction: Segmentation, colors: dict[int, Color]) -> list[LegendEntry]:
    """One entry per class, with its share of the picture and, where several, its regions."""
    classes: dict[tuple[int, str], list[int]] = defaultdict(list)
    areas: dict[tuple[int, str], float] = defaultdict(float)
    for segment in prediction.segments:
        classes[segment.class_id, segment.label].append(segment.index)
        areas[segment.class_id, segment.label] += segment.area
    entries = []
    for key, indices in classes.items():
        value = _percent(areas[key])
        if len(indices) > 1:
            value = f"{len(indices)} regions, {value}"
        entries.append(LegendEntry(tuple(colors[i] for i in indices[:3]), key[1], value))
    return entries


def _steps(prediction: DepthMap) -> list[LegendEntry]:
    """The colours at even steps from far to near, each with its depth."""
    names = {0: "farthest", _STEPS: "nearest"}
    return [
        LegendEntry(
            (depth_colors()[round(step / _STEPS * 255)],),
            depth_number(depth_at(prediction, step / _STEPS), prediction.scale),
            names.get(step, ""),
        )
        for step in range(_STEPS + 1)
    ]


def _draw_boxes(
    picture: Image.Image, items: tuple[Detection, ...], scale: float, pen: _Pen
) -> None:
    draw = ImageDraw.Draw(picture)
    # The surest last, so that it lies on top.
    for item in reversed(items):
        box = _clipped(item.box, scale, picture.size)
        # A dark edge keeps a bright box visible on a bright picture.
        edge = max(1, pen.line // 4)
        outer = (box[0] - edge, box[1] - edge, box[2] + edge, box[3] + edge)
        draw.rectangle(outer, outline=(0, 0, 0), width=pen.line + 2 * edge)
        draw.rectangle(box, outline=label_color(item.class_id), width=pen.line)
    if len(items) > _CROWD:
        return  # so many names would hide what they name; the strip below counts them
    font = built_in_font(pen.font)
    for item in reversed(items):
        box = _clipped(item.box, scale, picture.size)
        text = fitted(f"{item.label} {_percent(item.score)}", font, picture.width - 2 * pen.line)
        pad = pen.font // 4
        width = round(font.getlength(text)) + 2 * pad
        height = round(pen.font * 1.35)
        left = max(0, min(box[0], picture.width - width))
        top = box[1] - height if box[1] >= height else box[1]
        color = label_color(item.class_id)
        draw.rectangle((left, top, left + width, top + height), fill=color)
        middle = (left + pad, top + height / 2)
        draw.text(middle, text, fill=text_color(color), font=font, anchor="lm")


def _clipped(
    box: tuple[float, float, float, float], scale: float, size: tuple[int, int]
) -> tuple[int, int, int, int]:
    """The box in whole pixels of the copy, inside it, never turned inside out."""
    x0, x1 = (min(max(round(x * scale), 0), size[0] - 1) for x in (box[0], box[2]))
    y0, y1 = (min(max(round(y * scale), 0), size[1] - 1) for y in (box[1], box[3]))
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _percent(share: float) -> str:
    """Whole per cents; what would round to none keeps a digit more."""
    return f"{share * 100:.1f} %" if 0 < share < 0.01 else f"{share * 100:.0f} %"
