"""`image-segmentation` from class maps: semantic segmentation and mattes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.matte_models import LABEL as FOREGROUND
from ailab.services.inference.pixel_map import MAX_MAP_PIXELS
from ailab.services.inference.tasks.best_classes import best_classes
from ailab.services.inference.tasks.decoding import (
    Decoding,
    one_channel,
    output,
    probabilities_of,
    sigmoid,
    unexpected,
)
from ailab.services.inference.tasks.map_sampling import MapSampling
from ailab.services.inference.tasks.possible_winners import ClassMaps, PossibleWinners
from ailab.services.inference.tasks.regions import no_regions, segmentation

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.predictions import Segmentation
    from ailab.services.inference.tasks.decoding import Floats, Outputs

# Above this many values to be interpolated the classes are decided on a coarser grid, whose labels
# are then enlarged; seldom needed, since few classes can win at a pixel.
_MAX_VALUES = 200_000_000
_MAX_CLASSES = 65_535
_FOREGROUND = 0.5
_CERTAIN = 255


def decode_label_map(outputs: Outputs, decoding: Decoding) -> Segmentation:
    """Logits of shape (1, classes, h, w), or class numbers, to the class of each pixel.

    As `post_process_semantic_segmentation` of transformers' processors: logits are interpolated
    to the picture, then the best is taken. A pixel's confidence is its class's softmax
    probability (the value itself where the activation is `none`), interpolated as well. What the
    network did not see, because it was cropped away, belongs to nothing.

    Whole numbers of one channel, (1, 1, h, w), (1, h, w, 1) or (1, h, w), of a network that ends
    in ArgMax, are the classes themselves: each pixel gets the nearest, with full confidence.

    Raises:
        ModelFileError: another shape, or numbers that are no classes'.
    """
    numbers = _class_numbers(outputs)
    if numbers is not None:
        return _of_numbers(numbers, outputs, decoding)
    maps = output(outputs, "logits", 3)
    if len(maps) > _MAX_CLASSES:
        decoding.check_class_count(len(maps))
        raise unexpected(outputs, f"at most {_MAX_CLASSES} classes")
    return label_map_of(maps, decoding)


def label_map_of(maps: ClassMaps, decoding: Decoding) -> Segmentation:
    """Class maps to the class of each pixel, as `decode_label_map` does it.

    Raises:
        ModelFileError: other classes than the model's files promise.
    """
    count = maps.shape[0]
    decoding.check_class_count(count)
    if count == 1:
        return _matte(sigmoid(maps[:, :][0]), decoding)
    are_logits = decoding.settings.activation == "softmax"
    return class_regions(maps, decoding, count, are_logits=are_logits)


def class_regions(
    maps: ClassMaps, decoding: Decoding, count: int, *, are_logits: bool
) -> Segmentation:
    """The best class of each pixel, as a region for each class.

    Args:
        maps: one for each class, finite, shape (classes, h, w), and at most one more behind them,
            of what belongs to nothing.
        decoding: the classes, and where the picture lies.
        count: how many classes there are.
        are_logits: whether softmax makes probabilities of the maps; else they are some.
    """
    winners = PossibleWinners.of(maps, are_logits=are_logits)
    per_pixel = float(winners.counts.mean())
    most = min(_MAX_VALUES / per_pixel, MAX_MAP_PIXELS)
    sampling = MapSampling.within(decoding.placement, most)
    regions = no_regions((sampling.height, sampling.width), count)
    confidence = np.zeros(regions.shape, np.uint8)
    for found in best_classes(maps, winners, sampling):
        is_named = found.is_seen & (found.classes < count)
        numbers = regions[found.rows]
        np.add(found.classes, 1, out=numbers, dtype=numbers.dtype)
        numbers *= is_named
        np.multiply(found.confidence, is_named, out=confidence[found.rows])
    return segmentation(regions, confidence, range(count), decoding)


def _class_numbers(outputs: Outputs) -> npt.NDArray[Any] | None:
    """The map of a network that tells no scores, only the best classes; None for another."""
    for values in outputs.values():
        if values.dtype.kind == "f" and values.ndim == 4 and values.shape[1] > 1:
            return None  # scores tell more
    maps = (one_channel(values) for values in outputs.values() if values.dtype.kind in "iub")
    return next((values for values in maps if values is not None and values.size), None)


def _of_numbers(numbers: npt.NDArray[Any], outputs: Outputs, decoding: Decoding) -> Segmentation:
    lowest, highest = int(numbers.min()), int(numbers.max())
    if lowest < 0 or highest >= _MAX_CLASSES:
        raise unexpected(
            outputs, f"class numbers from 0 to {_MAX_CLASSES - 1} (not {lowest} to {highest})"
        )
    sampling = MapSampling.within(decoding.placement, MAX_MAP_PIXELS)
    regions = no_regions((sampling.height, sampling.width), highest + 1)
    confidence = np.zeros(regions.shape, np.uint8)
    for rows, values, is_seen in sampling.nearest(numbers):
        regions[rows] = (values.astype(np.uint16) + np.uint16(1)) * is_seen
        confidence[rows] = is_seen * np.uint8(_CERTAIN)
    return segmentation(regions, confidence, range(highest + 1), decoding)


def decode_matte(outputs: Outputs, decoding: Decoding) -> Segmentation:
    """One channel, (1, 1, h, w), (1, h, w, 1) or (1, h, w), to a foreground.

    The foreground is where the probability, interpolated to the picture, is at least one half;
    a pixel's confidence is its probability. The first label names the foreground, which is called
    just that where there are no labels. Of several outputs the first counts, as U2Net and its kin
    give the finest first.

    Exports of one and the same network end before the sigmoid or after it, so that the numbers
    decide, as in transformers.js: where all lie between 0 and 1 they are probabilities, else
    logits. What has no negative and large numbers (0 to 255) is neither.

    Raises:
        ModelFileError: another shape, or values that are neither probabilities nor logits.
    """
    fitting = (m for m in map(one_channel, outputs.values()) if m is not None)
    matte = next(fitting, None)
    if matte is None:
        raise unexpected(outputs, "one channel")
    named = replace(decoding, labels=decoding.labels or (FOREGROUND,))
    return replace(_matte(probabilities_of(matte, outputs), named), is_matte=True)


def _matte(matte: Floats, decoding: Decoding) -> Segmentation:
    sampling = MapSampling.within(decoding.placement, MAX_MAP_PIXELS)
    regions = no_regions((sampling.height, sampling.width), 1)
    confidence = np.zeros(regions.shape, np.uint8)
    for rows, values, is_seen in sampling.strips(matte[..., None]):
        probability = np.clip(values[..., 0], 0, 1)
        regions[rows] = (probability >= _FOREGROUND) & is_seen
        confidence[rows] = np.rint(probability * 255) * is_seen
    return segmentation(regions, confidence, (0,), decoding)
