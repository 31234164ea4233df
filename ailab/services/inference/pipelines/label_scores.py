"""`zero-shot-image-classification`: how well each of the typed labels suits the picture.

The sentence around a label, softmax and sigmoid are those of transformers' pipeline.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.label_feeds import (
    TEXT_INPUTS,
    LabelBatch,
    LabelFeeds,
    asked_labels,
    shown_labels,
)
from ailab.services.inference.network import Network, check_finite
from ailab.services.inference.picture_input import picture_input
from ailab.services.inference.placement import Placement
from ailab.services.inference.predictions import Classification
from ailab.services.inference.preprocess import preprocess
from ailab.services.inference.prompt import Prompt
from ailab.services.inference.tasks.decoding import Decoding, output, unexpected
from ailab.services.inference.tasks.image_classification import decode_class_scores

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.model_description import ModelDescription
    from ailab.services.inference.network import Tensors

_SCORES = "logits_per_image"


@dataclass(frozen=True, slots=True)
class _Question:
    """A picture, the labels, and where the picture lies in the network's input."""

    picture: Tensors
    labels: tuple[str, ...]
    batches: tuple[LabelBatch, ...]
    placement: Placement


class LabelScoresPipeline:
    """Networks such as CLIP and SigLIP, picture and words in one graph.

    Args:
        network: takes `pixel_values` and `input_ids`, gives `logits_per_image`.
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

    def prepare(self, pixels: npt.NDArray[np.uint8], prompt: Prompt) -> _Question:
        """See `Pipeline.prepare`."""
        labels = asked_labels(prompt)
        batches = self._words.batches(labels)
        tensor, placement = preprocess(pixels, self._picture.preprocessing)
        return _Question(self._picture.feeds(tensor, placement), labels, batches, placement)

    def run(self, prepared: _Question) -> tuple[_Question, list[dict[str, npt.NDArray[Any]]]]:
        """See `Pipeline.run`."""
        return prepared, [
            self._network.run({**prepared.picture, **batch.feeds}) for batch in prepared.batches
        ]

    def finish(self, answer: tuple[_Question, list[dict[str, npt.NDArray[Any]]]]) -> Classification:
        """See `Pipeline.finish`."""
        question, outputs = answer
        scores = [
            _scores(each, batch) for each, batch in zip(outputs, question.batches, strict=True)
        ]
        decoding = Decoding(shown_labels(question.labels), self._settings, question.placement)
        return decode_class_scores({"logits": np.concatenate(scores)[None]}, decoding)


def _scores(outputs: Tensors, batch: LabelBatch) -> npt.NDArray[np.float32]:
    """One score per label of a batch, of the output `logits_per_image`."""
    if _SCORES not in outputs:
        raise unexpected(outputs, "logits_per_image")
    check_finite({_SCORES: outputs[_SCORES]})
    scores = output({_SCORES: outputs[_SCORES]}, _SCORES, 1)
    if scores.size < batch.count:
        raise unexpected(outputs, "one score per label")
    return scores[: batch.count]
