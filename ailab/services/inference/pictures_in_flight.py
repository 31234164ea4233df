"""A run of many pictures, several of them under way at once."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Sequence

from ailab.services.images.picture_error import PictureError
from ailab.services.inference.first_pictures import Outcome, weighed
from ailab.services.inference.inference_errors import ModelFileError, WorkerError
from ailab.services.inference.picture_failure import may_be_its_own
from ailab.services.inference.picture_request import PictureRequest, PictureTask
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.worker_client import WorkerClient, WorkerIsFull
from ailab.services.inference.worker_turn import TurnHold
from ailab.services.problem import Problem


class PicturesInFlight:
    """Sends pictures ahead, so that the worker always has the next one at hand.

    Where the worker ends, one of those under way may be to blame, and nobody knows which: they
    are run again, each alone. Where none of them ends it then, they were too much together, and
    the rest is run one at a time. A picture that ends the worker fails, and no other: the run
    goes on, alone until a picture has come through. Each worker loads the model before it gets a
    picture, so that what ends it then is no picture's fault, and ends the run. What a network
    refuses, or answers nonsense to, is weighed: see `weighed`. Others who want the worker get it
    between two pictures.

    Args:
        task: how pictures are run.
        pictures: their paths.
        client: asks the worker.
        has_come: pictures of the same run have come through before.
    """

    def __init__(
        self,
        task: PictureTask,
        pictures: Sequence[str],
        client: WorkerClient,
        *,
        has_come: bool = False,
    ) -> None:
        self._task = task
        self._pictures = pictures
        self._client = client
        self._hold = TurnHold(client.turn)
        self._flying: deque[PictureRequest] = deque()
        self._next = 0
        self._is_alone = False
        self._is_run_again = False
        self._is_unexplained = False
        self._one_by_one = False
        self._has_ended = False
        self._has_come = has_come

    def results(self) -> AsyncGenerator[PictureResult, None]:
        """The results in order; see `Inference.predict_all`."""
        return weighed(self._outcomes(), has_come=self._has_come)

    async def _outcomes(self) -> AsyncGenerator[Outcome, None]:
        try:
            while self._next < len(self._pictures) or self._flying:
                await self._send_ahead()
                refusal: ModelFileError | None = None
                try:
                    result = await self._first_result()
                except (PictureError, ModelFileError) as error:
                    if not may_be_its_own(error):
                        raise
                    refusal = error if isinstance(error, ModelFileError) else None
                    result = PictureResult(self._flying[0].picture, problem=Problem.of(error))
                except WorkerIsFull:
                    await self._send_alone()
                    continue
                except WorkerError as error:
                    if not self._is_to_blame():
                        self._is_unexplained |= not self._flying[0].is_victim
                        await self._send_alone()
                        continue
                    self._explain()
                    result = PictureResult(self._flying[0].picture, problem=Problem.of(error))
                else:
                    self._has_ended = False
                await self._land()
                yield result, refusal
        finally:
            await self._stop()

    async def _first_result(self) -> PictureResult:
        return await self._flying[0].result()

    async def _send_ahead(self) -> None:
        """Send pictures until enough are under way."""
        if not self._flying:
            self._is_alone = False
        while self._next < len(self._pictures) and self._may_send():
            request = PictureRequest(self._task, self._pictures[self._next], self._client)
            self._is_alone = not self._flying
            if self._is_alone:
                await self._get_going()
            self._flying.append(request)
            self._next += 1
            await request.send(self._hold)

    def _may_send(self) -> bool:
        if not self._flying:
            return True
        if self._one_by_one or self._is_run_again or self._has_ended:
            return False
        turn = self._client.turn
        if turn.is_awaited or (turn.is_taken and not self._hold.is_held):
            return False  # the results that are there come first
        if any(request.has_failed for request in self._flying):
            return False
        under_way = sum(not request.is_answered for request in self._flying)
        return len(self._flying) < 2 * self._client.wanted and under_way < self._client.wanted

    def _is_to_blame(self) -> bool:
        """True where the first picture was alone with the worker, or has kept it too long."""
        asked = self._flying[0].asked
        return asked is None or self._is_alone or asked.is_too_slow

    def _explain(self) -> None:
        """The first picture has ended the worker; those that were there then, have not."""
        self._is_unexplained = False
        self._has_ended = True
        for request in self._flying:
            request.is_victim = request.has_failed or not request.is_answered

    async def _send_alone(self) -> None:
        """Send the first picture again once no other is under way."""
        others = {each.asked.reply for each in self._flying if each.asked is not None}
        await asyncio.wait(others)
        self._is_alone = self._is_run_again = True
        await self._get_going()
        await self._flying[0].send(self._hold)

    async def _get_going(self) -> None:
        """Have the model loaded where the worker has it not, or is a new one."""
        if not set(self._task.model.paths) <= set(self._client.loaded):
            await self._client.load(self._task.model)

    async def _land(self) -> str:
        """Let go of the first picture, which has its result; its path."""
        request = self._flying.popleft()
        await request.close()
        if self._is_unexplained and not any(each.has_failed for each in self._flying):
            self._is_unexplained = False
            self._one_by_one = True
        self._is_alone = self._is_run_again = False
        return request.picture

    async def _stop(self) -> None:
        flying, self._flying = list(self._flying), deque()
        try:
            await self._client.drop([each.asked for each in flying if each.asked is not None])
        finally:
            for request in flying:
                await request.close()
