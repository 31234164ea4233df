"""A model with its weights in memory."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING

from ailab.services.inference.engines import engine_for
from ailab.services.inference.open_model import describe_model
from ailab.services.inference.pipelines.table import pipeline_for
from ailab.services.inference.predictions import Prediction
from ailab.services.inference.prompt import NO_PROMPT, Prompt

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ailab.services.inference.model_description import ModelDescription
    from ailab.services.inference.network import Network
    from ailab.services.inference.runnable_model import RunnableModel


@dataclass(frozen=True, slots=True)
class Forward:
    """A prediction and the seconds that its steps took."""

    prediction: Prediction
    preprocess: float
    forward: float
    postprocess: float


class LoadedModel:
    """An engine's network and the pipeline that runs it.

    Args:
        network: the weights.
        description: how pictures go in and what comes out.
    """

    def __init__(self, network: Network, description: ModelDescription) -> None:
        self.network = network
        self.pipeline = pipeline_for(network, description)

    def described_by(self, model: RunnableModel) -> LoadedModel:
        """The same weights, with what `model` says of them.

        Raises:
            ModelFileError: the description does not suit the network.
        """
        return LoadedModel(self.network, _description(model))

    def predict(self, pixels: npt.NDArray[np.uint8], prompt: Prompt = NO_PROMPT) -> Forward:
        """Run the model on one upright RGB picture of shape (height, width, 3).

        Raises:
            ModelFileError: the outputs are not what the configuration promises, or the prompt
                lacks what the model asks for.
            PictureError: the picture's shape does not suit the model.
            Terminated: `terminate` was called meanwhile.
        """
        start = perf_counter()
        prepared = self.pipeline.prepare(pixels, prompt)
        ready = perf_counter()
        answer = self.pipeline.run(prepared)
        done = perf_counter()
        prediction = self.pipeline.finish(answer)
        return Forward(prediction, ready - start, done - ready, perf_counter() - done)

    def terminate(self) -> None:
        """Stop a forward pass under way, from another thread; it then raises `Terminated`."""
        self.network.terminate()


def load_model(model: RunnableModel) -> LoadedModel:
    """Load a model's weights with its engine; in the worker process alone.

    Raises:
        ModelFileError: the files are damaged or not what they say they are, or the engine is not
            installed.
    """
    description = _description(model)
    return LoadedModel(engine_for(model).load(description, model.device), description)


def _description(model: RunnableModel) -> ModelDescription:
    description = describe_model(model.path, model.variant or None, sheet=model.sheet)
    return replace(description, address=model.address)
