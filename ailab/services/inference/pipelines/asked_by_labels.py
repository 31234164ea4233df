"""What the networks share that are run once for each batch of typed labels beside a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ailab.services.inference.label_feeds import (
    TEXT_INPUTS,
    LabelBatch,
    LabelFeeds,
    asked_labels,
    shown_labels,
)
from ailab.services.inference.network import MODEL, Network
from ailab.services.inference.picture_input import picture_input
from ailab.services.inference.placement import Placement
from ailab.services.inference.preprocess import preprocess
from ailab.services.inference.prompt import Prompt
from ailab.services.inference.tasks.decoding import Decoding

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ailab.services.inference.model_description import ModelDescription
    from ailab.services.inference.network import Tensors

    Answers = list[dict[str, npt.NDArray[Any]]]


@dataclass(frozen=True, slots=True)
class LabelQuestion:
    """A picture, the labels, and where the picture lies in the network's input."""

    picture: Tensors
    labels: tuple[str, ...]
    batches: tuple[LabelBatch, ...]
    placement: Placement


class AskedByLabels:
    """The first two steps; what comes of the answers is each pipeline's own.

    Args:
        network: takes `pixel_values` and `input_ids`.
        description: how pictures and labels go in.
        others: inputs that whoever builds on this fills with something else.
        reads: the part that takes `input_ids`, where that is not the one that takes the picture.

    Raises:
        ModelFileError: the description does not suit the network, or there is no tokenizer.
    """

    def __init__(
        self,
        network: Network,
        description: ModelDescription,
        *,
        others: tuple[str, ...] = (),
        reads: str = MODEL,
    ) -> None:
        self._network = network
        self._settings = description.decoder
        specs = network.inputs()
        self._words = LabelFeeds(network.inputs(reads), description)
        self._picture = picture_input(specs, description.preprocessing, (*TEXT_INPUTS, *others))

    def prepare(self, pixels: npt.NDArray[np.uint8], prompt: Prompt) -> LabelQuestion:
        """See `Pipeline.prepare`."""
        labels = asked_labels(prompt)
        batches = self._words.batches(labels)
        tensor, placement = preprocess(pixels, self._picture.preprocessing)
        return LabelQuestion(self._picture.feeds(tensor, placement), labels, batches, placement)

    def run(self, prepared: LabelQuestion) -> tuple[LabelQuestion, Answers]:
        """See `Pipeline.run`."""
        return prepared, [
            self._network.run({**prepared.picture, **batch.feeds}) for batch in prepared.batches
        ]

    def _decoding(self, question: LabelQuestion) -> Decoding:
        """How the answers to a question are read."""
        return Decoding(shown_labels(question.labels), self._settings, question.placement)
