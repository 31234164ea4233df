"""`zero-shot-object-detection` with OWL-ViT and OWLv2: each label is a query of its own."""

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
from ailab.services.inference.network import Network
from ailab.services.inference.picture_input import picture_input
from ailab.services.inference.placement import Placement
from ailab.services.inference.predictions import Detections
from ailab.services.inference.preprocess import preprocess
from ailab.services.inference.prompt import Prompt
from ailab.services.inference.tasks.decoding import Decoding, unexpected
from ailab.services.inference.tasks.zero_shot_detection import decode_label_boxes

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.model_description import ModelDescription
    from ailab.services.inference.network import Tensors

    Answers = list[dict[str, npt.NDArray[Any]]]


@dataclass(frozen=True, slots=True)
class _Question:
    """A picture, the labels, and where the picture lies in the network's input."""

    picture: Tensors
    labels: tuple[str, ...]
    batches: tuple[LabelBatch, ...]
    placement: Placement


class LabelBoxesPipeline:
    """Networks that score each box for each label.

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

    def prepare(self, pixels: npt.NDArray[np.uint8], prompt: Prompt) -> _Question:
        """See `Pipeline.prepare`."""
        labels = asked_labels(prompt)
        batches = self._words.batches(labels)
        tensor, placement = preprocess(pixels, self._picture.preprocessing)
        return _Question(self._picture.feeds(tensor, placement), labels, batches, placement)

    def run(self, prepared: _Question) -> tuple[_Question, Answers]:
        """See `Pipeline.run`."""
        return prepared, [
            self._network.run({**prepared.picture, **batch.feeds}) for batch in prepared.batches
        ]

    def finish(self, answer: tuple[_Question, Answers]) -> Detections:
        """See `Pipeline.finish`."""
        question, answers = answer
        outputs = dict(answers[0])
        if len(answers) > 1:  # the boxes are the picture's own, whatever is looked for
            logits = [
                _logits(each, batch) for each, batch in zip(answers, question.batches, strict=True)
            ]
            outputs["logits"] = np.concatenate(logits, axis=-1)
        decoding = Decoding(shown_labels(question.labels), self._settings, question.placement)
        return decode_label_boxes(outputs, decoding)


def _logits(outputs: Tensors, batch: LabelBatch) -> npt.NDArray[Any]:
    logits = outputs.get("logits")
    if logits is None or logits.ndim != 3 or logits.shape[2] < batch.count:
        raise unexpected(outputs, "one score per box and label")
    return logits[..., : batch.count]
