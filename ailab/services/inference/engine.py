"""What an inference engine is; each is one file, used in the worker process alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from ailab.services.inference.predictions import Prediction

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ailab.services.inference.runnable_model import RunnableModel


@dataclass(frozen=True, slots=True)
class Forward:
    """A prediction and the seconds that its steps took."""

    prediction: Prediction
    preprocess: float
    forward: float
    postprocess: float


class LoadedModel(Protocol):
    """A model with its weights in memory."""

    def predict(self, pixels: npt.NDArray[np.uint8]) -> Forward:
        """Run the model on one upright RGB picture of shape (height, width, 3).

        Raises:
            ModelFileError: the outputs are not what the configuration promises.
        """
        ...

    def terminate(self) -> None:
        """Stop a forward pass under way, from another thread; it then raises `Terminated`."""
        ...


@runtime_checkable
class DescribableModel(LoadedModel, Protocol):
    """A loaded model whose description can change while its weights stay in memory."""

    def described_by(self, model: RunnableModel) -> LoadedModel:
        """The same weights, with what `model` says of them.

        Raises:
            ModelFileError: the description does not suit the network.
        """
        ...


class Terminated(Exception):  # noqa: N818 - not an error: somebody asked for it
    """A forward pass was stopped on request."""


class Engine(Protocol):
    """Something that can run models."""

    name: str

    def load(self, model: RunnableModel) -> LoadedModel:
        """Load a model's weights.

        Raises:
            ModelFileError: the files are damaged or not what they say they are.
        """
        ...
