"""Reading masks as the kind of segmentation that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ailab.services.inference.subtask import Subtask
from ailab.services.inference.tasks.decoders import DECODERS
from ailab.services.inference.tasks.instance_logits import decode_instance_logits
from ailab.services.inference.tasks.instance_queries import decode_instance_queries
from ailab.services.inference.tasks.mask_queries import decode_query_instances
from ailab.services.inference.tasks.semantic_queries import decode_semantic_queries

if TYPE_CHECKING:
    from ailab.services.inference.predictions import Prediction
    from ailab.services.inference.tasks.decoding import Decoding, Outputs

_OF_DETR = "pred_masks"


def decode_subtask(subtask: Subtask, outputs: Outputs, decoding: Decoding) -> Prediction:
    """What masks tell of a picture.

    Args:
        subtask: what is asked for.
        outputs: of a network that is read by one of `SUBTASK_DECODERS`.
        decoding: names that decoder.

    Raises:
        ModelFileError: other outputs.
    """
    name = decoding.settings.name
    if subtask is Subtask.SEMANTIC:
        return decode_semantic_queries(outputs, decoding)
    if subtask is Subtask.PANOPTIC:
        return DECODERS[name](outputs, decoding)
    if name == "mask-logits":
        return decode_instance_logits(outputs, decoding)
    if name == "task-queries":
        return decode_query_instances(outputs, decoding)
    if _OF_DETR in outputs:  # whose processor finds both in the same way
        return DECODERS[name](outputs, decoding)
    return decode_instance_queries(outputs, decoding)
