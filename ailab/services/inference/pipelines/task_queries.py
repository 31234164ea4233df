"""`image-segmentation` with OneFormer, which is told in words what kind of it is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.label_tokens import LabelTokens
from ailab.services.inference.network import Network
from ailab.services.inference.pipelines.single_pass import SinglePassPipeline
from ailab.services.inference.prompt import Prompt
from ailab.services.inference.subtask import Subtask

if TYPE_CHECKING:
    from PIL.Image import Image

    from ailab.services.inference.model_description import ModelDescription
    from ailab.services.inference.network import Tensors
    from ailab.services.inference.placement import Placement

_TASK = "task_inputs"
_WORDS = "the task is {}"


class TaskQueriesPipeline(SinglePassPipeline):
    """Preprocessing, one run with the task beside the picture, and the regions.

    Its networks are trained for all three tasks; where none is asked for it is the panoptic one,
    as in transformers' pipeline. The words are those of transformers' `OneFormerProcessor`.

    Args:
        network: takes `pixel_values` and `task_inputs`.
        description: how pictures go in, with a tokenizer.

    Raises:
        ModelFileError: the description does not suit the network.
    """

    def __init__(self, network: Network, description: ModelDescription) -> None:
        super().__init__(network, description, others=(_TASK,))
        if description.tokenizer is None or description.text is None:
            raise ModelFileError(
                "The model comes without tokenizer.json, which turns words into numbers.",
                "Download the model again, or choose another one.",
            )
        length = description.text.length
        words = [_WORDS.format(subtask.value) for subtask in Subtask]
        tokens = LabelTokens(description.tokenizer, length).encode(words, length)
        told = tokens["input_ids"] * tokens["attention_mask"]
        self._tasks = {subtask: told[i : i + 1] for i, subtask in enumerate(Subtask)}

    def prepare_image(self, image: Image, prompt: Prompt) -> tuple[Tensors, Placement]:
        """See `ImagePipeline.prepare_image`."""
        feeds, placement = super().prepare_image(image, prompt)
        return {**feeds, _TASK: self._tasks[prompt.subtask or Subtask.PANOPTIC]}, placement
