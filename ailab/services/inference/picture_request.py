"""One picture on its way to the worker, and its result back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from ailab.services.images.picture_reference import parse_picture
from ailab.services.inference.answer_time import AnswerTime
from ailab.services.inference.asked import Asked
from ailab.services.inference.json_fields import Fields
from ailab.services.inference.picture_progress import PictureProgress
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.picture_result_json import result_from_json
from ailab.services.inference.pieces_from import PIECES_FROM
from ailab.services.inference.prompt import Prompt
from ailab.services.inference.prompt_json import prompt_to_json
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.inference.time_limit import TimeLimit
from ailab.services.inference.worker_client import WorkerClient
from ailab.services.inference.worker_process import WorkerEndedError
from ailab.services.inference.worker_turn import TurnHold
from ailab.services.results.result_files import ResultFiles
from ailab.services.results.result_saving import ResultSaving

if TYPE_CHECKING:
    from ailab.services.inference.worker_messages import Message

_MOST_MEMORY = 2**50


@dataclass(frozen=True, slots=True)
class PictureTask:
    """What is the same for all pictures of a run.

    Attributes:
        model: runs them.
        threshold: confidence at which annotated copies are drawn, 0 to 1.
        save_to: folder for the results' files; None to save none.
        prompt_of: what is asked of the model beside a picture, by its path.
        files: gives results their names and brings their files to `save_to`.
        tell: is told how far the network is with a picture that takes it long.
        limit: how long a picture may take; learns of each that comes through.
        pieces_from: pixels from which a piece of a region is counted in the results' files.
    """

    model: RunnableModel
    threshold: float
    save_to: Path | None
    prompt_of: Callable[[str], Prompt]
    files: ResultFiles
    tell: Callable[[PictureProgress], None]
    limit: TimeLimit = field(default_factory=TimeLimit)
    pieces_from: int = PIECES_FROM


class PictureRequest:
    """A picture to be run, sent once or again.

    Args:
        task: how.
        picture: a `PictureReference`.
        client: asks the worker.
    """

    def __init__(self, task: PictureTask, picture: str, client: WorkerClient) -> None:
        self.picture = picture
        self._task = task
        self._client = client
        self._doing = f"{task.model.name} ran on {parse_picture(picture).name}"
        self._saving: ResultSaving | None = None
        self._time = AnswerTime(task.limit, picture)
        self._sent = 0.0
        self._done = 0
        self.asked: Asked | None = None
        """The request under way or answered; None before it is sent."""
        self.is_victim = False
        """The worker ended before it answered, and another picture has ended it."""

    @property
    def is_answered(self) -> bool:
        """True once it needs the worker no more."""
        return self.asked is not None and self.asked.reply.done()

    @property
    def has_failed(self) -> bool:
        """True where the worker ended before it answered."""
        if self.asked is None or not self.asked.reply.done() or self.asked.reply.cancelled():
            return False
        return isinstance(self.asked.reply.exception(), WorkerEndedError)

    async def send(self, hold: TurnHold) -> None:
        """Send it to the worker; the hold is ended by the answer.

        Raises:
            WorkerError: no worker can be started.
        """
        await self.close()
        task = self._task
        self._sent, self._done = monotonic(), 0
        if task.save_to is not None:
            self._saving = ResultSaving(task.files, task.save_to, self.picture)
        self.asked = await self._client.begin(
            hold,
            task.model,
            {
                "do": "predict",
                "picture": self.picture,
                "threshold": task.threshold,
                "pieces_from": task.pieces_from,
                "prompt": prompt_to_json(task.prompt_of(self.picture)),
            },
            self._doing,
            more=None if self._saving is None else self._saving.begin,
            tell=self._tell,
            read=partial(read_result, picture=self.picture),
        )

    async def result(self) -> PictureResult:
        """Wait for the result, and bring its files to their place.

        Raises:
            LabError: as `Inference.predict`.
            WorkerIsFull: it is to be sent again.
        """
        if self.asked is None:
            raise ValueError("not sent yet")
        reply = await self._client.answer(self.asked, self._time)
        result: PictureResult = reply.body["result"]
        # What the worker tells of its own time is not trusted beyond what passed here.
        seconds = min(result.timings.total, monotonic() - self._sent)
        self._task.limit.learn(seconds, result.width * result.height)
        if self._saving is None:
            return result
        return await asyncio.to_thread(self._saving.bring, result)

    def _tell(self, done: int, total: int) -> None:
        if not self.is_answered:
            if done > self._done:
                self._done = done
                self._time.renew()
            self._task.tell(PictureProgress(self.picture, done, total))

    async def close(self) -> None:
        """Give back what was taken for its files."""
        saving, self._saving = self._saving, None
        if saving is not None:
            await asyncio.to_thread(saving.close)


def read_result(reply: Message, picture: str) -> PictureResult:
    """The result in an answer, which is not trusted; of the picture that was asked for.

    Raises:
        BadFieldError: it is none.
    """
    result = result_from_json(reply.body["result"], reply.parts)
    memory = Fields(reply.body).integer_or_none("memory", 0, _MOST_MEMORY)
    # What was asked for is known here, and what is shown is opened by its path.
    return replace(result, picture=picture, memory=memory)
