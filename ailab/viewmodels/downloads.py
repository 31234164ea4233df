"""The list of downloads."""

from __future__ import annotations

from dataclasses import replace

from ailab.services.downloads.download_entry import DownloadEntry
from ailab.services.downloads.model_queue import ModelQueue
from ailab.viewmodels.downloads_state import DownloadsState
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.view_model import ViewModel


class DownloadsViewModel(ViewModel[DownloadsState]):
    """Shows the queue of downloads and passes on what a person wants of it.

    Args:
        queue: the downloads.
    """

    def __init__(self, queue: ModelQueue) -> None:
        super().__init__(DownloadsState(queue.entries))
        self._queue = queue
        self._opening = Latest("opening the list of downloads")
        self._looking = Latest("look for deleted downloads")
        self._unsubscribe = queue.subscribe(self._on_entries)

    def open(self) -> None:
        """Bring back, paused, what was not done when the lab was closed."""
        if not self.state.is_open:
            self._opening.start(self._open())

    def pause(self, key: str) -> None:
        """Stop a download; its bytes stay."""
        self._queue.pause(key)

    def resume(self, key: str) -> None:
        """Go on with a download that rests, or try again one that failed."""
        self._queue.resume(key)

    def hurry(self, key: str) -> None:
        """Try again at once, where a download waits before another try."""
        self._queue.hurry(key)

    def cancel(self, key: str) -> None:
        """Take a download off the list, with what had arrived of it."""
        self._queue.cancel(key)

    def pause_all(self) -> None:
        """Stop all that run or wait, the waiting ones first, so that none takes a turn."""
        for entry in reversed(self.state.active):
            self._queue.pause(entry.key)

    def resume_all(self) -> None:
        """Go on with all that are paused."""
        for entry in self.state.paused:
            self._queue.resume(entry.key)

    def look_again(self) -> None:
        """Take off the list what was downloaded, and deleted since."""
        if self.state.can_clear:
            self._looking.start(self._queue.look_again())

    def clear_finished(self) -> None:
        """Take what is done off the list; the files stay."""
        self._queue.clear_finished()

    async def close(self) -> None:
        """Listen no longer."""
        self._unsubscribe()
        await self._opening.close()
        await self._looking.close()

    async def _open(self) -> None:
        await self._queue.open()
        self._become(replace(self.state, entries=self._queue.entries, is_open=True))

    def _on_entries(self, entries: tuple[DownloadEntry, ...]) -> None:
        self._become(replace(self.state, entries=entries))
