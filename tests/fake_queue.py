"""A queue of downloads that downloads nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ailab.services.downloads.download_entry import DownloadEntry
from ailab.services.downloads.model_queue import EntriesListener
from ailab.services.hub.model_info import ModelDetails


class FakeQueue:
    """Holds the entries it is given, and notes what is asked of it."""

    def __init__(self, *entries: DownloadEntry) -> None:
        self.entries = entries
        self.kept: tuple[DownloadEntry, ...] = ()
        self.asked: list[tuple[str, str]] = []
        self.listeners: list[EntriesListener] = []

    def subscribe(self, listener: EntriesListener) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    async def open(self) -> None:
        self.tell(*self.kept, *self.entries)

    async def enqueue(self, details: ModelDetails, files: Sequence[str]) -> None:
        raise NotImplementedError

    def pause(self, key: str) -> None:
        self.asked.append(("pause", key))

    def resume(self, key: str) -> None:
        self.asked.append(("resume", key))

    def hurry(self, key: str) -> None:
        self.asked.append(("hurry", key))

    def cancel(self, key: str) -> None:
        self.asked.append(("cancel", key))

    async def look_again(self) -> None:
        self.asked.append(("look again", ""))

    def clear_finished(self) -> None:
        self.asked.append(("clear", ""))

    def tell(self, *entries: DownloadEntry) -> None:
        self.entries = entries
        for listener in self.listeners:
            listener(entries)
