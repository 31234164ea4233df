"""How much of each label a picture's saved prediction holds at a threshold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.keypoints import Keypoints
from ailab.services.inference.keypoints_json import keypoints_from_json
from ailab.services.inference.masks import Masks
from ailab.services.inference.predictions import Detections, Segmentation
from ailab.services.inference.segmentation_json import MOST_SEGMENTS
from ailab.services.inference.text_json import places_from_json
from ailab.services.results.piece_counts_json import piece_counts_from_json
from ailab.services.results.region_pieces import RegionPieces
from ailab.services.results.saved_predictions import SavedPrediction, has_places

UNNAMED: Mapping[str, str] = MappingProxyType(
    {Masks.kind: "mask", Keypoints.kind: "thing", GeneratedText.kind: "place"}
)
"""By the kind of prediction, what things are called that have no name of their own."""

_MOST = 100_000

Found = Iterator[tuple[str, float, float, RegionPieces | None]]
"""Label, score, share of the area and pieces of each thing."""


@dataclass(frozen=True, slots=True)
class CountedLabel:
    """How much of a label is in a picture.

    Attributes:
        label: what it is called.
        number: of objects or regions.
        area: their share of the picture.
        pieces: of these; None where they are not counted.
    """

    label: str
    number: int = 0
    area: float = 0
    pieces: RegionPieces | None = None


def counted_labels(saved: SavedPrediction, threshold: float) -> tuple[CountedLabel, ...]:
    """The labels that reach a threshold in a picture, the most frequent first.

    The share of the area is 0 for all but the regions of a segmentation. Pieces have those of a
    network that labels pixels alone, but for background; they were counted at the run's threshold.

    Args:
        saved: of a kind for which `counts_labels` holds.
        threshold: confidence below which nothing counts, 0 to 1; places have none, and all count.

    Raises:
        BadFieldError: something is missing or not what it should be.
    """
    numbers: Counter[str] = Counter()
    areas: dict[str, float] = {}
    pieces: dict[str, RegionPieces | None] = {}
    for label, score, area, count in _COUNTED[saved.kind](saved):
        if score >= threshold:
            name = label or UNNAMED.get(saved.kind, "")
            numbers[name] += 1
            areas[name] = areas.get(name, 0.0) + area
            before = pieces.get(name)
            pieces[name] = before if count is None else (before or RegionPieces()) + count
    ranked = numbers.most_common()
    return tuple(CountedLabel(name, number, areas[name], pieces[name]) for name, number in ranked)


def counts_labels(saved: SavedPrediction) -> bool:
    """True where a prediction is of things that can be counted, or of regions.

    Points of interest are no things: they belong to nothing. Of a text only its places count,
    which it need not have; see `counts_places`.
    """
    if saved.kind == Keypoints.kind:
        return bool(saved.fields.list_of("names"))
    return saved.kind in _COUNTED


def counts_places(saved: SavedPrediction) -> bool:
    """True for a text that says where things are; lines of a page are words, and none of them.

    Raises:
        BadFieldError: something is missing or not what it should be.
    """
    return has_places(saved) and any(
        place.score is None for place in places_from_json(saved.fields)
    )


def _items(saved: SavedPrediction) -> Found:
    for each in saved.fields.objects("items", _MOST):
        yield each.text_or_none("label") or "", each.share("score"), 0.0, None


def _regions(saved: SavedPrediction) -> Found:
    for each in saved.fields.objects("segments", MOST_SEGMENTS):
        pieces = piece_counts_from_json(each)
        yield each.text("label"), each.share("score"), each.share("area"), pieces


def _poses(saved: SavedPrediction) -> Found:
    for pose in keypoints_from_json(saved.fields).poses:
        yield pose.label, pose.score, 0.0, None


def _places(saved: SavedPrediction) -> Found:
    for place in places_from_json(saved.fields):
        yield place.label, 1.0, 0.0, None


_COUNTED: Mapping[str, Callable[[SavedPrediction], Found]] = MappingProxyType(
    {
        Detections.kind: _items,
        Masks.kind: _items,
        Segmentation.kind: _regions,
        Keypoints.kind: _poses,
        GeneratedText.kind: _places,
    }
)
