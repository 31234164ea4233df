"""A model with its weights in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING

from ailab.services.inference.device import device_name
from ailab.services.inference.engines import engine_for
from ailab.services.inference.line_reading import blamed
from ailab.services.inference.network import DivisibleNetwork
from ailab.services.inference.open_model import describe_model
from ailab.services.inference.pipelines.page_lines import PageLinesPipeline, PagePart
from ailab.services.inference.pipelines.table import pipeline_for
from ailab.services.inference.predictions import Prediction
from ailab.services.inference.prompt import NO_PROMPT, Prompt
from ailab.services.inference.usual_question import usual_question

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ailab.services.inference.device_in_use import DeviceInUse
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
        name: what it is called.
        reader: reads the lines that it finds; None where nothing does.
    """

    def __init__(
        self,
        network: Network,
        description: ModelDescription,
        name: str = "",
        reader: LoadedModel | None = None,
    ) -> None:
        self.network = network
        self.name = name
        self.pipeline = pipeline_for(network, description)
        self._description = description
        self._reader = reader
        if reader is not None:
            finding, reading = PagePart(name, self.pipeline), PagePart(reader.name, reader.pipeline)
            self.pipeline = PageLinesPipeline(finding, reading, description.threshold)

    @property
    def device(self) -> DeviceInUse:
        """What it runs on, and where its reader runs elsewhere, that too."""
        own = self.network.device
        if self._reader is None or own == self._reader.device:
            return own
        both = ((self.name, own), (self._reader.name, self._reader.device))
        notes = [f"{name}: {placed.note}" for name, placed in both if placed.note]
        if own.device != self._reader.device.device:
            where = (f"{name} on {device_name(placed.device)}" for name, placed in both)
            notes.append(f"They run apart: {', '.join(where)}.")
        return replace(own, note=" ".join(notes))

    @property
    def most_lanes(self) -> int:
        """How many of its runs at the same time the cores are enough for."""
        if self._reader is not None or not isinstance(self.network, DivisibleNetwork):
            return 1
        return self.network.most_lanes

    @property
    def lanes_take(self) -> float:
        """Seconds that making lanes takes, about."""
        return self.network.lanes_take if isinstance(self.network, DivisibleNetwork) else 0.0

    def lanes(self, count: int) -> Sequence[LoadedModel]:
        """As many of the same model, each for a thread of its own; see `DivisibleNetwork.lanes`."""
        if not isinstance(self.network, DivisibleNetwork):
            raise TypeError("its network is run by one thread at a time")
        return [LoadedModel(lane, self._description) for lane in self.network.lanes(count)]

    def asked(self, prompt: Prompt) -> str:
        """The question that a prompt puts to it, whether typed or the usual one; empty for none."""
        return prompt.question or usual_question(self._description)

    def described_by(self, model: RunnableModel) -> LoadedModel:
        """The same weights, with what `model` says of them.

        Raises:
            ModelFileError: the description does not suit the network.
        """
        return LoadedModel(self.network, _description(model), self.name, self._reader)

    def read_by(self, reader: LoadedModel) -> LoadedModel:
        """The same weights, with another model that reads the lines that are found."""
        return LoadedModel(self.network, self._description, self.name, reader)

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
        if self._reader is not None:
            self._reader.terminate()


def load_model(model: RunnableModel) -> LoadedModel:
    """Load a model's weights with its engine; in the worker process alone.

    Raises:
        ModelFileError: the files are damaged or not what they say they are, or the engine is not
            installed.
    """
    if model.reader is None:
        return _load(model, model.name)
    finding, reading = model.names
    with blamed(finding):
        finder = _load(model, finding)
    with blamed(reading):
        return finder.read_by(_load(model.reader, reading))


def _load(model: RunnableModel, name: str) -> LoadedModel:
    """A model by itself, without its reader."""
    description = _description(model)
    return LoadedModel(engine_for(model).load(description, model.device), description, name)


def _description(model: RunnableModel) -> ModelDescription:
    description = describe_model(model.path, model.variant or None, sheet=model.sheet)
    return replace(description, address=model.address, token=model.token)
