"""`image-segmentation` with networks whose masks are read as the kind that is asked for."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

from ailab.services.inference.network import check_finite
from ailab.services.inference.pipelines.single_pass import SinglePassPipeline
from ailab.services.inference.pipelines.task_queries import TaskQueriesPipeline
from ailab.services.inference.prompt import Prompt
from ailab.services.inference.subtask import Subtask
from ailab.services.inference.tasks.decoding import Decoding
from ailab.services.inference.tasks.subtask_decoders import decode_subtask

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ailab.services.inference.model_description import ModelDescription
    from ailab.services.inference.network import Network, Tensors
    from ailab.services.inference.placement import Placement
    from ailab.services.inference.predictions import Prediction


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """A picture, or what the network answered to it, and what is asked for."""

    tensors: Tensors
    placement: Placement
    subtask: Subtask


class MaskQueriesPipeline:
    """One run of the network, and its queries read as a prompt asks for; else as panoptic ones.

    Args:
        network: has the part `model`.
        description: how pictures go in and what comes out.

    Raises:
        ModelFileError: the description does not suit the network.
    """

    def __init__(self, network: Network, description: ModelDescription) -> None:
        is_told = description.decoder.name == "task-queries"
        self._pass = (TaskQueriesPipeline if is_told else SinglePassPipeline)(network, description)
        self._description = description

    def prepare(self, pixels: npt.NDArray[np.uint8], prompt: Prompt) -> _Asked:
        """See `Pipeline.prepare`."""
        return self.prepare_image(Image.fromarray(pixels), prompt)

    def prepare_image(self, image: Image.Image, prompt: Prompt) -> _Asked:
        """See `ImagePipeline.prepare_image`."""
        prepared = self._pass.prepare_image(image, prompt)
        return _Asked(*prepared, prompt.subtask or Subtask.PANOPTIC)

    def run(self, prepared: _Asked) -> _Asked:
        """See `Pipeline.run`."""
        answer = self._pass.run((prepared.tensors, prepared.placement))
        return _Asked(*answer, prepared.subtask)

    def batch_key(self, prepared: _Asked) -> Hashable | None:
        """See `BatchPipeline.batch_key`."""
        return self._pass.batch_key((prepared.tensors, prepared.placement))

    def run_all(self, prepared: Sequence[_Asked]) -> list[_Asked]:
        """See `BatchPipeline.run_all`."""
        answers = self._pass.run_all([(each.tensors, each.placement) for each in prepared])
        return [
            _Asked(*answer, each.subtask) for answer, each in zip(answers, prepared, strict=True)
        ]

    def finish(self, answer: _Asked) -> Prediction:
        """See `Pipeline.finish`."""
        check_finite(answer.tensors)
        decoding = Decoding(self._description.labels, self._description.decoder, answer.placement)
        return decode_subtask(answer.subtask, answer.tensors, decoding)
