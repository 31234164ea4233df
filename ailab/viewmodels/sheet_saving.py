"""Writing a sheet beside its model, over another one only where that is agreed to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ailab.services.inference.inference_errors import ModelFileError, SheetChangedError
from ailab.services.inference.sheets import Sheets
from ailab.services.problem import Problem
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.sheet_editor_state import SheetEditorState


class SheetSaving:
    """Checks the sheet once more, shows what it would change, and writes it.

    Args:
        sheets: compares and writes; lent.
        read: gives the editor's state.
        show: replaces it.
    """

    def __init__(
        self,
        sheets: Sheets,
        read: Callable[[], SheetEditorState],
        show: Callable[[SheetEditorState], None],
    ) -> None:
        self._sheets = sheets
        self._read = read
        self._show = show
        self._found: bytes | None = None
        self._saving = Latest("saving of a sheet")

    def save(self) -> None:
        """Write the sheet; where another lies there, ask first by `changes`."""
        if self._read().can_save:
            self._show(replace(self._read(), is_saving=True, problem=None))
            self._saving.start(self._run_save())

    def agree(self) -> None:
        """Write it over the one there, after its changes were looked at."""
        if self._read().changes:
            self._show(replace(self._read(), is_saving=True, changes=(), problem=None))
            self._saving.start(self._run_write(self._found))

    def cancel(self) -> None:
        """Write nothing."""
        self._saving.cancel()

    async def wait(self) -> None:
        """Wait until nothing is being written."""
        await self._saving.wait()

    async def close(self) -> None:
        """Write nothing, and wait for the end of it."""
        await self._saving.close()

    async def _run_save(self) -> None:
        state = self._read()
        try:
            await self._sheets.describe(state.path, state.draft)
        except ModelFileError as error:
            self._show(replace(self._read(), is_saving=False, fault=Problem.of(error)))
            return
        try:
            changes = await self._sheets.compare(state.path, state.draft)
        except ModelFileError as error:
            self._show(replace(self._read(), is_saving=False, problem=Problem.of(error)))
            return
        self._found = changes.found
        if changes.lines:
            self._show(replace(self._read(), is_saving=False, changes=changes.lines))
        elif changes.found is not None:  # the same already
            self._show(replace(self._read(), is_saving=False, is_saved=True))
        else:
            await self._run_write(None)

    async def _run_write(self, found: bytes | None) -> None:
        state = self._read()
        try:
            await self._sheets.save(state.path, state.draft, found)
        except SheetChangedError as error:
            self._show(replace(self._read(), problem=Problem.of(error)))
            await self._run_save()
        except ModelFileError as error:
            self._show(replace(self._read(), is_saving=False, problem=Problem.of(error)))
        else:
            self._show(replace(self._read(), is_saving=False, is_saved=True))
