"""Which kind of segmentation a network that segments by masks is asked for."""

from __future__ import annotations

from enum import Enum


class Subtask(Enum):
    """A kind of segmentation; the value is its name in transformers, in JSON and as an option.

    `SEMANTIC`: a class for each pixel. `INSTANCE`: things, each with a mask of its own.
    `PANOPTIC`: things and backgrounds that do not overlap.
    """

    SEMANTIC = "semantic"
    INSTANCE = "instance"
    PANOPTIC = "panoptic"


SUBTASK_DECODERS = frozenset({"mask-logits", "mask-queries", "task-queries"})
"""Of networks whose masks can be read as any of them."""

PIECED_MODELS = frozenset({"EomtForUniversalSegmentation", "EomtDinov3ForUniversalSegmentation"})
"""Those of `SUBTASK_MODELS` that, trained for semantic segmentation, see a picture in pieces.

They can give nothing else then; `preprocessor_config.json` says it."""

SUBTASK_MODELS = frozenset(
    {
        "DetrForSegmentation",
        "Mask2FormerForUniversalSegmentation",
        "MaskFormerForInstanceSegmentation",
        "OneFormerForUniversalSegmentation",
        *PIECED_MODELS,
    }
)
"""Their architectures, as `config.json` names them."""
