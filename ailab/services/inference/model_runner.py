"""The worker's work: models kept loaded, and pictures run through them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from psutil import Process, virtual_memory

from ailab.services.inference.model_cache import ModelCache
from ailab.services.inference.model_lanes import ModelLanes
from ailab.services.inference.peak_memory import PeakMemory
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.picture_steps import PictureSteps
from ailab.services.inference.pictures_at_once import PicturesAtOnce
from ailab.services.inference.pipeline import Tell
from ailab.services.inference.predict_request import PredictRequest
from ailab.services.inference.runnable_model import RunnableModel

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from ailab.services.images.decoded_image import DecodedImage
    from ailab.services.inference.converter import Converter
    from ailab.services.inference.loaded_model import LoadedModel
    from ailab.services.results.result_writer import ResultWriter

_SHARE_FOR_MODELS = 0.25
"""Of the memory that programs could still take when the worker starts."""
_SHARE_FOR_BATCHES = 0.25
"""Of the memory still free, for what twice as many pictures at once, or lanes, may take more."""


@dataclass(frozen=True, slots=True)
class ModelMemory:
    """How much memory models may take.

    Attributes:
        most: bytes that the models kept may take together.
    """

    most: int

    @classmethod
    def of_this_machine(cls) -> ModelMemory:
        """What suits the memory that is free now."""
        return cls(int(virtual_memory().available * _SHARE_FOR_MODELS))


class ModelRunner:
    """Keeps the models used last loaded and runs pictures through them.

    `find`, `steps`, `run_in_lane` and the steps themselves may be called by any thread, all else by
    one alone.

    Args:
        load: loads a model's weights.
        read: decodes a picture, by its reference.
        writer: saves results.
        memory: for the models kept; by default what suits this machine.
    """

    def __init__(
        self,
        load: Callable[[RunnableModel], LoadedModel],
        read: Callable[[str], DecodedImage],
        writer: ResultWriter,
        memory: ModelMemory | None = None,
    ) -> None:
        most = (memory or ModelMemory.of_this_machine()).most
        self._process = Process()
        self._cache = ModelCache(load, most, self._held)
        self._read = read
        self._writer = writer
        self._at_once = PicturesAtOnce(self._may_grow)
        self._converter: Converter | None = None
        self._lanes: WeakKeyDictionary[LoadedModel, ModelLanes] = WeakKeyDictionary()
        self._held_by_models = 0
        self._peak: PeakMemory | None = PeakMemory()

    @property
    def loaded(self) -> tuple[Path, ...]:
        """The places of the models that are loaded."""
        return self._cache.paths

    @property
    def memory(self) -> int | None:
        """Bytes held at most since the model was loaded; None where others were loaded too."""
        return self._peak.bytes if self._peak is not None else None

    @property
    def converter(self) -> Converter:
        """What turns a model into ONNX; the same one for all steps of a conversion."""
        if self._converter is None:
            from ailab.services.inference.converter import Converter  # noqa: PLC0415 - rarely

            self._converter = Converter(self._read)
        return self._converter

    def watched(self) -> AbstractContextManager[object]:
        """While it is entered, `memory` is watched."""
        return self._peak or nullcontext()

    def find(self, model: RunnableModel) -> LoadedModel | None:
        """A model, where it is loaded and its files have not changed since."""
        return self._cache.find(model)

    def load(self, model: RunnableModel) -> LoadedModel:
        """Load a model, unless it is loaded and its files have not changed since.

        Raises:
            ModelFileError: the files are damaged or not what they say they are.
            WorkerFull: see there.
        """
        if (found := self._cache.find(model)) is not None:
            return found
        if not set(self._cache.paths) <= set(model.paths):
            self._peak = None  # what an engine keeps of another model would be counted too
        with self.watched():
            loaded = self._cache.load(model)
        self._held_by_models = self._held()
        return loaded

    def unload(self, path: Path) -> None:
        """Let go of the models at a place."""
        self._cache.unload(path)
        self._peak = None  # as above

    def steps(self, request: PredictRequest) -> PictureSteps:
        """A picture's way, to be gone step by step."""
        return PictureSteps(request, self._read, self._writer)

    def most_at_once(self, first: PictureSteps) -> int:
        """How many prepared pictures to run at once with this one, where as many are ready."""
        return self._at_once.most(first) if first.model.most_lanes == 1 else 1

    def key(self, steps: PictureSteps) -> Hashable | None:
        """Equal for prepared pictures that can be run at once."""
        return self._at_once.key(steps)

    def lanes(self, steps: PictureSteps) -> int:
        """How many prepared pictures to run beside each other, where as many are ready."""
        return self._lanes_of(steps.model).count

    def run(self, together: Sequence[PictureSteps]) -> None:
        """Run the network on prepared pictures of one key; see `PicturesAtOnce.run`."""
        first = together[0]
        if first.model.most_lanes > 1:
            self._lanes_of(first.model).run_alone(first)
        else:
            self._at_once.run(together)

    def run_in_lane(self, steps: PictureSteps) -> None:
        """Run the network on a prepared picture beside others; see `ModelLanes.run`.

        It may be called by as many threads at the same time as `lanes` says.
        """
        self._peak = None  # weights that are there twice are not what the model needs
        self._lanes_of(steps.model).run(steps)

    def predict(
        self,
        request: PredictRequest,
        stop_if_cancelled: Callable[[], None],
        tell: Tell | None = None,
    ) -> PictureResult:
        """Load the model where it is not, and go all steps with one picture.

        Args:
            request: what to run.
            stop_if_cancelled: raises `Terminated` where the request was cancelled meanwhile.
            tell: is told how far the network is, where it takes long.

        Raises:
            ModelFileError: the model cannot be loaded, or its outputs are not what it promises.
            PictureError: the picture cannot be read.
            Terminated: the request was cancelled.
        """
        loaded = self.load(request.model)
        steps = self.steps(request)
        steps.tell = tell
        with self.watched():
            for step in (
                steps.decode,
                lambda: steps.prepare(loaded),
                lambda: self.run([steps]),
                steps.finish,
            ):
                stop_if_cancelled()
                step()
        stop_if_cancelled()
        return steps.save(self.memory)

    def _lanes_of(self, model: LoadedModel) -> ModelLanes:
        lanes = self._lanes.get(model)
        if lanes is None:
            lanes = self._lanes[model] = ModelLanes(model.most_lanes, self._may_divide)
        return lanes

    def _held(self) -> int:
        return int(self._process.memory_info().rss)

    def _may_grow(self) -> bool:
        grown = max(0, self._held() - self._held_by_models)
        return grown <= _SHARE_FOR_BATCHES * virtual_memory().available

    def _may_divide(self) -> bool:
        return self._held() <= _SHARE_FOR_BATCHES * virtual_memory().available
