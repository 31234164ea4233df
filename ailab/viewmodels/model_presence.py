"""Which models are on this disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ailab.services.downloads.model_downloads import ModelDownloads
from ailab.services.hub.model_info import ModelDetails
from ailab.viewmodels.companion_files import is_all_here
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.model_browser_board import ModelBrowserBoard


class ModelPresence:
    """Looks on the disk for the selected model's files, and for the rows' models.

    Args:
        board: the browser's state.
        downloads: knows what is on this disk; None where nobody does.
    """

    def __init__(self, board: ModelBrowserBoard, downloads: ModelDownloads | None) -> None:
        self._board = board
        self._downloads = downloads
        self._looking = Latest("model on this disk")

    def look(self, on_other: Callable[[ModelDetails], None]) -> None:
        """See whether all that a run of the selected model needs is here.

        Args:
            on_other: called with the model's details where that is not as it was before.
        """
        self._looking.start(self._look(on_other))

    async def look_around(self) -> None:
        """See of which models there is something here."""
        if self._downloads is not None:
            ids = await self._downloads.kept_ids()
            if ids != self._board.state.ids_here:
                self._board.show(replace(self._board.state, ids_here=ids))

    def rest(self) -> None:
        """Look no further."""
        self._looking.cancel()

    async def wait(self) -> None:
        """Wait until nothing is under way."""
        await self._looking.wait()

    async def close(self) -> None:
        """Look no further, and wait for the end of it."""
        await self._looking.close()

    async def _look(self, on_other: Callable[[ModelDetails], None]) -> None:
        details, verdict = self._board.state.details, self._board.state.verdict
        if self._downloads is None or details is None or verdict is None:
            return
        is_here = await is_all_here(self._downloads, details, verdict)
        if is_here != self._board.state.is_here:
            self._board.show(replace(self._board.state, is_here=is_here))
            on_other(details)
