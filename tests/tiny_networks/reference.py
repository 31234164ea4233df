"""What ailab's predictions are compared with, and how far they may lie from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from PIL import Image

from ailab.services.inference.predictions import Classification, Prediction

MASKS = 1e-3
"""1 - IoU: both sides interpolate the same logits in the same way."""

Compare = Callable[[Image.Image, Prediction], "list[Difference]"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A measured difference.

    Attributes:
        measure: what was measured.
        worst: the largest difference; infinite where labels or numbers of things differ, and where
            it is no number.
        limit: what it may be at most.
    """

    measure: str
    worst: float
    limit: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "worst", worse(self.worst))

    @property
    def is_small(self) -> bool:
        """True where it is within the limit."""
        return self.worst <= self.limit


def worse(*differences: float) -> float:
    """The largest; infinite where one is no number, which is larger and smaller than nothing."""
    worst = float(np.max(differences))
    return float(np.inf) if np.isnan(worst) else worst


def scores_apart(found: Prediction, theirs: Mapping[str, float]) -> list[Difference]:
    """How far scores of labels lie from those expected; infinitely where labels differ."""
    assert isinstance(found, Classification)
    ours = {each.label: each.score for each in found.scores}
    if ours.keys() != theirs.keys():
        return [Difference("score", np.inf, 1e-3)]
    return [Difference("score", worse(*(abs(ours[k] - v) for k, v in theirs.items())), 1e-3)]


_TAKEN = frozenset(
    {
        *("pixel_values", "pixel_mask", "pixel_attention_mask", "spatial_shapes", "input_ids"),
        *("patch_offsets", "task_inputs"),
    }
)
"""What a processor makes for a network."""


class Reference:
    """transformers on a folder of `save_pretrained`.

    Args:
        network: the model, in evaluation mode.
        processor: its Pillow image processor.
        words: what that is a part of, where a task goes in beside the picture.
        task: the one that does.
    """

    def __init__(
        self, network: Any, processor: Any, words: Any = None, task: str = "panoptic"
    ) -> None:
        self.network = network
        self.processor = processor
        self._words = words
        self._task = task

    def inputs(self, picture: Image.Image) -> dict[str, Any]:
        """What the model is run on."""
        if self._words is None:
            found = self.processor(images=picture, return_tensors="pt")
        else:
            found = self._words(picture, [self._task], return_tensors="pt")
        return {key: value for key, value in found.items() if key in _TAKEN and len(value)}

    def outputs(self, picture: Image.Image) -> Any:
        """What the model answers to a picture."""
        with torch.inference_mode():
            return self.network(**self.inputs(picture.convert("RGB")))
