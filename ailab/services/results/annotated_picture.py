"""A copy of the picture with its result drawn on it, for people to look at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from ailab.services.inference.background_label import is_background
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.keypoints import Keypoints
from ailab.services.inference.masks import Masks
from ailab.services.inference.output_pixels import output_picture
from ailab.services.inference.pixel_map import PixelMap
from ailab.services.inference.places.place import Box
from ailab.services.inference.predictions import (
    DepthMap,
    Detections,
    OutputImage,
    Prediction,
    Segmentation,
)
from ailab.services.results.boxed_things import BoxedThing, boxed_things, reaching
from ailab.services.results.colored_regions import color_regions
from ailab.services.results.depth_picture import color_depths
from ailab.services.results.drawn_font import Font, can_be_drawn, font_for
from ailab.services.results.drawn_masks import draw_masks
from ailab.services.results.drawn_poses import draw_poses
from ailab.services.results.label_colors import segment_colors, text_color
from ailab.services.results.label_places import place_labels
from ailab.services.results.left_out_pieces import left_out_map
from ailab.services.results.legend_entries import panel_below, percent
from ailab.services.results.legend_panel import fitted
from ailab.services.results.map_rows import rows_at_once

if TYPE_CHECKING:
    import numpy.typing as npt

    Pixels = npt.NDArray[np.uint8]

_SHORTEST = 640
_LONGEST = 8192
_THINNER = 3
_GAP = 4


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
    pixels: Pixels, prediction: Prediction, threshold: float, pieces_from: int = 0
) -> Image.Image:
    """Draw a prediction, as far as it reaches a threshold, on its picture.

    A picture smaller than 640 pixels is enlarged by a whole factor, so that the writing can be
    read; one larger than 8192 is scaled down. A legend or ranking stands in a strip below; it
    lists the background too, which is not coloured. Depths have no confidence: they are drawn
    whole.

    Beside `pixels`, the copy itself is all that is in memory whole: what is laid over the picture
    is made and laid there strip by strip.

    Args:
        pixels: uint8, shape (height, width, 3), R, G, B.
        prediction: as the model gave it, not filtered.
        threshold: confidence below which nothing is drawn, 0 to 1.
        pieces_from: pixels from which a piece of a region is counted; smaller ones are hatched.

    Returns:
        An RGB picture.
    """
    left_out: PixelMap | None = None
    if isinstance(prediction, Segmentation):
        size = pixels.shape[1], pixels.shape[0]
        left_out = left_out_map(prediction, size, threshold=threshold, pieces_from=pieces_from)
    sized = _beside(pixels, prediction) if isinstance(prediction, OutputImage) else _sized(pixels)
    height, width = sized.shape[:2]
    pen = _Pen.for_size((width, height))
    panel = panel_below(prediction, threshold, pieces_from if left_out else 0)
    canvas = Image.new("RGB", (width, height + panel.height(width, pen.font)))
    rows = rows_at_once(width)
    for top in range(0, height, rows):
        canvas.paste(Image.fromarray(sized[top : top + rows]), (0, top))
    scale = width / pixels.shape[1]
    match prediction:
        case Detections() | GeneratedText():
            every = boxed_things(prediction)
            things = tuple(every[number] for number in reaching(prediction, threshold))
            _draw_boxes(canvas, things, scale, (width, height), pen)
        case Segmentation():
            colors = segment_colors(prediction.segments)
            kept_regions = prediction.above(threshold)
            colored = tuple(s for s in kept_regions.segments if not is_background(s.label))
            tinted = replace(kept_regions, segments=colored)
            color_regions(
                canvas,
                (width, height),
                tinted,
                colors,
                threshold=threshold,
                line=pen.line,
                left_out=left_out,
            )
        case DepthMap():
            color_depths(canvas, (width, height), prediction)
        case Keypoints():
            draw_poses(canvas, prediction.above(threshold), scale, pen.line)
        case Masks():
            draw_masks(canvas, sized, prediction.above(threshold), pen.line)
        case _:
            pass
    # Last, over what reaches beyond the picture.
    panel.draw(canvas, height, pen.font)
    return canvas


def _sized(pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    side = max(height, width)
    if side < _SHORTEST:
        factor = -(-_SHORTEST // side)
        size = (width * factor, height * factor)
        return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.NEAREST))
    if side > _LONGEST:
        size = (max(1, width * _LONGEST // side), max(1, height * _LONGEST // side))
        return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BOX))
    return pixels


def _beside(pixels: Pixels, prediction: OutputImage) -> Pixels:
    """The picture and, to its right, what the model made of it, at the same size."""
    made = Image.fromarray(_sized(np.asarray(output_picture(prediction))))
    side = max(1, min(made.width, _LONGEST // 2))
    size = (side, max(1, made.height * side // made.width))
    both = Image.new("RGB", (2 * side + _GAP, size[1]))
    both.paste(Image.fromarray(pixels).resize(size, Image.Resampling.NEAREST), (0, 0))
    both.paste(made if made.size == size else made.resize(size), (side + _GAP, 0))
    return np.asarray(both)


def _draw_boxes(
    canvas: Image.Image,
    items: tuple[BoxedThing, ...],
    scale: float,
    size: tuple[int, int],
    pen: _Pen,
) -> None:
    draw = ImageDraw.Draw(canvas)
    # The surest last, so that it lies on top.
    for item in reversed(items):
        box = _clipped(item.box, scale, size)
        # What stands in a line of a page is to be read: only a thin line beside its letters.
        line = max(1, pen.line // _THINNER) if item.is_line else pen.line
        # A dark edge keeps a bright box visible on a bright picture.
        edge = max(1, line // 4)
        outer = (box[0] - edge, box[1] - edge, box[2] + edge, box[3] + edge)
        for outline in item.outlines:
            corners = [_placed(corner, scale, size) for corner in outline]
            # Once round and one side more, so that the first corner is no gap.
            closed = [*corners, *corners[:2]]
            draw.line(closed, fill=(0, 0, 0), width=line + 2 * edge, joint="curve")
            draw.line(closed, fill=item.color, width=line, joint="curve")
        if not item.outlines:
            draw.rectangle(outer, outline=(0, 0, 0), width=line + 2 * edge)
            draw.rectangle(box, outline=item.color, width=line)
    _draw_labels(draw, items, scale, size, pen)


def _draw_labels(
    draw: ImageDraw.ImageDraw,
    items: tuple[BoxedThing, ...],
    scale: float,
    size: tuple[int, int],
    pen: _Pen,
) -> None:
    """Name the objects as far as there is room; the strip below counts all of them."""
    boxes = [_clipped(item.box, scale, size) for item in items]
    pad, height = pen.font // 4, round(pen.font * 1.35)

    def words(item: BoxedThing) -> tuple[str, Font]:
        named = item.label if item.score is None else f"{item.label} {percent(item.score)}"
        font = font_for(named, pen.font)
        if item.score is None and not can_be_drawn(named, font):
            return "", font  # words that were read, which the files hold
        return fitted(named, font, size[0] - 2 * pen.line), font

    def places_of(index: int) -> list[Box]:
        item, box = items[index], boxes[index]
        text, font = words(item)
        if not text:
            return []
        width = round(font.getlength(text)) + 2 * pad
        left = max(0, min(_placed(item.named_at, scale, size)[0], size[0] - width))
        # Above the box, below it, within; the strip below belongs to others.
        tops = (box[1] - height, box[3] + 1, box[1])
        inside = [top for top in tops if 0 <= top <= size[1] - height] or [0]
        return [(left, top, left + width, top + height) for top in inside]

    are_lines = any(item.is_line for item in items)
    for index, place in place_labels(boxes, places_of, hold_words=are_lines):
        item = items[index]
        draw.rectangle(place, fill=item.color)
        middle = (place[0] + pad, (place[1] + place[3]) / 2)
        text, font = words(item)
        draw.text(middle, text, fill=text_color(item.color), font=font, anchor="lm")


def _placed(corner: tuple[float, float], scale: float, size: tuple[int, int]) -> tuple[int, int]:
    """A corner in whole pixels of the copy, inside it."""
    x, y = (
        min(max(round(place * scale), 0), length - 1)
        for place, length in zip(corner, size, strict=True)
    )
    return x, y


def _clipped(
    box: tuple[float, float, float, float], scale: float, size: tuple[int, int]
) -> tuple[int, int, int, int]:
    """The box in whole pixels of the copy, inside it, never turned inside out."""
    (x0, y0), (x1, y1) = (_placed(corner, scale, size) for corner in (box[:2], box[2:]))
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
