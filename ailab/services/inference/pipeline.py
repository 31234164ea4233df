"""What a pipeline is: a task's way from a picture to a prediction, over any engine's network."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from ailab.services.inference.predictions import Prediction
from ailab.services.inference.prompt import Prompt

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from PIL.Image import Image


class Pipeline(Protocol):
    """Three steps, of which only the second needs the network.

    The first and the last may be done on other threads than the second, for other pictures than
    the one that the network has in hand. What is handed on between them is the pipeline's own.
    """

    def prepare(self, pixels: npt.NDArray[np.uint8], prompt: Prompt) -> Any:
        """Make what the network needs of one upright RGB picture of shape (height, width, 3).

        Raises:
            PictureError: the picture's shape does not suit the model.
            ModelFileError: no picture does, or the prompt lacks what the model asks for.
        """
        ...

    def run(self, prepared: Any) -> Any:
        """Run the network.

        Raises:
            ModelFileError: it refused what it was given.
            Terminated: it was stopped.
        """
        ...

    def finish(self, answer: Any) -> Prediction:
        """Make a prediction of the network's answer.

        Raises:
            ModelFileError: the answer is not what the model's description promises.
        """
        ...


@runtime_checkable
class ImagePipeline(Pipeline, Protocol):
    """One whose first step takes the picture as Pillow has it, which spares copying it."""

    def prepare_image(self, image: Image, prompt: Prompt) -> Any:
        """As `prepare`; the image is of mode RGB."""
        ...


Tell = Callable[[int, int], None]
"""Is told how many parts of how many are done."""


def tell_nobody(_done: int, _total: int) -> None:
    """To `Tell` of a run that nobody waits for."""


@runtime_checkable
class SteadyPipeline(Pipeline, Protocol):
    """One whose second step can take a minute and more, and tells how far it is."""

    def run_telling(self, prepared: Any, tell: Tell) -> Any:
        """As `run`; `tell` is called often, on the same thread."""
        ...


@runtime_checkable
class BatchPipeline(Pipeline, Protocol):
    """One that can run several pictures at once."""

    def batch_key(self, prepared: Any) -> Hashable | None:
        """Equal for pictures that can be run at once; None for one that cannot."""
        ...

    def run_all(self, prepared: Sequence[Any]) -> list[Any]:
        """Run the network once on pictures of the same key; an answer for each, as `run` gives it.

        Raises:
            ModelFileError: it refused them, or answered something that is none for each.
            Terminated: it was stopped.
        """
        ...
