"""Most tasks: the picture goes through the network once, and a decoder reads what comes out."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.network import Network, check_finite
from ailab.services.inference.paddle_sizes import PADDLE_ROWS
from ailab.services.inference.picture_input import picture_input
from ailab.services.inference.predictions import Prediction
from ailab.services.inference.preprocess import preprocess
from ailab.services.inference.prompt import Prompt
from ailab.services.inference.tasks.decoders import DECODERS
from ailab.services.inference.tasks.decoding import Decoding

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.model_description import ModelDescription
    from ailab.services.inference.network import Tensors
    from ailab.services.inference.placement import Placement


class SinglePassPipeline:
    """Preprocessing, one run, and the decoder that the model's description names.

    Args:
        network: has the part `model`.
        description: how pictures go in and what comes out.
        others: inputs that whoever builds on this fills with something else.

    Raises:
        ModelFileError: the description does not suit the network.
    """

    def __init__(
        self, network: Network, description: ModelDescription, *, others: Collection[str] = ()
    ) -> None:
        self._network = network
        self._description = description
        self._picture = picture_input(network.inputs(), description.preprocessing, others)
        # PaddleDetection's rows do not tell whose picture they are of.
        self._takes_several = description.decoder.name != PADDLE_ROWS and all(
            spec.shape and not isinstance(spec.shape[0], int) for spec in network.inputs()
        )

    def prepare(self, pixels: npt.NDArray[np.uint8], prompt: Prompt) -> tuple[Tensors, Placement]:
        """See `Pipeline.prepare`."""
        return self.prepare_image(Image.fromarray(pixels), prompt)

    def prepare_image(self, image: Image.Image, _prompt: Prompt) -> tuple[Tensors, Placement]:
        """See `ImagePipeline.prepare_image`."""
        tensor, placement = preprocess(image, self._picture.preprocessing)
        return self._picture.feeds(tensor, placement), placement

    def run(
        self, prepared: tuple[Tensors, Placement]
    ) -> tuple[dict[str, npt.NDArray[Any]], Placement]:
        """See `Pipeline.run`."""
        feeds, placement = prepared
        return self._network.run(feeds), placement

    def batch_key(self, prepared: tuple[Tensors, Placement]) -> Hashable | None:
        """See `BatchPipeline.batch_key`."""
        if not self._takes_several:
            return None
        feeds, _ = prepared
        return tuple((name, values.shape, values.dtype.str) for name, values in feeds.items())

    def run_all(
        self, prepared: Sequence[tuple[Tensors, Placement]]
    ) -> list[tuple[dict[str, npt.NDArray[Any]], Placement]]:
        """See `BatchPipeline.run_all`."""
        names = prepared[0][0]
        feeds = {name: np.concatenate([each[0][name] for each in prepared]) for name in names}
        outputs = self._network.run(feeds)
        if any(values.shape[:1] != (len(prepared),) for values in outputs.values()):
            raise ModelFileError(
                "The model takes several pictures at once, but does not answer for each.",
                "Run the pictures one at a time.",
            )
        return [
            ({name: values[index : index + 1] for name, values in outputs.items()}, placement)
            for index, (_, placement) in enumerate(prepared)
        ]

    def finish(self, answer: tuple[Tensors, Placement]) -> Prediction:
        """See `Pipeline.finish`."""
        outputs, placement = answer
        check_finite(outputs)
        settings = self._description.decoder
        decoding = Decoding(self._description.labels, settings, placement)
        return DECODERS[settings.name](outputs, decoding)
