"""Which pictures are run."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from ailab.services.images.picture_error import NoPictureError, PictureError
from ailab.services.images.pictures import Pictures
from ailab.services.local_path import local_path, typed_path
from ailab.services.problem import Problem
from ailab.services.results.runs import Runs
from ailab.viewmodels.inference_board import InferenceBoard
from ailab.viewmodels.latest import Latest


class PictureInput:
    """Finds the pictures that a person means.

    Args:
        board: the Inference tab's state.
        pictures: finds and keeps pictures.
        runs: knows the folders of saved runs.
        show: is given the pictures found, none where there are none.
    """

    def __init__(
        self,
        board: InferenceBoard,
        pictures: Pictures,
        runs: Runs,
        show: Callable[[tuple[str, ...]], None],
    ) -> None:
        self._board = board
        self._pictures = pictures
        self._runs = runs
        self._show = show
        self._finding = Latest("input")

    def type_text(self, text: str) -> None:
        """Take note of what is being typed; `take_typed` looks for it."""
        is_taken = text.strip() == "; ".join(self._board.state.inputs)
        self._board.show(replace(self._board.state, typed_input=None if is_taken else text))

    def take_typed(self) -> None:
        """Take what was typed, where that is other than what is chosen."""
        if (typed := self._board.state.typed_input) is not None:
            self.set_paths((typed_path(typed),))

    def set_paths(self, paths: Sequence[str]) -> None:
        """Take picture files, or a folder of them."""
        inputs = tuple(path for path in paths if path)
        self._board.show(
            replace(
                self._board.state,
                inputs=inputs,
                typed_input=None,
                pictures=(),
                unreadable=(),
                left_out=(),
                saved_runs=0,
                input_problem=None,
                is_reading_input=bool(inputs),
                problem=None,
                notice="",
            )
        )
        self._finding.start(self._run(partial(self._find, inputs)))

    def paste(self, width: int, height: int, pixels: bytes) -> None:
        """Take a pasted picture; `pixels` are 4 bytes each: B, G, R, X."""
        self._board.show(
            replace(
                self._board.state,
                typed_input=None,
                unreadable=(),
                left_out=(),
                saved_runs=0,
                is_reading_input=True,
                input_problem=None,
            )
        )
        self._finding.start(self._run(partial(self._keep_pasted, width, height, pixels)))

    def cancel(self) -> None:
        """Stop looking."""
        self._finding.cancel()

    async def wait(self) -> None:
        """Wait until the pictures are found."""
        await self._finding.wait()

    async def close(self) -> None:
        """Stop looking, and wait for the end of it."""
        await self._finding.close()

    async def _run(self, find: Callable[[], Coroutine[Any, Any, tuple[str, ...]]]) -> None:
        # Called here: a coroutine made before would never be awaited where another input follows
        # at once, of which Python warns.
        try:
            pictures = await find()
        except PictureError as error:
            problem = Problem.of(error)
            state = replace(self._board.state, is_reading_input=False, input_problem=problem)
            self._board.show(state)
            self._show(())
            return
        self._board.show(replace(self._board.state, is_reading_input=False, pictures=pictures))
        self._show(pictures)

    async def _find(self, inputs: tuple[str, ...]) -> tuple[str, ...]:
        found: list[str] = []
        unreadable: list[str] = []
        foreign: list[str] = []
        refusal: NoPictureError | None = None
        for path in inputs:
            try:
                there = await self._pictures.find(path)
            except NoPictureError as error:
                # One among pictures does not keep the others from being run.
                refusal = refusal or error
                unreadable.append(str(local_path(path)))
                found.append(unreadable[-1])
            else:
                found.extend(there.pictures)
                foreign.extend(there.left_out)
        if refusal is not None and len(unreadable) == len(found):
            raise refusal
        held = [await self._runs.holds(path) for path in inputs]
        self._board.show(
            replace(
                self._board.state,
                unreadable=tuple(dict.fromkeys(unreadable)),
                left_out=tuple(dict.fromkeys(foreign)),
                saved_runs=len(held) if all(held) else 0,
            )
        )
        return tuple(dict.fromkeys(found))

    async def _keep_pasted(self, width: int, height: int, pixels: bytes) -> tuple[str, ...]:
        path = await self._pictures.keep_pasted(width, height, pixels)
        self._board.show(replace(self._board.state, inputs=(path,)))
        return (path,)
