"""A prediction as rows of text: per label, and per object."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from ailab.services.inference.depth_words import depth_number
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.keypoints import Keypoints
from ailab.services.inference.masks import Masks
from ailab.services.inference.predictions import (
    Classification,
    DepthMap,
    Detections,
    Prediction,
    Segmentation,
)
from ailab.services.results.boxed_things import boxed_things
from ailab.services.results.label_colors import Color, label_color
from ailab.services.results.region_pieces import RegionPieces
from ailab.viewmodels.picture_scale import PictureScale
from ailab.viewmodels.prediction_text import counted, mask_words
from ailab.views.found_row import FoundRow, joined, percent
from ailab.views.region_rows import region_rows, segmented_labels

_MOST_COLORS = 4
_NO_SCALE = PictureScale()


def class_rows(prediction: Classification) -> tuple[FoundRow, ...]:
    """The classes, the surest first."""
    return tuple(
        FoundRow(score.label, percent(score.score), share=score.score, tip=score.label)
        for score in prediction.scores
    )


def depth_rows(prediction: DepthMap) -> tuple[FoundRow, ...]:
    """The range of the depths."""
    return tuple(
        FoundRow(name, depth_number(value, prediction.scale), tip=f"{value:.9g}")
        for name, value in (
            ("Nearest", prediction.nearest),
            ("Median", prediction.median),
            ("Farthest", prediction.farthest),
        )
    )


def label_rows(
    prediction: Prediction,
    whole: Prediction,
    pieces: Mapping[int, RegionPieces] | None = None,
    scale: PictureScale = _NO_SCALE,
) -> tuple[FoundRow, ...]:
    """The labels among what reaches the threshold.

    Args:
        prediction: what reaches it.
        whole: gives the colours.
        pieces: those of each region, by its index; None where they are not counted.
        scale: of the picture, for areas.
    """
    if isinstance(prediction, Detections):
        return _detected_labels(prediction)
    if isinstance(prediction, Segmentation) and isinstance(whole, Segmentation):
        return segmented_labels(prediction, whole, pieces or {}, scale)
    if isinstance(prediction, Keypoints):
        return _named_points(prediction)
    if isinstance(prediction, Masks):
        return _named_masks(prediction)
    if isinstance(prediction, GeneratedText):
        return _named_places(prediction)
    return ()


def object_rows(
    prediction: Prediction, whole: Prediction, scale: PictureScale = _NO_SCALE
) -> tuple[FoundRow, ...]:
    """The single objects, where they are more than the labels, by descending score."""
    if isinstance(prediction, Detections):
        return _objects(prediction, scale)
    if isinstance(prediction, Segmentation) and isinstance(whole, Segmentation):
        return region_rows(prediction, whole, scale)
    if isinstance(prediction, Keypoints) and prediction.names:
        return _poses(prediction)
    if isinstance(prediction, Masks):
        return _masks(prediction, scale)
    if isinstance(prediction, GeneratedText):
        return _places(prediction, whole) if isinstance(whole, GeneratedText) else ()
    return ()


def _objects(prediction: Detections, scale: PictureScale) -> tuple[FoundRow, ...]:
    return tuple(
        FoundRow(
            item.label,
            percent(item.score),
            (label_color(item.class_id),),
            number=number,
            detail=(sides := scale.of_box(item.box)),
            tip=f"{item.label}, {percent(item.score)}, at "
            f"{item.box[0]:.0f}, {item.box[1]:.0f} to {item.box[2]:.0f}, {item.box[3]:.0f}"
            f"{sides and f': {sides}'}",
        )
        for number, item in enumerate(prediction.items)
    )


def _masks(prediction: Masks, scale: PictureScale) -> tuple[FoundRow, ...]:
    return tuple(
        FoundRow(
            mask.label or f"Mask {number + 1}",
            percent(mask.score),
            (label_color(number),),
            number=number,
            detail=joined(f"{percent(mask.area)} of the picture", scale.of_share(mask.area)),
            brief=scale.of_share(mask.area) or f"area {percent(mask.area)}",
            tip=mask_words(number, mask, scale),
        )
        for number, mask in enumerate(prediction.items)
    )


def _named_masks(prediction: Masks) -> tuple[FoundRow, ...]:
    named: dict[str, list[int]] = defaultdict(list)
    for number, mask in enumerate(prediction.items):
        if mask.label:
            named[mask.label].append(number)
    return tuple(
        FoundRow(
            label,
            str(len(each)),
            tuple(map(label_color, each[:_MOST_COLORS])),
            tip=f"{label}: {counted(len(each), 'mask', 'masks')}",
        )
        for label, each in sorted(named.items(), key=lambda each: -len(each[1]))
    )


def _places(prediction: GeneratedText, whole: GeneratedText) -> tuple[FoundRow, ...]:
    kept = set(prediction.places)
    return tuple(
        FoundRow(
            thing.label,
            "" if place.score is None else percent(place.score),
            (thing.color,),
            number=number,
            tip="{}, at {:.0f}, {:.0f} to {:.0f}, {:.0f}".format(thing.label, *thing.box),
        )
        for number, (place, thing) in enumerate(zip(whole.places, boxed_things(whole), strict=True))
        if place in kept
    )


def _named_places(prediction: GeneratedText) -> tuple[FoundRow, ...]:
    """The labels, where some have several places; else the places alone say as much.

    So do the lines of a page, of which none is a label.
    """
    if prediction.is_of_lines:
        return ()
    named: dict[str, list[Color]] = defaultdict(list)
    for place, thing in zip(prediction.places, boxed_things(prediction), strict=True):
        if place.label:
            named[place.label].append(thing.color)
    if len(named) == sum(map(len, named.values())):
        return ()
    return tuple(
        FoundRow(
            label,
            str(len(each)),
            tuple(each[:1]),
            tip=f"{label}: {counted(len(each), 'place', 'places')}",
        )
        for label, each in sorted(named.items(), key=lambda each: -len(each[1]))
    )


def _detected_labels(prediction: Detections) -> tuple[FoundRow, ...]:
    scores: dict[tuple[int, str], list[float]] = defaultdict(list)
    for item in prediction.items:
        scores[item.class_id, item.label].append(item.score)
    ranked = sorted(scores.items(), key=lambda each: (-len(each[1]), each[0]))
    return tuple(
        FoundRow(
            label,
            str(len(each)),
            (label_color(class_id),),
            tip=f"{label}: {len(each)}, mean confidence {percent(sum(each) / len(each))}",
        )
        for (class_id, label), each in ranked
    )


def _named_points(prediction: Keypoints) -> tuple[FoundRow, ...]:
    """The points' names in the network's order, with their scores, or how many where several."""
    scores: dict[int, list[float]] = defaultdict(list)
    for pose in prediction.poses:
        for point in pose.points:
            scores[point.name].append(point.score)
    is_one = len(prediction.poses) == 1
    return tuple(
        FoundRow(
            name,
            percent(each[0]) if is_one else str(len(each)),
            tip=f"{name}: {len(each)}, mean confidence {percent(sum(each) / len(each))}",
        )
        for index, name in enumerate(prediction.names)
        if (each := scores.get(index))
    )


def _poses(prediction: Keypoints) -> tuple[FoundRow, ...]:
    return tuple(
        FoundRow(
            prediction.title(number),
            percent(pose.score),
            (label_color(number),),
            number=number,
            detail=f"{len(pose.points)} of {len(prediction.names)} points",
            tip=", ".join(f"{prediction.names[p.name]} {percent(p.score)}" for p in pose.points),
        )
        for number, pose in enumerate(prediction.poses)
    )
