"""What stands below an annotated picture, for each kind of prediction."""

from __future__ import annotations

from collections import defaultdict

from ailab.services.inference.depth_words import depth_at, depth_number, scale_words
from ailab.services.inference.features import Features
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.keypoints import Keypoints
from ailab.services.inference.label_nouns import ANSWER_NOUNS, CLASS_NOUNS
from ailab.services.inference.masks import Masks
from ailab.services.inference.predictions import (
    Classification,
    DepthMap,
    Detections,
    OutputImage,
    Prediction,
    Segmentation,
)
from ailab.services.results.depth_colors import depth_colors
from ailab.services.results.drawn_font import can_be_drawn, font_for
from ailab.services.results.drawn_masks import mask_entries
from ailab.services.results.drawn_poses import pose_entries
from ailab.services.results.label_colors import Color, label_color, segment_colors
from ailab.services.results.legend_panel import LegendEntry, LegendPanel
from ailab.services.results.text_panel import TextPanel

_RANKED = 5
_SIZE = 12  # any: a font has the same letters in all
_LISTED = 24
_STEPS = 4
_BESIDE = "Left the picture, right what the model made of it"


def panel_below(
    prediction: Prediction, threshold: float, hatched: int = 0
) -> LegendPanel | TextPanel:
    """A legend, a ranking, or what the model wrote.

    Args:
        prediction: as the model gave it, not filtered.
        threshold: confidence below which nothing is listed, 0 to 1.
        hatched: pieces of fewer pixels are hatched; 0 where none is.
    """
    heading = ""
    match prediction:
        case Classification():
            entries = _ranking(prediction.above(threshold))
            thing, _ = ANSWER_NOUNS if prediction.question else CLASS_NOUNS
            heading = _asked(prediction.question)
        case Detections():
            entries, thing = _counts(prediction.above(threshold)), "object"
        case Segmentation():
            colors = segment_colors(prediction.segments)
            entries, thing = _regions(prediction.above(threshold), colors), "region"
        case Keypoints():
            entries, thing = pose_entries(prediction.above(threshold)), "point"
        case Masks():
            entries, thing = mask_entries(prediction.above(threshold)), "mask"
        case DepthMap():
            return LegendPanel(_steps(prediction), scale_words(prediction))
        case Features(dimensions=dimensions):
            return LegendPanel((), f"A vector of {dimensions:,} numbers")
        case GeneratedText(question=question):
            written = prediction.above(threshold)
            return TextPanel(written.text, question, _places(written))
        case OutputImage():
            return LegendPanel((), _BESIDE)
    remark = "" if entries else f"No {thing} reaches {threshold:.0%}"
    if len(entries) > _LISTED:
        remark = f"and {len(entries) - _LISTED} more"
    if hatched:
        told = f"Hatched: pieces of fewer than {hatched:,} pixels, not counted"
        remark = f"{remark}. {told}" if remark else told
    return LegendPanel(entries[:_LISTED], remark, heading)


def percent(share: float) -> str:
    """Whole per cents; what would round to none keeps a digit more."""
    return f"{share * 100:.1f}%" if 0 < share < 0.01 else f"{share * 100:.0f}%"


def _places(written: GeneratedText) -> str:
    number = len(written.places)
    if not number or written.is_of_lines:
        return ""
    return "1 place, without words" if number == 1 else f"{number} places, without words"


def _asked(question: str) -> str:
    """A question in one line; nothing where its letters cannot be drawn."""
    line = " ".join(question.split())
    return line if can_be_drawn(line, font_for(line, _SIZE)) else ""


def _ranking(prediction: Classification) -> list[LegendEntry]:
    return [
        LegendEntry((label_color(s.class_id),), s.label, percent(s.score), s.score)
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
        value = percent(areas[key])
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
