"""`image-classification` by rules in words: how likely a picture breaks each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.chat_processor import ChatProcessor
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.label_name import label_name
from ailab.services.inference.network import MODEL, Network, check_finite
from ailab.services.inference.predictions import Classification, ClassScore
from ailab.services.inference.tasks.decoding import unexpected

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.model_description import ModelDescription
    from ailab.services.inference.network import Tensors
    from ailab.services.inference.prompt import Prompt

_SCORES = "probabilities"


class PoliciesPipeline:
    """ShieldGemma 2: it answers yes or no to each rule, and how likely “yes” is is the score.

    The rules, and the conversation that each is put into, are those of the model's own processor
    and template. “Yes” means that the picture breaks the rule; scores do not add up to 1.

    Args:
        network: gives `probabilities` of shape (rules, 2), yes first.
        description: which model.

    Raises:
        ModelFileError: the model's files cannot be used; see `ChatProcessor`.
    """

    def __init__(self, network: Network, description: ModelDescription) -> None:
        if not network.has(MODEL):
            raise ModelFileError("The model's network judges nothing.", "Choose another model.")
        self._network = network
        self._processor = ChatProcessor(description.weights.parent)
        self._names = tuple(map(label_name, self._processor.policies()))

    def prepare(self, pixels: npt.NDArray[np.uint8], _prompt: Prompt) -> Tensors:
        """See `Pipeline.prepare`."""
        return self._processor.judged(pixels)

    def run(self, prepared: Tensors) -> Tensors:
        """See `Pipeline.run`."""
        return self._network.run(prepared)

    def finish(self, answer: Tensors) -> Classification:
        """See `Pipeline.finish`."""
        scores = answer.get(_SCORES)
        if scores is None or scores.shape != (len(self._names), 2):
            raise unexpected(answer, "yes and no to each rule")
        check_finite({_SCORES: scores})
        return Classification(
            tuple(
                ClassScore(int(index), self._names[index], float(scores[index, 0]))
                for index in np.argsort(-scores[:, 0], kind="stable")
            )
        )
