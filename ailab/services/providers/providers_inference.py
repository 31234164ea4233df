"""Pictures that a provider runs, several under way at once, their results in order."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from ailab.services.images.picture_error import PictureError
from ailab.services.images.picture_reference import absolute_picture
from ailab.services.inference.chat_models import CHAT
from ailab.services.inference.device_in_use import ON_CPU, DeviceInUse
from ailab.services.inference.picture_result import PictureResult, Timings
from ailab.services.inference.picture_runner import tell_nobody
from ailab.services.inference.pieces_from import PIECES_FROM
from ailab.services.inference.prompt import Prompt
from ailab.services.inference.prompts import NO_PROMPTS, Prompts
from ailab.services.inference.run_before import NOTHING_BEFORE, RunBefore
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.install_command import install_command
from ailab.services.problem import Problem
from ailab.services.providers.provided_model import CONVERSATIONAL, ProvidedModel
from ailab.services.providers.provider_connection import ProviderConnection
from ailab.services.providers.provider_error import ProviderError
from ailab.services.providers.provider_lack import EXTRA, find_lack
from ailab.services.providers.provider_router import ProviderRouter
from ailab.services.results.result_error import ResultError
from ailab.services.results.result_files import ResultFiles

if TYPE_CHECKING:
    from ailab.services.providers.sent_picture import SentPicture

AT_ONCE = 4
"""Pictures under way at once: the time is spent on the line and on waiting there."""

_MOST_FAILURES = 2
_PATIENCE, _PATIENCE_WITH_WORDS = 120.0, 300.0
"""Seconds; a model that chats is silent until its last word is written."""


class ProvidersInference:
    """Runs a model at an Inference Provider; a `PictureRunner`.

    The pictures leave this computer: whoever starts a run has asked the person before.

    Args:
        router: where, and in whose name.
        timeout: seconds of silence after which an answer is not waited for any longer; None for
            what suits the model.
    """

    def __init__(self, router: ProviderRouter, *, timeout: float | None = None) -> None:
        self._router = router
        self._timeout = timeout
        self._files = ResultFiles()

    async def load(self, model: RunnableModel) -> DeviceInUse:
        """Look whether all is there that is needed; nothing is sent. See `PictureRunner.load`.

        Raises:
            ProviderError: a package is missing, or there is no token.
        """
        del model
        if (lack := await asyncio.to_thread(find_lack)) is not None:
            raise ProviderError(
                lack.message, f"{lack.advice} {install_command(EXTRA)}".strip(), is_final=True
            )
        self._router.token()
        return ON_CPU

    async def predict_all(
        self,
        model: RunnableModel,
        pictures: Sequence[str],
        *,
        threshold: float,
        save_to: Path | None,
        prompts: Prompts = NO_PROMPTS,
        pieces_from: int = PIECES_FROM,
        on_ready: Callable[[], None] = tell_nobody,
        before: RunBefore = NOTHING_BEFORE,
    ) -> AsyncGenerator[PictureResult, None]:
        """Send pictures, and give their results in the same order; see `Inference.predict_all`.

        Raises:
            ProviderError: the provider will not run any, or failed twice in a row; the results
                before came.
        """
        del on_ready, before  # nothing is started, and no model is to blame for a picture
        kind = CONVERSATIONAL if model.decoder == CHAT else model.task
        asked = ProvidedModel(model.name, kind, model.engine, self._router.host)
        usual = _PATIENCE_WITH_WORDS if asked.chats else _PATIENCE
        timeout = usual if self._timeout is None else self._timeout
        connection = ProviderConnection(asked, self._router, timeout)
        saves = partial(_save, self._files, threshold=threshold, pieces_from=pieces_from)
        save = None if save_to is None else partial(saves, save_to)
        waiting = deque(pictures)
        sent: deque[asyncio.Task[PictureResult]] = deque()
        failures = 0
        try:
            await connection.open()
            while waiting or sent:
                while waiting and len(sent) < AT_ONCE:
                    picture = waiting.popleft()
                    prompt = prompts.of(picture)
                    work = self._run(connection, picture, prompt, in_chat=asked.chats, save=save)
                    sent.append(asyncio.create_task(work))
                try:
                    result = await sent[0]
                except ProviderError as error:
                    failures += 1
                    if error.is_final or (error.is_offline and failures >= _MOST_FAILURES):
                        raise
                    result = PictureResult(picture=_path(pictures, waiting, sent))
                    result = replace(result, problem=Problem.of(error))
                else:
                    failures = 0
                sent.popleft()
                yield result
        finally:
            for task in sent:
                task.cancel()
            await asyncio.gather(*sent, return_exceptions=True)
            await connection.close()

    async def _run(
        self,
        connection: ProviderConnection,
        picture: str,
        prompt: Prompt,
        *,
        in_chat: bool,
        save: Callable[[PictureResult, SentPicture], PictureResult] | None,
    ) -> PictureResult:
        started = perf_counter()
        try:
            sent = await asyncio.to_thread(_read, picture, in_chat)
        except PictureError as error:
            return PictureResult(picture=picture, problem=Problem.of(error))
        read = perf_counter()
        prediction, notes = await connection.predict(sent, picture, prompt)
        width, height = sent.size
        result = PictureResult(
            picture=picture,
            width=width,
            height=height,
            prediction=prediction,
            notes=(*sent.notes, *notes),
            timings=Timings(decode=read - started, forward=perf_counter() - read),
            plane=sent.plane,
            pixel_size=sent.pixel_size,
            taken=sent.taken,
        )
        return result if save is None else await asyncio.to_thread(save, result, sent)


def _path(
    pictures: Sequence[str], waiting: deque[str], sent: deque[asyncio.Task[PictureResult]]
) -> str:
    """The picture that is the oldest of those sent."""
    return pictures[len(pictures) - len(waiting) - len(sent)]


def _read(picture: str, in_chat: bool) -> SentPicture:
    from ailab.services.providers.sent_picture import read_sent_picture  # noqa: PLC0415

    return read_sent_picture(absolute_picture(picture), in_chat=in_chat)


def _save(
    files: ResultFiles,
    folder: Path,
    result: PictureResult,
    sent: SentPicture,
    *,
    threshold: float,
    pieces_from: int,
) -> PictureResult:
    """Save a result as the worker does; a result that cannot be saved says why."""
    from ailab.services.results.result_writer import ResultWriter  # noqa: PLC0415

    started = perf_counter()
    try:
        with files.name(folder, result.picture) as name:
            written = ResultWriter().write(
                *(folder, result, sent.pixels),
                threshold=threshold,
                pieces_from=pieces_from,
                name=name,
            )
    except ResultError as error:
        return replace(result, problem=Problem.of(error))
    timings = replace(result.timings, save=perf_counter() - started)
    return replace(result, files=tuple(str(file) for file in written), timings=timings)
