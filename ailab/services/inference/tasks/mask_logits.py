"""`image-segmentation` from EoMT's masks, whose logits are brought to the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.placement import Placement
from ailab.services.inference.tasks.decoding import Decoding, fine_sigmoid
from ailab.services.inference.tasks.enlarged_maps import EnlargedMaps
from ailab.services.inference.tasks.kept_queries import kept_queries
from ailab.services.inference.tasks.map_sampling import MapSampling
from ailab.services.inference.tasks.query_contest import MASK_THRESHOLD, QueryContest

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
    contest = QueryContest(queries, decoding)
    shown = _shown(queries.masks, decoding.placement)
    for rows, logits, is_seen in _over(shown, contest.sampling).strips(shown):
        masks = fine_sigmoid(logits)
        best = (masks * queries.scores).argmax(axis=-1)
        sure = np.take_along_axis(masks, best[..., None], axis=-1)[..., 0]
        own = (masks >= MASK_THRESHOLD).sum(axis=(0, 1))
        is_claimed = sure >= MASK_THRESHOLD
        contest.settle(rows, best, sure, own=own, is_seen=is_seen, is_claimed=is_claimed)
    return contest.segmentation()


def seen_size(place: Placement) -> tuple[int, int]:
    """Height and width of the picture in the network's input, in whole pixels."""
    height, width = round(place.height * place.scale_y), round(place.width * place.scale_x)
    return min(height, place.input_height), min(width, place.input_width)


def _shown(masks: Floats, place: Placement) -> EnlargedMaps:
    """Masks, a cell for a pixel of the network's input, without what lies beside the picture."""
    return EnlargedMaps(masks, (place.input_height, place.input_width), shown=seen_size(place))


def _over(shown: EnlargedMaps, sampling: MapSampling) -> MapSampling:
    height, width = shown.shape[:2]
    whole = Placement.pixel_for_pixel(width, height)
    return MapSampling(whole, sampling.height, sampling.width)
