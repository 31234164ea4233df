"""A network's text inputs, filled with the labels that a person typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.label_name import label_name
from ailab.services.inference.label_tokens import LabelTokens, plain

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.model_description import ModelDescription
    from ailab.services.inference.network import TensorSpec
    from ailab.services.inference.prompt import Prompt

TEXT_INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_TYPES: dict[str, type[np.generic]] = {"int64": np.int64, "int32": np.int32, "bool": np.bool_}
_MOST_LABELS = 1000


@dataclass(frozen=True, slots=True)
class LabelBatch:
    """Labels that go through a network together.

    Attributes:
        count: how many of them are meant; a network of a fixed number is given more.
        feeds: the text inputs, by name.
    """

    count: int
    feeds: dict[str, npt.NDArray[Any]]


class LabelFeeds:
    """Fills what a network takes beside the picture, anew only where the labels change.

    Args:
        specs: all of the network's inputs.
        description: names the tokenizer, and says how labels go in.

    Raises:
        ModelFileError: the network takes no words, or the model lacks a tokenizer.
    """

    def __init__(self, specs: Sequence[TensorSpec], description: ModelDescription) -> None:
        self._specs = _text_inputs(specs)
        text = description.text
        if text is None or "input_ids" not in self._specs:
            raise ModelFileError(
                "The model's network takes no words beside the picture.",
                "Choose another variant of the model, or another model.",
            )
        if any(spec.dtype not in _TYPES for spec in self._specs.values()):
            raise ModelFileError(
                "The model takes words as numbers of a kind that ailab cannot give.",
                "Choose another variant of the model, or another model.",
            )
        if description.tokenizer is None:
            raise ModelFileError(
                "The model comes without tokenizer.json, which turns words into numbers.",
                "Download the model again, or choose another one.",
            )
        self._text = text
        fixed = _fixed(self._specs["input_ids"], 1)
        self.length = min(text.length, fixed) if fixed else text.length
        self._fill_to = fixed or (text.length if text.is_filled else 0)
        self.tokens = LabelTokens(description.tokenizer, self.length)
        self._kept: tuple[tuple[str, ...], tuple[LabelBatch, ...]] = ((), ())

    def batches(self, labels: tuple[str, ...]) -> tuple[LabelBatch, ...]:
        """The labels as what the network is run on, once for each batch.

        Raises:
            ModelFileError: the tokenizer fails.
        """
        kept, batches = self._kept
        if kept != labels or not batches:
            at_once = _fixed(self._specs["input_ids"], 0) or len(labels)
            texts = [self._text.template.replace("{}", label) for label in labels]
            texts = [plain(text) for text in texts] if self._text.is_plain else texts
            parts = [texts[start : start + at_once] for start in range(0, len(texts), at_once)]
            batches = tuple(
                LabelBatch(len(part), self.feeds(part + part[:1] * (at_once - len(part))))
                for part in parts
            )
            self._kept = labels, batches
        return batches

    def feeds(self, texts: Sequence[str]) -> dict[str, npt.NDArray[Any]]:
        """Texts as the network's own inputs.

        Raises:
            ModelFileError: the tokenizer fails.
        """
        tokens = self.tokens.encode(texts, self._fill_to)
        return {
            spec.name: tokens[name].astype(_TYPES[spec.dtype]) for name, spec in self._specs.items()
        }


def _text_inputs(specs: Sequence[TensorSpec]) -> dict[str, TensorSpec]:
    """The inputs for words by their usual names; OpenCLIP calls the only one `text`."""
    found = {spec.name: spec for spec in specs if spec.name in TEXT_INPUTS}
    is_open_clip = not found and [spec.name for spec in specs] == ["text"]
    return {"input_ids": specs[0]} if is_open_clip else found


def asked_labels(prompt: Prompt) -> tuple[str, ...]:
    """The labels of a prompt, without those that are blank.

    Raises:
        ModelFileError: there are none, or too many.
    """
    labels = tuple(label.strip() for label in prompt.labels if label.strip())
    if not labels:
        raise ModelFileError(
            "The model has not been told what to look for.",
            "Type labels for it, such as: cat, dog, bicycle.",
        )
    if len(labels) > _MOST_LABELS:
        raise ModelFileError(
            f"{len(labels)} labels are more than a model can be asked for at once.",
            f"Type at most {_MOST_LABELS}.",
        )
    return labels


def shown_labels(labels: Sequence[str]) -> tuple[str, ...]:
    """Labels as they can be shown, drawn and saved."""
    return tuple(label_name(label) for label in labels)


def _fixed(spec: TensorSpec, axis: int) -> int:
    """A length that the network fixes; 0 where it is free."""
    length = spec.shape[axis] if axis < len(spec.shape) else None
    return length if isinstance(length, int) and length > 0 else 0
