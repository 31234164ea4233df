"""What the view models ask of the list of downloads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from ailab.services.downloads.download_entry import DownloadEntry
from ailab.services.hub.model_info import ModelDetails

EntriesListener = Callable[[tuple[DownloadEntry, ...]], None]


class ModelQueue(Protocol):
    """Downloads that wait, run, pause and outlive the lab; all methods on the event loop."""

    @property
    def entries(self) -> tuple[DownloadEntry, ...]:
        """All downloads, in the order in which they were asked for."""
        ...

    def subscribe(self, listener: EntriesListener) -> Callable[[], None]:
        """Call `listener` with the entries whenever they changed, at most ten times a second.

        Returns:
            What ends it.
        """
        ...

    async def open(self) -> None:
        """Bring back, paused, what was not done when the lab was closed."""
        ...

    async def enqueue(self, details: ModelDetails, files: Sequence[str]) -> None:
        """Download `files` of a model at its revision as soon as others are through.

        What is in the list already is resumed where it rests, and not listed twice.

        Raises:
            LabError: the model has names that are not safe on this disk.
        """
        ...

    def pause(self, key: str) -> None:
        """Stop a download; its bytes stay."""
        ...

    def resume(self, key: str) -> None:
        """Go on with a download that is paused or has failed, from the byte where it stopped."""
        ...

    def hurry(self, key: str) -> None:
        """Make the next try at once, where a download waits before it."""
        ...

    def cancel(self, key: str) -> None:
        """Take a download off the list and remove what had arrived of it."""
        ...

    async def look_again(self) -> None:
        """Take the downloads that are done off the list whose files were deleted since."""
        ...

    def clear_finished(self) -> None:
        """Take the downloads that are done off the list; their files stay."""
        ...
