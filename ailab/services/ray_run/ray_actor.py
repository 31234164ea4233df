"""The actor that runs pictures on a machine of the cluster.

Ray brings it there by its name, so that ailab has to be installed on each machine.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ailab.services.images.picture_error import PictureError
from ailab.services.images.picture_reference import parse_picture
from ailab.services.inference.device_in_use import ON_CPU, device_to_json
from ailab.services.inference.inference_errors import ModelFileError, WorkerError
from ailab.services.inference.json_fields import Fields
from ailab.services.inference.lab_error_json import error_to_json
from ailab.services.inference.model_json import model_from_json
from ailab.services.inference.model_runner import ModelRunner
from ailab.services.inference.picture_result_json import result_to_json
from ailab.services.inference.predict_request import PredictRequest
from ailab.services.inference.prompt_json import prompt_from_json
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.inference.told_failures import no_numbers, told
from ailab.services.inference.worker_messages import Message, write_message
from ailab.services.lab_error import LabError
from ailab.services.ray_run.actor_clock import ActorClock
from ailab.services.ray_run.picture_clock import LOADING
from ailab.services.ray_run.ray_errors import gave_up, not_seen
from ailab.services.ray_run.ray_job import RayJob
from ailab.services.results.result_error import ResultError


class RayActor:
    """Keeps a model loaded, and runs the pictures whose paths it is fed.

    What goes wrong comes back as data, in the same words as on this computer, so that Ray tries
    again only where a process really ended.

    Args:
        job: how to run them.
        clock: handle of the `PictureClock` that ends this actor where it hangs.
    """

    def __init__(self, job: RayJob, clock: Any) -> None:
        # Imported on the machine that runs pictures; the driver needs none of it.
        from ailab.services.images.image_reader import read_picture  # noqa: PLC0415
        from ailab.services.inference.loaded_model import load_model  # noqa: PLC0415
        from ailab.services.results.result_writer import ResultWriter  # noqa: PLC0415

        self._job = job
        self._model: RunnableModel = model_from_json(Fields(job.model))
        self._runner = ModelRunner(load_model, read_picture, ResultWriter())
        self._device = ON_CPU
        self._failure: LabError | None = None
        self._clock = ActorClock(clock)
        try:
            if (given := self._clock.given_up.get(LOADING)) is not None:
                raise WorkerError(*gave_up(f"{self._model.name} was loaded", given))
            if job.address and not self._model.path.exists():
                what = "sheet" if self._model.address else "model"  # a server has the model itself
                raise ModelFileError(*not_seen(what, str(self._model.path)))
            with self._clock.loading():
                self._device = self._runner.load(self._model).device
        except Exception as error:  # told with each picture: Ray would start it again for ever
            self._failure = told(error, self._model.name)

    def __call__(self, batch: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
        """Run a block of pictures.

        Args:
            batch: `number` of the request, and the request itself as JSON (`request`), of each.

        Returns:
            `number`, and the answer as a whole frame of `worker_messages` (`frame`), of each. An
            error that every picture would meet here has `is_of_all`.
        """
        numbers = [int(number) for number in batch["number"]]
        requests = [str(request) for request in batch["request"]]
        frames = [
            self._frame(number, request) for number, request in zip(numbers, requests, strict=True)
        ]
        return {"number": numbers, "frame": frames}

    def _frame(self, number: int, request: str) -> bytes:
        fields = Fields(json.loads(request))
        try:
            answer, parts = self._answer(number, fields)
        except LabError as error:
            of_all = error is self._failure
            return _frame_of(number, {"error": error_to_json(error), "is_of_all": of_all})
        except BaseException as error:  # Ray would lose all pictures of the block, and not say why
            subject = f"{self._model.name} on {parse_picture(fields.text('picture')).name}"
            found = told(error, subject)
            failure = PictureError(found.message, found.advice, detail=found.detail)
            return _frame_of(number, {"error": error_to_json(failure)})
        try:
            return _frame_of(number, answer, parts)
        except (ValueError, TypeError) as cause:
            return _frame_of(number, {"error": error_to_json(no_numbers(cause))})

    def _answer(self, number: int, fields: Fields) -> tuple[dict[str, Any], Mapping[str, bytes]]:
        if self._failure is not None:
            raise self._failure
        picture = fields.text("picture")
        if (given := self._clock.given_up.get(number)) is not None:
            doing = f"{self._model.name} ran on {parse_picture(picture).name}"
            raise PictureError(*gave_up(doing, given))
        save_to = None if self._job.save_to is None else Path(self._job.save_to)
        if self._job.address:
            _look_around(picture, save_to)
        request = PredictRequest(
            self._model,
            picture,
            self._job.threshold,
            save_to,
            fields.text_or_none("save_as"),
            prompt_from_json(fields.inner("prompt")),
            self._job.pieces_from,
        )
        found = self._clock.run(
            number, picture, lambda tell: self._runner.predict(request, _go_on, tell)
        )
        result, parts = result_to_json(found)
        answer = {"result": result, "memory": found.memory, "device": device_to_json(self._device)}
        return answer, parts


def _frame_of(
    number: int, answer: Mapping[str, Any], parts: Mapping[str, bytes] | None = None
) -> bytes:
    stream = io.BytesIO()
    write_message(stream, Message({"id": number, **answer}, parts or {}))
    return stream.getvalue()


def _look_around(picture: str, save_to: Path | None) -> None:
    """Make sure that this machine sees what it needs.

    Raises:
        LabError: it does not.
    """
    path = parse_picture(picture).path
    if not Path(path).exists():
        raise PictureError(*not_seen("file", path))
    if save_to is not None and not save_to.is_dir():
        raise ResultError(*not_seen("folder", str(save_to)))


def _go_on() -> None:
    """Nobody cancels a single picture: Ray ends the whole process."""
