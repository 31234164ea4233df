"""What the driver answers for a picture."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from ailab.services.images.picture_error import PictureError
from ailab.services.inference.asked import raise_failure
from ailab.services.inference.device_in_use import device_from_json
from ailab.services.inference.first_pictures import Outcome
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.inference.picture_failure import may_be_its_own
from ailab.services.inference.picture_request import read_result
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.worker_failures import senseless
from ailab.services.inference.worker_messages import Message
from ailab.services.inference.worker_process import WorkerEndedError
from ailab.services.problem import Problem
from ailab.services.ray_run.ray_errors import driver_ended
from ailab.services.results.result_error import ResultError


async def outcome(answer: asyncio.Future[Message], picture: str, doing: str) -> Outcome:
    """A picture's result, or its problem where it may be its own; see `PicturesInFlight`."""
    message = heard_of(answer)
    try:
        raise_failure(message, doing)
        return await asyncio.to_thread(read_result, message, picture), None
    except ResultError as error:
        return PictureResult(picture, problem=Problem.of(error)), None
    except (PictureError, ModelFileError) as error:
        if not may_be_its_own(error) or message.body.get("is_of_all"):
            raise
        refusal = error if isinstance(error, ModelFileError) else None
        return PictureResult(picture, problem=Problem.of(error)), refusal
    except BadFieldError as error:
        raise senseless(doing, str(error)) from error


def with_note(result: PictureResult, message: Message, told: set[str]) -> PictureResult:
    """A result with why its machine did not use the device that was chosen, once for each reason.

    Args:
        result: of a picture.
        message: what its actor answered.
        told: the reasons told so far; grows.
    """
    device = message.body.get("device")
    if not isinstance(device, dict):  # the picture failed
        return result
    note = device_from_json(Fields(device)).note
    if not note or note in told:
        return result
    told.add(note)
    return replace(result, notes=(*result.notes, f"On Ray: {note}"))


def heard_of(answer: asyncio.Future[Message]) -> Message:
    """What was answered.

    Raises:
        WorkerError: the driver has ended.
    """
    try:
        return answer.result()
    except WorkerEndedError as error:
        raise driver_ended(error.how, error.detail) from error


def heard(answer: asyncio.Future[Message]) -> None:
    """Keep an answer that nobody waits for any more from being complained of."""
    if not answer.cancelled():
        answer.exception()
