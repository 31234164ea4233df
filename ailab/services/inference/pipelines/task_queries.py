"""`image-segmentation` with OneFormer, which is told in words what kind of it is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.label_tokens import LabelTokens
from ailab.services.inference.network import Network
from ailab.services.inference.pipelines.single_pass import SinglePassPipeline
from ailab.services.inference.prompt import Prompt

if TYPE_CHECKING:
    from PIL.Image import Image

    from ailab.services.inference.model_description import ModelDescription
    from ailab.services.inference.network import Tensors
    from ailab.services.inference.placement import Placement

_TASK = "task_inputs"
_WORDS = "the task is panoptic"


class TaskQueriesPipeline(SinglePassPipeline):
    """Preprocessing, one run with the task beside the picture, and the regions.

    The task is the panoptic one, which its networks are all trained for and transformers'
    pipeline takes by itself; its words are those of transformers' `OneFormerProcessor`.

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
        tokens = LabelTokens(description.tokenizer, length).encode([_WORDS], length)
        self._task = tokens["input_ids"] * tokens["attention_mask"]

    def prepare_image(self, image: Image, prompt: Prompt) -> tuple[Tensors, Placement]:
        """See `ImagePipeline.prepare_image`."""
        feeds, placement = super().prepare_image(image, prompt)
        return {**feeds, _TASK: self._task}, placement
