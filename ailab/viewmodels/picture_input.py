"""Which pictures are run."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from ailab.services.images.picture_error import (
    NoPictureError,
    OnlySubFoldersError,
    PictureError,
)
from ailab.services.images.pictures import Pictures
from ailab.services.images.plane import Plane
from ailab.services.local_path import local_path, typed_path
from ailab.services.problem import Problem
from ailab.services.results.runs import Runs
from ailab.viewmodels.inference_board import InferenceBoard
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.page_places import place_of_page
from ailab.viewmodels.pages import PagesViewModel
from ailab.viewmodels.pages_state import PagesState
from ailab.viewmodels.results import ResultsViewModel

_OF_REFERENCES = ("choice", "value_range", "pixel_size")
"""What the references of pictures depend on."""


class PictureInput:
    """Finds the pictures that a person means.

    Args:
        board: the Inference tab's state.
        pictures: finds and keeps pictures.
        runs: knows the folders of saved runs.
        pages: makes the pictures of a run of the files found.
        results: shows the pictures.
    """

    def __init__(
        self,
        board: InferenceBoard,
        pictures: Pictures,
        runs: Runs,
        pages: PagesViewModel,
        results: ResultsViewModel,
    ) -> None:
        self._board = board
        self._pictures = pictures
        self._runs = runs
        self._pages = pages
        self._results = results
        self._found: tuple[str, ...] = ()
        self._finding = Latest("input")
        pages.changed.connect(self._on_pages)
        pages.page_wanted.connect(self._on_page_wanted)

    def type_text(self, text: str) -> None:
        """Take note of what is being typed; `take_typed` looks for it."""
        is_taken = text.strip() == "; ".join(self._board.state.inputs)
        self._board.show(replace(self._board.state, typed_input=None if is_taken else text))

    def take_typed(self) -> None:
        """Take what was typed, where that is other than what is chosen."""
        if (typed := self._board.state.typed_input) is not None:
            self.set_paths((typed_path(typed),))

    def set_paths(self, paths: Sequence[str], with_sub_folders: bool | None = None) -> None:
        """Take pictures, or folders, with what is below them or not (None: as before)."""
        inputs = tuple(path for path in paths if path)
        state = self._board.state
        deeper = state.with_sub_folders if with_sub_folders is None else with_sub_folders
        self._begin()
        self._board.show(
            replace(
                self._board.state,
                inputs=inputs,
                typed_input=None,
                pictures=(),
                unreadable=(),
                left_out=(),
                with_sub_folders=deeper,
                has_sub_folders=state.has_sub_folders and inputs == state.inputs,
                closed_folders=(),
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
        self._begin()
        self._board.show(
            replace(
                self._board.state,
                typed_input=None,
                unreadable=(),
                left_out=(),
                has_sub_folders=False,
                closed_folders=(),
                saved_runs=0,
                is_reading_input=True,
                input_problem=None,
            )
        )
        self._finding.start(self._run(partial(self._keep_pasted, width, height, pixels)))

    def repeat(self, pictures: Sequence[str], planes: Sequence[Plane | None]) -> None:
        """Take the files, the pages and the range of an earlier run's pictures."""
        self._begin()
        self._found = self._pages.repeat(pictures, planes)

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
            self._found = await find()
            pictures = await self._pages.pictures_of(self._found)
        except PictureError as error:
            self._board.show(
                replace(
                    self._board.state,
                    is_reading_input=False,
                    has_sub_folders=isinstance(error, OnlySubFoldersError),
                    input_problem=Problem.of(error),
                )
            )
            self._show(())
            return
        self._take(pictures)

    async def _find_again(self) -> tuple[str, ...]:
        return self._found

    def _begin(self) -> None:
        self._finding.cancel()
        self._found = ()  # so that what is chosen of them leads to nothing
        self._pages.begin()

    def _take(self, pictures: tuple[str, ...]) -> None:
        state = replace(self._board.state, is_reading_input=False, input_problem=None)
        self._board.show(replace(state, pictures=pictures))
        self._show(pictures)

    def _show(self, pictures: tuple[str, ...]) -> None:
        # A run keeps its own pictures on the screen until it ends, and what was found is not lost
        # over an input that turns out to be none.
        state = self._board.state
        is_kept = not pictures and bool(self._results.state.results or state.pictures)
        if not state.is_running and not is_kept:
            self._results.show_pictures(pictures)

    def _on_pages(self, old: PagesState, new: PagesState) -> None:
        """Take other pages of the files found, or read these in another way."""
        is_same = all(getattr(old, name) == getattr(new, name) for name in _OF_REFERENCES)
        if is_same or not self._found:  # else they are not known yet, and come with what is chosen
            return
        self._finding.cancel()
        if new.choice.is_every:
            self._board.show(replace(self._board.state, is_reading_input=True))
            self._finding.start(self._run(self._find_again))
        else:
            self._take(self._pages.chosen_of(self._found))

    def _on_page_wanted(self, page: int) -> None:
        """Show another page of a stack whose pages are pictures of their own."""
        shown = self._results.state
        place = place_of_page(shown.pictures, shown.current, page)
        if place is not None:
            self._results.go_to(place)

    async def _find(self, inputs: tuple[str, ...]) -> tuple[str, ...]:
        found: list[str] = []
        unreadable: list[str] = []
        foreign: list[str] = []
        closed: list[str] = []
        has_sub_folders = False
        deeper = self._board.state.with_sub_folders
        refusal: NoPictureError | None = None
        for path in inputs:
            try:
                there = await self._pictures.find(path, with_sub_folders=deeper)
            except NoPictureError as error:
                # One among pictures does not keep the others from being run.
                refusal = refusal or error
                unreadable.append(str(local_path(path)))
                found.append(unreadable[-1])
            else:
                found.extend(there.pictures)
                foreign.extend(there.left_out)
                closed.extend(there.closed_folders)
                has_sub_folders |= there.has_sub_folders
        if refusal is not None and len(unreadable) == len(found):
            raise refusal
        held = [await self._runs.holds(path) for path in inputs]
        self._board.show(
            replace(
                self._board.state,
                unreadable=tuple(dict.fromkeys(unreadable)),
                left_out=tuple(dict.fromkeys(foreign)),
                has_sub_folders=has_sub_folders,
                closed_folders=tuple(dict.fromkeys(closed)),
                saved_runs=len(held) if all(held) else 0,
            )
        )
        return tuple(dict.fromkeys(found))

    async def _keep_pasted(self, width: int, height: int, pixels: bytes) -> tuple[str, ...]:
        path = await self._pictures.keep_pasted(width, height, pixels)
        self._board.show(replace(self._board.state, inputs=(path,)))
        return (path,)
