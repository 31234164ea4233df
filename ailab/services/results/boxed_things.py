"""What was found in boxes, as it is drawn: on the screen and in the saved copies alike."""

from __future__ import annotations

from dataclasses import dataclass

from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.places.place import Box, Outline, label_numbers
from ailab.services.inference.predictions import Detections
from ailab.services.results.label_colors import Color, label_color


@dataclass(frozen=True, slots=True)
class BoxedThing:
    """One thing and the box around it.

    Attributes:
        label: what it is called.
        score: 0 to 1, told beside its name; None where nothing tells it, and for words that were
            read.
        box: x0, y0, x1, y1 in pixels of the picture; may reach beyond its border.
        outlines: closed shapes that are drawn in place of the box; empty for the box.
        named_at: the corner over which it is named.
        color: of its lines and its name.
        is_line: it is a line of a page, which people want to read beside what was read.
    """

    label: str
    score: float | None
    box: Box
    outlines: tuple[Outline, ...]
    named_at: tuple[float, float]
    color: Color
    is_line: bool = False


def boxed_things(prediction: Detections | GeneratedText) -> tuple[BoxedThing, ...]:
    """All objects or places of a prediction, in its order."""
    if isinstance(prediction, Detections):
        return tuple(
            BoxedThing(
                item.label,
                item.score,
                item.box,
                (item.outline,) if item.outline else (),
                item.named_at,
                label_color(item.class_id),
            )
            for item in prediction.items
        )
    places = prediction.places
    return tuple(
        BoxedThing(
            place.label or place_name(index),
            None,
            place.box,
            place.outlines,
            place.named_at,
            label_color(number),
            is_line=place.score is not None,
        )
        for index, (place, number) in enumerate(zip(places, label_numbers(places), strict=True))
    )


def reaching(prediction: Detections | GeneratedText, threshold: float) -> tuple[int, ...]:
    """The numbers of the things that reach a threshold, among all of a prediction."""
    if isinstance(prediction, Detections):
        scores = enumerate(item.score for item in prediction.items)
        return tuple(number for number, score in scores if score >= threshold)
    places = enumerate(prediction.places)
    return tuple(number for number, place in places if place.reaches(threshold))


def place_name(index: int) -> str:
    """What a place is called that the text gives no name."""
    return f"Place {index + 1}"
