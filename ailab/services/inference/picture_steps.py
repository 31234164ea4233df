"""One picture's way through a model, step by step."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

from ailab.services.inference.depth_doubt import depth_doubt
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.picture_result import PictureResult, Timings
from ailab.services.inference.pipeline import ImagePipeline, SteadyPipeline, Tell
from ailab.services.inference.predict_request import PredictRequest
from ailab.services.inference.predictions import Classification, DepthMap, Prediction
from ailab.services.inference.prompt_bounds import check_bounds
from ailab.services.problem import Problem
from ailab.services.results.result_error import ResultError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ailab.services.images.decoded_image import DecodedImage
    from ailab.services.images.pixel_size import PixelSize
    from ailab.services.images.plane import Plane
    from ailab.services.inference.loaded_model import LoadedModel
    from ailab.services.results.result_writer import ResultWriter

_log = logging.getLogger(__name__)


class PictureSteps:
    """Decoding, preparing, the network, finishing, saving: each once, in this order.

    Each step may be done on another thread than the one before, while other pictures are at
    other steps. What a later step does not need is let go.

    Args:
        request: what to run.
        read: decodes a picture, by its reference.
        writer: saves results.

    Attributes:
        tell: is told how far the network is, where it takes long; None for nobody.
        running: the model while its network runs on this picture, set by what runs it.
    """

    def __init__(
        self,
        request: PredictRequest,
        read: Callable[[str], DecodedImage],
        writer: ResultWriter,
    ) -> None:
        self.request = request
        self.tell: Tell | None = None
        self.running: LoadedModel | None = None
        self._read = read
        self._writer = writer
        self._decoded: DecodedImage | None = None
        self._pixels: npt.NDArray[np.uint8] | None = None  # for the annotated copy
        self._size = (0, 0)
        self._notes: tuple[str, ...] = ()
        self._plane: Plane | None = None
        self._pixel_size: PixelSize | None = None
        self._taken = ""
        self._model: LoadedModel | None = None
        self._prepared: Any = None
        self._answer: Any = None
        self._seconds: dict[str, float] = {}
        self._result: PictureResult | None = None

    @property
    def bytes(self) -> int:
        """What the picture and what was made of it hold in memory, as far as arrays go."""
        decoded = 0 if self._decoded is None else self._decoded.bytes
        return (
            decoded
            + array_bytes(self._pixels)
            + array_bytes(self._prepared)
            + array_bytes(self._answer)
        )

    @property
    def model(self) -> LoadedModel:
        """The model that the picture was prepared for."""
        if self._model is None:
            raise ValueError("not prepared yet")
        return self._model

    @property
    def prepared(self) -> Any:
        """What the network is run on."""
        return self._prepared

    @property
    def is_prepared(self) -> bool:
        """True between `prepare` and the network's answer."""
        return self._model is not None and "forward" not in self._seconds

    def decode(self) -> None:
        """Read the picture.

        Raises:
            PictureError: it cannot be read, or what is shown in it reaches beyond it.
        """
        started = perf_counter()
        self._decoded = self._read(self.request.picture)
        self._size = self._decoded.size
        self._notes, self._plane = self._decoded.notes, self._decoded.plane
        self._pixel_size, self._taken = self._decoded.pixel_size, self._decoded.taken
        height, width = self._size
        check_bounds(self.request.prompt, width, height)
        self._took("decode", started)

    def prepare(self, model: LoadedModel) -> None:
        """Make what the network needs of the picture; see `Pipeline.prepare`."""
        decoded, self._decoded = self._decoded, None
        if decoded is None:
            raise ValueError("not decoded yet")
        started = perf_counter()
        self._model = model
        pipeline, prompt = model.pipeline, self.request.prompt
        is_saved = self.request.save_to is not None
        if isinstance(pipeline, ImagePipeline):
            self._prepared = pipeline.prepare_image(decoded.image, prompt)
            self._pixels = decoded.pixels if is_saved else None
        else:
            pixels = decoded.pixels
            del decoded  # a picture is held once
            self._prepared = pipeline.prepare(pixels, prompt)
            self._pixels = pixels if is_saved else None
        self._took("preprocess", started)

    def run(self, lane: LoadedModel | None = None, lanes: int = 1) -> None:
        """Run the network; see `Pipeline.run`.

        Args:
            lane: the same model in a lane of its own; None for the one that it was prepared for.
            lanes: how many share the time that this takes.
        """
        _log.debug("running %s on %s", self.request.model.name, self.request.picture)
        started = perf_counter()
        running = self.running = lane or self.model
        pipeline = running.pipeline
        try:
            if self.tell is not None and isinstance(pipeline, SteadyPipeline):
                answer = pipeline.run_telling(self._prepared, self.tell)
            else:
                answer = pipeline.run(self._prepared)
        finally:
            self.running = None
        self.answered(answer, (perf_counter() - started) / lanes)

    def terminate(self) -> None:
        """Stop the network where it runs on this picture, from another thread."""
        if (running := self.running) is not None:
            running.terminate()

    def answered(self, answer: Any, seconds: float) -> None:
        """Take the network's answer, and its share of the time that the network took."""
        self._answer = answer
        self._prepared = None
        self._seconds["forward"] = seconds

    def finish(self) -> Prediction:
        """Make a prediction of the answer; see `Pipeline.finish`."""
        started = perf_counter()
        prediction = self.model.pipeline.finish(self._answer)
        if isinstance(prediction, GeneratedText | Classification):
            # An answer says little without its question.
            prediction = replace(prediction, question=self.model.asked(self.request.prompt))
        self._answer = None
        self._took("postprocess", started)
        notes = self._notes
        if isinstance(prediction, DepthMap) and self.request.model.has_sheet:
            notes = (*notes, *filter(None, (depth_doubt(prediction),)))
        height, width = self._size
        self._result = PictureResult(
            picture=self.request.picture,
            width=width,
            height=height,
            prediction=prediction,
            notes=notes,
            timings=Timings(**self._seconds),
            plane=self._plane,
            pixel_size=self._pixel_size,
            taken=self._taken,
        )
        return prediction

    def save(self, memory: int | None = None) -> PictureResult:
        """Save the result where that was asked for.

        A result that cannot be saved is not lost: it comes back with the reason as its problem.

        Args:
            memory: bytes that the process held at most, for the result.
        """
        if self._result is None:
            raise ValueError("not finished yet")
        result = replace(self._result, memory=memory)
        folder, pixels, self._pixels = self.request.save_to, self._pixels, None
        if folder is None or pixels is None:
            return result
        started = perf_counter()
        try:
            files = self._writer.write(
                folder,
                result,
                pixels,
                threshold=self.request.threshold,
                pieces_from=self.request.pieces_from,
                name=self.request.save_as,
            )
        except ResultError as error:
            _log.warning("%s %s", error, error.detail)
            return replace(result, problem=Problem.of(error))
        self._took("save", started)
        return replace(
            result, files=tuple(str(file) for file in files), timings=Timings(**self._seconds)
        )

    def _took(self, step: str, started: float) -> None:
        self._seconds[step] = perf_counter() - started


def array_bytes(value: object) -> int:
    """Bytes of the arrays in a value made of tuples, lists and mappings."""
    if isinstance(value, Mapping):
        return array_bytes(tuple(value.values()))
    if isinstance(value, tuple | list):
        return sum(array_bytes(each) for each in value)
    return int(getattr(value, "nbytes", 0))
