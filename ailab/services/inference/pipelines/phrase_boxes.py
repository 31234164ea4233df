"""`zero-shot-object-detection` with Grounding DINO: all labels are one text, "cat. dog."."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.label_feeds import (
    TEXT_INPUTS,
    LabelFeeds,
    asked_labels,
    shown_labels,
)
from ailab.services.inference.network import Network
from ailab.services.inference.picture_input import picture_input
from ailab.services.inference.placement import Placement
from ailab.services.inference.predictions import Detections
from ailab.services.inference.preprocess import preprocess
from ailab.services.inference.prompt import Prompt
from ailab.services.inference.tasks.decoding import Decoding
from ailab.services.inference.tasks.zero_shot_detection import decode_phrase_boxes

if TYPE_CHECKING:
    import numpy.typing as npt
    from tokenizers import Encoding

    from ailab.services.inference.model_description import ModelDescription
    from ailab.services.inference.network import Tensors


@dataclass(frozen=True, slots=True)
class _Text:
    """Labels as one text: the network's inputs, and which label each token belongs to."""

    labels: tuple[str, ...]
    feeds: dict[str, npt.NDArray[Any]]
    owners: npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class _Question:
    """A picture, the text, and where the picture lies in the network's input."""

    picture: Tensors
    text: _Text
    placement: Placement


class PhraseBoxesPipeline:
    """Networks that score each box for each token of a text.

    Args:
        network: takes `pixel_values` and `input_ids`, gives `logits` and `pred_boxes`.
        description: how pictures and labels go in.

    Raises:
        ModelFileError: the description does not suit the network, or there is no tokenizer.
    """

    def __init__(self, network: Network, description: ModelDescription) -> None:
        self._network = network
        self._settings = description.decoder
        specs = network.inputs()
        self._words = LabelFeeds(specs, description)
        self._picture = picture_input(specs, description.preprocessing, TEXT_INPUTS)
        self._kept: _Text | None = None

    def prepare(self, pixels: npt.NDArray[np.uint8], prompt: Prompt) -> _Question:
        """See `Pipeline.prepare`."""
        text = self._text(asked_labels(prompt))
        tensor, placement = preprocess(pixels, self._picture.preprocessing)
        return _Question(self._picture.feeds(tensor, placement), text, placement)

    def run(self, prepared: _Question) -> tuple[_Question, dict[str, npt.NDArray[Any]]]:
        """See `Pipeline.run`."""
        return prepared, self._network.run({**prepared.picture, **prepared.text.feeds})

    def finish(self, answer: tuple[_Question, Tensors]) -> Detections:
        """See `Pipeline.finish`."""
        question, outputs = answer
        labels = shown_labels(question.text.labels)
        decoding = Decoding(labels, self._settings, question.placement)
        return decode_phrase_boxes(outputs, question.text.owners, decoding)

    def _text(self, labels: tuple[str, ...]) -> _Text:
        if self._kept is not None and self._kept.labels == labels:
            return self._kept
        phrases = [_phrase(label) for label in labels]
        joined = ". ".join(phrases) + "."
        encoding = self._words.tokens.encodings([joined])[0]
        if encoding.overflowing:
            raise ModelFileError(
                "The labels are too many or too long for this model: it takes a text of "
                f"{self._words.length} tokens, which are words, parts of words and full stops.",
                "Type fewer or shorter labels.",
            )
        owners = _owners(phrases, encoding)
        if silent := set(range(len(labels))).difference(owners.tolist()):
            raise ModelFileError(
                f"There is no word in the label “{shown_labels(labels)[min(silent)]}”.",
                "Type a label that names what to look for.",
            )
        self._kept = _Text(labels, self._words.feeds([joined]), owners)
        return self._kept


def _owners(phrases: list[str], encoding: Encoding) -> npt.NDArray[np.intp]:
    """For each token the index of its phrase; -1 for full stops between, and for special ones."""
    owners = np.full(len(encoding.ids), -1, np.intp)
    starts = np.cumsum([0, *(len(phrase) + 2 for phrase in phrases)])  # a full stop and a space
    for index, (start, end) in enumerate(encoding.offsets):
        if start == end or encoding.special_tokens_mask[index]:
            continue
        phrase = int(np.searchsorted(starts, start, side="right")) - 1
        if phrase < len(phrases) and end <= starts[phrase] + len(phrases[phrase]):
            owners[index] = phrase
    return owners


def _phrase(label: str) -> str:
    """A label as transformers' processor writes it; a full stop inside would end the phrase."""
    return " ".join(label.lower().replace(".", " ").split())
