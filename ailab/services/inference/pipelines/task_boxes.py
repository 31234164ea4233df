"""`zero-shot-object-detection` with OmDet-Turbo: labels, and a sentence that asks for them all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ailab.services.inference.network import Network
from ailab.services.inference.pipelines.asked_by_labels import AskedByLabels, LabelQuestion
from ailab.services.inference.predictions import Detections
from ailab.services.inference.prompt import Prompt
from ailab.services.inference.tasks.zero_shot_detection import decode_task_boxes

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ailab.services.inference.model_description import ModelDescription
    from ailab.services.inference.network import Tensors
    from ailab.services.inference.pipelines.asked_by_labels import Answers

TASK_INPUTS = ("tasks_input_ids", "tasks_attention_mask")


class TaskBoxesPipeline(AskedByLabels):
    """As transformers' `OmDetTurboProcessor`: “Detect cat, dog.” goes in beside the labels.

    Args:
        network: takes `pixel_values`, `input_ids` and `attention_mask` of the labels, and
            `TASK_INPUTS`.
        description: how pictures and labels go in.

    Raises:
        ModelFileError: the description does not suit the network, or there is no tokenizer.
    """

    def __init__(self, network: Network, description: ModelDescription) -> None:
        super().__init__(network, description, others=TASK_INPUTS)

    def prepare(self, pixels: npt.NDArray[np.uint8], prompt: Prompt) -> LabelQuestion:
        """See `Pipeline.prepare`."""
        question = super().prepare(pixels, prompt)
        tokens = self._words.feeds([f"Detect {', '.join(question.labels)}."])
        task: Tensors = {f"tasks_{name}": values for name, values in tokens.items()}
        return replace(question, picture={**question.picture, **task})

    def finish(self, answer: tuple[LabelQuestion, Answers]) -> Detections:
        """See `Pipeline.finish`."""
        question, answers = answer
        return decode_task_boxes(answers[0], self._decoding(question))
