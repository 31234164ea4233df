"""What a decoder is, and what each needs beside a network's outputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ailab.services.inference.answer_models import ANSWER_SCORES
from ailab.services.inference.inference_errors import DescriptionError, ModelFileError
from ailab.services.inference.label_nouns import ANSWER_NOUNS, CLASS_NOUNS
from ailab.services.inference.model_description import DecoderSettings
from ailab.services.inference.placement import Placement
from ailab.services.inference.predictions import Prediction
from ailab.services.listed import few

if TYPE_CHECKING:
    import numpy.typing as npt

    Outputs: TypeAlias = Mapping[str, npt.NDArray[Any]]
    Floats: TypeAlias = npt.NDArray[np.float32]


_SLACK = 0.01
"""How far arithmetic in float16 or int8 leads probabilities beyond 0 and 1."""

_LARGEST_LOGIT = 60.0
_SMALLEST_LOGIT = 80.0
"""Below the negative of it the exponential would have no place in float32."""


@dataclass(frozen=True, slots=True)
class Decoding:
    """The model's classes and settings, and where the picture lies in the network's input."""

    labels: tuple[str, ...]
    settings: DecoderSettings
    placement: Placement

    def label(self, class_id: int) -> str:
        """A class's name, or its number where the model names too few."""
        if class_id < len(self.labels):
            return self.labels[class_id]
        return f"{self.settings.unnamed}{class_id}"

    def check_class_count(self, count: int, *no_objects: int) -> None:
        """Compare what a network tells apart with what the model's files promise.

        Args:
            count: the classes in the network's output.
            no_objects: how many of them may mean that there is no object; 0 where left out.

        Raises:
            ModelFileError: they differ, so that the names would be those of other classes.
        """
        promised = self.settings.class_count
        if promised is None:
            return
        for expected in (promised, len(self.labels)):  # numbers left out may count or not
            if any(count == expected + extra for extra in no_objects or (0,)):
                return
        one, many = ANSWER_NOUNS if self.settings.name == ANSWER_SCORES else CLASS_NOUNS
        raise ModelFileError(
            f"The model's config.json names {promised} {one if promised == 1 else many}, "
            f"but its network scores {count}, so that the names would be wrong.",
            "Choose another model or another variant of it, or correct id2label in config.json.",
        )


Decoder: TypeAlias = Callable[["Outputs", Decoding], Prediction]


def output(outputs: Outputs, name: str | None, dimensions: int) -> Floats:
    """An output without its batch, as float32.

    Args:
        outputs: all of a network's outputs for one picture.
        name: of the output; the first of that many dimensions where there is no such name, or
            None is given.
        dimensions: how many it has, the batch left out.

    Raises:
        ModelFileError: no such output.
    """
    fitting = [values for values in outputs.values() if _fits(values, dimensions)]
    named = outputs.get(name) if name is not None else None
    if named is not None and _fits(named, dimensions):
        fitting = [named]
    if not fitting:
        raise unexpected(outputs, f"an output of {dimensions + 1} dimensions")
    values: Floats = fitting[0][0].astype(np.float32, copy=False)
    return values


def one_channel(values: npt.NDArray[Any]) -> npt.NDArray[Any] | None:
    """An output of shape (1, 1, h, w), (1, h, w, 1) or (1, h, w) as (h, w); None for another."""
    if values.ndim == 4 and values.shape[0] == 1 and 1 in {values.shape[1], values.shape[3]}:
        return values[0, 0] if values.shape[1] == 1 else values[0, ..., 0]
    return values[0] if values.ndim == 3 and values.shape[0] == 1 else None


def probabilities_of(values: npt.NDArray[Any], outputs: Outputs) -> Floats:
    """The values of one channel as they are, or their sigmoid where some lie beyond 0 and 1.

    Raises:
        ModelFileError: they are neither probabilities nor logits: none is negative, and some are
            large (0 to 255).
    """
    found: Floats = values.astype(np.float32)
    lowest, highest = float(found.min()), float(found.max())
    if lowest >= 0 and highest > _LARGEST_LOGIT:
        raise unexpected(outputs, "probabilities from 0 to 1, or logits")
    return sigmoid(found) if lowest < -_SLACK or highest > 1 + _SLACK else found


def unexpected(outputs: Outputs, expected: str) -> DescriptionError:
    """The error that names an expectation and the outputs that there are."""
    shapes = few(f"{name} {'×'.join(map(str, values.shape))}" for name, values in outputs.items())
    return DescriptionError(
        f"The model's outputs are not what its description promises: expected {expected}, "
        f"found {shapes}.",
        "Choose another model, or correct its description (config.json, or its sheet).",
    )


def softmax(logits: Floats) -> Floats:
    """Probabilities along the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    probabilities: Floats = shifted / shifted.sum(axis=-1, keepdims=True)
    return probabilities


def sigmoid(logits: Floats) -> Floats:
    """Probabilities, each on its own; without overflow for any finite logit."""
    probabilities: Floats = 0.5 * (1.0 + np.tanh(0.5 * logits))
    return probabilities


def fine_sigmoid(logits: Floats) -> Floats:
    """As `sigmoid`, with as many digits of small probabilities as of large ones; takes longer.

    Where no mask claims a pixel to speak of, the largest of such probabilities wins it.
    """
    probabilities = np.negative(logits)
    np.minimum(probabilities, _SMALLEST_LOGIT, out=probabilities)
    np.exp(probabilities, out=probabilities)
    probabilities += 1
    return np.reciprocal(probabilities, out=probabilities)


def _fits(values: npt.NDArray[Any], dimensions: int) -> bool:
    return values.ndim == dimensions + 1 and values.shape[0] == 1 and values.size > 0
