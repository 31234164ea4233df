"""`image-segmentation` from EoMT's masks, whose logits are brought to the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.pixel_map import MAX_MAP_PIXELS
from ailab.services.inference.placement import Placement
from ailab.services.inference.tasks.decoding import Decoding, sigmoid
from ailab.services.inference.tasks.kept_queries import (
    MASK_THRESHOLD,
    MAX_VALUES,
    drop_beaten,
    kept_queries,
)
from ailab.services.inference.tasks.map_sampling import MapSampling, enlarged
from ailab.services.inference.tasks.regions import no_regions, segmentation

if TYPE_CHECKING:
    from ailab.services.inference.predictions import Segmentation
    from ailab.services.inference.tasks.decoding import Floats, Outputs


def decode_mask_logits(outputs: Outputs, decoding: Decoding) -> Segmentation:
    """Queries, each a class and a mask, to regions that do not overlap.

    As `post_process_panoptic_segmentation` of transformers' EoMT image processor, with no classes
    fused: logits are enlarged to the network's input, those beside the picture are cut off, the
    rest is enlarged to the picture. There queries compete as in `mask_queries.py`, but a pixel
    belongs to nothing where its winner's own mask claims less than one half.

    Args:
        outputs: as there.
        decoding: as there.

    Raises:
        ModelFileError: other outputs.
    """
    queries = kept_queries(outputs, decoding)
    place = decoding.placement
    count = len(queries.scores)
    sampling = MapSampling.within(place, min(MAX_VALUES / max(1, count), MAX_MAP_PIXELS))
    regions = no_regions((sampling.height, sampling.width), count)
    confidence = np.zeros(regions.shape, np.uint8)
    won, own = np.zeros(count, np.int64), np.zeros(count, np.int64)
    if count:
        shown = _picture_part(enlarged(queries.masks, place.input_height, place.input_width), place)
        for rows, logits, _ in _over(shown, sampling).strips(shown):
            masks = sigmoid(logits)
            best = (masks * queries.scores).argmax(axis=-1)
            won += np.bincount(best.reshape(-1), minlength=count)
            own += (masks >= MASK_THRESHOLD).sum(axis=(0, 1))
            sure = np.take_along_axis(masks, best[..., None], axis=-1)[..., 0]
            is_claimed = sure >= MASK_THRESHOLD
            regions[rows] = (best + 1) * is_claimed
            confidence[rows] = np.rint(sure * 255) * is_claimed
    drop_beaten(regions, confidence, won, own)
    scores = [float(score) for score in queries.scores]
    return segmentation(regions, confidence, queries.classes, decoding, scores)


def _picture_part(masks: Floats, place: Placement) -> Floats:
    """What lies over the picture, of masks that cover the network's input, a cell for a pixel."""
    height, width = round(place.height * place.scale_y), round(place.width * place.scale_x)
    return np.ascontiguousarray(masks[:height, :width])


def _over(shown: Floats, sampling: MapSampling) -> MapSampling:
    height, width = shown.shape[:2]
    return MapSampling(
        Placement(width, height, width, height, 1.0, 1.0), sampling.height, sampling.width
    )
