"""The worker's work: a model kept loaded, and pictures run through it one at a time."""

from __future__ import annotations

import contextlib
import glob
import logging
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ailab.services.inference.loaded_model import LoadedModel
from ailab.services.inference.peak_memory import PeakMemory
from ailab.services.inference.picture_result import PictureResult, Timings
from ailab.services.inference.prompt import NO_PROMPT, Prompt
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.problem import Problem
from ailab.services.results.result_error import ResultError

if TYPE_CHECKING:
    from ailab.services.images.image_reader import DecodedImage
    from ailab.services.results.result_writer import ResultWriter

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PredictRequest:
    """One picture to be run.

    Attributes:
        model: loaded first where it is not the one loaded.
        picture: path of the picture.
        threshold: confidence at which the annotated copy is drawn, 0 to 1.
        save_to: folder for the result's files; None to save none.
        save_as: what their names begin with; None for the picture's own name.
        prompt: what is asked of the model beside the picture.
    """

    model: RunnableModel
    picture: str
    threshold: float
    save_to: Path | None
    save_as: str | None = None
    prompt: Prompt = NO_PROMPT


@dataclass(frozen=True, slots=True)
class _Source:
    """What a model was loaded from."""

    model: RunnableModel
    files: tuple[tuple[str, int, int], ...]

    def has_weights_of(self, other: _Source | None) -> bool:
        """Another sheet is tried on the same, unchanged files."""
        if other is None or self.model.sheet == other.model.sheet or self.files != other.files:
            return False
        mine, its = self.model, other.model
        return (mine.path, mine.variant, mine.engine, mine.device) == (
            *(its.path, its.variant, its.engine, its.device),
        )


class ModelRunner:
    """Keeps the last model loaded and runs pictures through it.

    Args:
        load: loads a model's weights.
        read: decodes a picture.
        writer: saves results.
    """

    def __init__(
        self,
        load: Callable[[RunnableModel], LoadedModel],
        read: Callable[[Path], DecodedImage],
        writer: ResultWriter,
    ) -> None:
        self._load = load
        self._read = read
        self._writer = writer
        self._loaded: LoadedModel | None = None
        self._loaded_from: _Source | None = None
        self._peak: PeakMemory | None = PeakMemory()

    def load(self, model: RunnableModel) -> LoadedModel:
        """Load a model, unless it is the one loaded and its files have not changed since.

        Raises:
            ModelFileError: the files are damaged or not what they say they are.
        """
        source = _Source(model, _files_state(model.path))
        if self._loaded is not None and source.has_weights_of(self._loaded_from):
            self._loaded = self._loaded.described_by(model)
            self._loaded_from = source
        elif self._loaded is None or source != self._loaded_from:
            if self._loaded_from is not None:
                self._peak = None  # what an engine keeps of an earlier model would be counted too
            # The old model's memory is given back before the new one asks for its own.
            self._loaded = None
            with self._peak or nullcontext():
                self._loaded = self._load(model)
            self._loaded_from = source
        return self._loaded

    def predict(
        self, request: PredictRequest, stop_if_cancelled: Callable[[], None]
    ) -> PictureResult:
        """Decode a picture, run the model on it, save the result.

        A result that cannot be saved is not lost: it comes back with the reason as its problem.

        Args:
            request: what to run.
            stop_if_cancelled: raises `Terminated` where the request was cancelled meanwhile.

        Raises:
            ModelFileError: the model cannot be loaded, or its outputs are not what it promises.
            PictureError: the picture cannot be read.
            Terminated: the request was cancelled.
        """
        loaded = self.load(request.model)
        stop_if_cancelled()
        started = time.perf_counter()
        with self._peak or nullcontext():
            image = self._read(Path(request.picture))
            decode = time.perf_counter() - started
            stop_if_cancelled()
            _log.debug("running %s on %s", request.model.name, request.picture)
            forward = loaded.predict(image.pixels, request.prompt)
        stop_if_cancelled()
        height, width = image.pixels.shape[:2]
        result = PictureResult(
            picture=request.picture,
            width=width,
            height=height,
            prediction=forward.prediction,
            notes=image.notes,
            timings=Timings(decode, forward.preprocess, forward.forward, forward.postprocess),
            memory=self._peak.bytes if self._peak is not None else None,
        )
        if request.save_to is None:
            return result
        started = time.perf_counter()
        try:
            files = self._writer.write(
                request.save_to,
                result,
                image.pixels,
                threshold=request.threshold,
                name=request.save_as,
            )
        except ResultError as error:
            _log.warning("%s %s", error, error.detail)
            return replace(result, problem=Problem.of(error))
        save = time.perf_counter() - started
        return replace(
            result,
            files=tuple(str(file) for file in files),
            timings=replace(result.timings, save=save),
        )

    def terminate(self) -> None:
        """Stop the forward pass under way, from another thread."""
        if (loaded := self._loaded) is not None:
            loaded.terminate()


def _files_state(path: Path) -> tuple[tuple[str, int, int], ...]:
    """Names, sizes and times of a model's files, so that a file written anew is loaded anew."""
    state = []
    with contextlib.suppress(OSError):  # vanished: loading says what it lacks
        if path.is_dir():
            files = [*path.iterdir(), *path.glob("onnx/*")]
        else:
            files = [*path.parent.glob(f"{glob.escape(path.stem)}*"), *path.parent.glob("*.json")]
            files += path.parent.parent.glob("*.json") if path.parent.name == "onnx" else []
        for file in sorted(files):
            found = file.stat()
            state.append((str(file), found.st_size, found.st_mtime_ns))
    return tuple(state)
