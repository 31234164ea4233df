"""Providers' answers as ailab's own predictions. They are strangers': nothing in them is believed.

Their shapes are those of `huggingface_hub.inference` (the Hub's task schemas): elements with
`label` and `score`, `box` with `xmin`, `ymin`, `xmax`, `ymax` in pixels, `mask` as a picture.
Each function raises `ValueError`, `TypeError` or `AttributeError` for what is no such answer.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.output_pixels import output_image
from ailab.services.inference.pixel_map import MAX_MAP_PIXELS
from ailab.services.inference.predictions import (
    MOST_CLASSES,
    Classification,
    ClassScore,
    Detection,
    Detections,
    OutputImage,
    Segment,
    Segmentation,
)

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_MOST_OBJECTS = 1000
_MOST_SEGMENTS = 255
_MOST_LABELS = 100_000
_LONGEST_LABEL = 500
_LONGEST_TEXT = 100_000
_FARTHEST = 1e6  # pixels
_FORMATS = ("PNG", "JPEG", "WEBP")
_INSIDE = 128


class LabelNumbers:
    """Gives labels numbers in the order in which they come: providers tell none.

    Args:
        labels: those that are known beforehand.
    """

    def __init__(self, labels: Iterable[str] = ()) -> None:
        self._numbers = {label: number for number, label in enumerate(labels)}

    def of(self, label: str) -> int:
        """The label's number, the same as before.

        Raises:
            ValueError: there are more labels than any model has.
        """
        if len(self._numbers) >= _MOST_LABELS:
            raise ValueError("too many labels")
        return self._numbers.setdefault(label, len(self._numbers))


def classified(scores: Sequence[Any], numbers: LabelNumbers) -> Classification:
    """Classes and their scores."""
    found = [(_label(each.label), _score(each.score)) for each in scores[:MOST_CLASSES]]
    found.sort(key=lambda each: -each[1])
    return Classification(
        tuple(ClassScore(numbers.of(label), label, score) for label, score in found)
    )


def detected(objects: Sequence[Any], numbers: LabelNumbers) -> Detections:
    """Objects and the boxes around them."""
    items = []
    for each in objects[:_MOST_OBJECTS]:
        label, box = _label(each.label), each.box
        sides = (box.xmin, box.ymin, box.xmax, box.ymax)
        x0, y0, x1, y1 = (_number(side, -_FARTHEST, _FARTHEST) for side in sides)
        if x1 < x0 or y1 < y0:
            raise ValueError("a box ends before it begins")
        items.append(Detection(numbers.of(label), label, _score(each.score), (x0, y0, x1, y1)))
    return Detections(tuple(sorted(items, key=lambda item: -item.score)))


def segmented(masks: Sequence[Any], size: tuple[int, int], numbers: LabelNumbers) -> Segmentation:
    """Masks as one label map; where some overlap, the surest is on top. For a thread.

    A pixel's confidence is that of its mask; of a mask with soft edges, less towards the edge.

    Args:
        masks: each `label`, `score` (or None) and `mask`, a grey picture.
        size: width and height of the picture that was sent.
        numbers: gives classes their numbers.
    """
    import numpy as np  # noqa: PLC0415 - the window appears without it

    width, height = _map_size(size)
    surest_last = sorted(masks[:_MOST_SEGMENTS], key=lambda each: _score_or_one(each.score))
    labels = np.zeros((height, width), np.uint8)
    confidence = np.zeros((height, width), np.uint8)
    scores = []
    for index, each in enumerate(surest_last, 1):
        score, label = _score_or_one(each.score), _label(each.label)
        mask = _grey(each.mask, size, (width, height))
        inside = mask >= _INSIDE
        labels[inside] = index
        confidence[inside] = np.rint(mask[inside] * score).astype(np.uint8)
        scores.append((index, label, score))
    counts = np.bincount(labels.ravel(), minlength=len(scores) + 1)
    segments = [
        Segment(index, numbers.of(label), label, score, float(counts[index]) / labels.size)
        for index, label, score in scores
        if counts[index]
    ]
    segments.sort(key=lambda segment: -segment.area)
    return Segmentation.pack(width, height, labels.tobytes(), confidence.tobytes(), tuple(segments))


def written(answer: Any) -> GeneratedText:
    """Words about the picture."""
    text = answer.generated_text
    if not isinstance(text, str) or len(text) > _LONGEST_TEXT:
        raise ValueError("no text")
    shown = "".join(each for each in text if each.isprintable() or each == "\n")
    return GeneratedText(shown.strip())


def made(picture: Any) -> OutputImage:
    """A picture that was made of the picture. For a thread."""
    import numpy as np  # noqa: PLC0415

    _check_picture(picture, MAX_MAP_PIXELS)
    return output_image(np.asarray(picture.convert("RGB")))


def _map_size(size: tuple[int, int]) -> tuple[int, int]:
    """The size itself, or what is left of it where no map may have so many pixels."""
    width, height = size
    scale = math.sqrt(min(1.0, MAX_MAP_PIXELS / (width * height)))
    return max(1, int(width * scale)), max(1, int(height * scale))


def _grey(picture: Any, sent: tuple[int, int], size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    import numpy as np  # noqa: PLC0415
    from PIL import Image  # noqa: PLC0415

    _check_picture(picture, sent[0] * sent[1])
    grey = picture.convert("L")
    if grey.size != size:
        grey = grey.resize(size, Image.Resampling.NEAREST)
    return np.asarray(grey)


def _check_picture(picture: Any, most: int) -> None:
    """Look at a picture's head before its pixels are unpacked.

    Raises:
        ValueError: of a kind or size that no answer has.
    """
    if picture.format not in _FORMATS:
        raise ValueError(f"a picture of the kind {picture.format}")
    width, height = picture.size
    if width < 1 or height < 1 or width * height > most:
        raise ValueError(f"a picture of {width} by {height} pixels")


def _label(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a label that is no text")
    return "".join(each if each.isprintable() else " " for each in value[:_LONGEST_LABEL])


def _score(value: object) -> float:
    return _number(value, 0.0, 1.0)


def _score_or_one(value: object) -> float:
    """A semantic segmentation's regions come without a score."""
    return 1.0 if value is None else _score(value)


def _number(value: object, lowest: float, highest: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("no number where one should be")
    # Rounding may take a probability a little beyond its bounds.
    if not math.isfinite(value) or not lowest - 1e-3 <= value <= highest + 1e-3:
        raise ValueError(f"the number {value} is out of bounds")
    return min(max(float(value), lowest), highest)
