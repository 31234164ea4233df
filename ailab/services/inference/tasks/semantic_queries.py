"""`image-segmentation`, semantic, from masks: the class of each pixel."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ailab.services.inference.placement import Placement
from ailab.services.inference.tasks.image_segmentation import class_regions
from ailab.services.inference.tasks.mask_logits import seen_size
from ailab.services.inference.tasks.query_classes import QueryClasses

if TYPE_CHECKING:
    from ailab.services.inference.predictions import Segmentation
    from ailab.services.inference.tasks.decoding import Decoding, Outputs


def decode_semantic_queries(outputs: Outputs, decoding: Decoding) -> Segmentation:
    """Queries, each a class and a mask, to the class of each pixel.

    As `post_process_semantic_segmentation` of transformers' processors: what all queries together
    claim for each class is interpolated to the picture, and the most wins; every pixel has a class.
    EoMT's masks, whose network sees the picture with something beside it, are enlarged to its
    input first, and what lies beside the picture is cut off.

    Args:
        outputs: as `QueryClasses` takes them.
        decoding: the classes, and where the picture lies.

    Raises:
        ModelFileError: other outputs.
    """
    side = decoding.settings.mask_size
    maps = QueryClasses(outputs, None if side is None else (side, side))
    if decoding.settings.name == "mask-logits":
        place = decoding.placement
        seen = seen_size(place)
        maps = QueryClasses(outputs, (place.input_height, place.input_width), shown=seen)
        decoding = replace(decoding, placement=_filling(place, seen))
    count = maps.shape[0]
    decoding.check_class_count(count + 1, 1)
    return class_regions(maps, decoding, count, are_logits=False)


def _filling(place: Placement, seen: tuple[int, int]) -> Placement:
    """The picture alone in what is left of the input, of a height and a width."""
    height, width = seen
    scales = width / place.width, height / place.height
    return Placement(place.width, place.height, width, height, *scales)
