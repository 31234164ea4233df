"""A request under way at the worker."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.inference.lab_error_json import error_from_json
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.inference.worker_failures import ended, senseless
from ailab.services.inference.worker_process import WorkerEndedError, WorkerProcess
from ailab.services.lab_error import LabError

if TYPE_CHECKING:
    from ailab.services.inference.worker_messages import Message

_log = logging.getLogger(__name__)


class Asked:
    """A request under way.

    Args:
        worker: where it is.
        model: what it is about.
        number: its id there.
        reply: to come.
        doing: what the worker does meanwhile, such as “nuclei ran on cells.tif”.

    Attributes:
        is_too_slow: its time was over, and the worker was ended for it.
    """

    def __init__(
        self,
        worker: WorkerProcess,
        model: RunnableModel,
        number: int,
        reply: asyncio.Future[Message],
        doing: str,
    ) -> None:
        self.worker = worker
        self.model = model
        self.number = number
        self.reply = reply
        self.doing = doing
        self.is_too_slow = False


def raise_failure(message: Message, doing: str) -> None:
    """Raise what an answer says that went wrong.

    Raises:
        LabError: as the worker raised it; `WorkerError` where the answer makes no sense.
    """
    if (error := message.body.get("error")) is not None:
        try:
            failure: LabError = error_from_json(Fields(error))
        except BadFieldError as bad:
            raise senseless(doing, str(bad)) from bad
        _log.info("%s %s", failure, failure.detail)
        raise failure
    if message.body.get("cancelled"):
        # Nobody here cancelled it: the service was closed meanwhile.
        raise ended(doing, WorkerEndedError("was closed", ""))
    if "result" not in message.body:
        raise senseless(doing, "neither a result nor an error")
