"""The files that a run needs: whether they are on this disk, and their download."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ailab.services.compatibility.verdict import Verdict
from ailab.services.downloads.download_entry import DownloadEntry, DownloadState
from ailab.services.downloads.model_downloads import ModelDownloads
from ailab.services.downloads.model_queue import ModelQueue
from ailab.services.hub.model_hub import ModelHub
from ailab.services.hub.model_info import ModelDetails
from ailab.services.lab_error import LabError
from ailab.services.problem import Problem
from ailab.viewmodels.companion_files import companion_details, missing_companions, refusals
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.model_pages_state import DetailsPage, ModelPagesState


class ModelPagesFiles:
    """Knows what is here of the selected model, and has the rest downloaded.

    Args:
        state: gives the tabs' present state.
        become: takes their next one.
        downloads: knows what is on this disk; None where nobody does.
        queue: takes what is to be downloaded; None where nothing can be.
        hub: tells what it does not give of other repositories.
        is_offline: whether it is not to be asked now.
    """

    def __init__(
        self,
        state: Callable[[], ModelPagesState],
        become: Callable[[ModelPagesState], None],
        downloads: ModelDownloads | None,
        queue: ModelQueue | None,
        *,
        hub: ModelHub,
        is_offline: Callable[[], bool],
    ) -> None:
        self._state = state
        self._become = become
        self._downloads = downloads
        self._queue = queue
        self._hub = hub
        self._is_offline = is_offline
        self._presence = Latest("files on this disk")
        self._queueing = Latest("asking for a download")
        self._done: frozenset[str] = frozenset()
        self._unsubscribe = None if queue is None else queue.subscribe(self._on_entries)

    @property
    def can_queue(self) -> bool:
        """Models can be downloaded from here."""
        return self._queue is not None

    def start_anew(self) -> None:
        """Other files are needed than before."""
        self._presence.cancel()
        self._done = frozenset()
        self._become(
            replace(
                self._state(),
                is_here=None,
                lacking=(),
                beside=(),
                kept_back=(),
                queue_problem=None,
            )
        )
        if self._queue is not None:
            self._on_entries(self._queue.entries)

    def look(self) -> None:
        """Look whether the files are here; anew each time, as the library deletes some."""
        details = self._state().details
        if details is not None:
            self._presence.start(self._run_presence(details))

    def download(self) -> None:
        """Have the files downloaded."""
        details, verdict = self._state().details, self._state().verdict
        if self._queue is None or details is None or verdict is None or not verdict.files:
            return
        self._queueing.start(self._run_queue(self._queue, details, verdict))

    def cancel(self) -> None:
        """Look no more; what was asked for stays asked for."""
        self._presence.cancel()

    async def close(self) -> None:
        """Stop what is under way and wait for its end."""
        if self._unsubscribe is not None:
            self._unsubscribe()
        await self._presence.close()
        await self._queueing.close()

    async def wait(self) -> None:
        """Wait until nothing is under way."""
        await self._presence.wait()
        await self._queueing.wait()

    def _on_entries(self, entries: tuple[DownloadEntry, ...]) -> None:
        details, verdict = self._state().details, self._state().verdict
        if details is None:
            return
        entry = next(iter(_of(details, entries)), None)
        others = () if verdict is None else map(companion_details, verdict.companions)
        beside = tuple(each for other in others for each in _of(other, entries))
        self._become(replace(self._state(), entry=entry, beside=beside))
        own = () if entry is None else (entry,)
        lacking = {each.model_id for each in self._state().lacking}
        awaited = (*own, *(each for each in beside if each.model_id in lacking))
        done = frozenset(each.key for each in awaited if each.state is DownloadState.DONE)
        is_news, self._done = not done <= self._done, done
        if is_news and not self._state().is_here and self._state().page is DetailsPage.FILES:
            self._presence.start(self._run_presence(details))

    async def _run_presence(self, details: ModelDetails) -> None:
        verdict = self._state().verdict
        if self._downloads is None or verdict is None or not verdict.files:
            return
        is_own_here = await self._downloads.holds(details, verdict.files)
        lacking = await missing_companions(self._downloads, verdict) if is_own_here else ()
        is_here = is_own_here and not lacking
        self._become(replace(self._state(), is_here=is_here, lacking=lacking))
        if lacking and not self._is_offline():
            kept_back = await refusals(self._hub, lacking)
            self._become(replace(self._state(), kept_back=kept_back))

    async def _run_queue(self, queue: ModelQueue, details: ModelDetails, verdict: Verdict) -> None:
        try:
            if self._downloads is not None:
                for companion in await missing_companions(self._downloads, verdict):
                    await queue.enqueue(companion_details(companion), companion.files)
            await queue.enqueue(details, verdict.files)
        except LabError as error:
            problem: Problem | None = Problem.of(error)
        else:
            problem = None
        if self._state().details is details:
            self._become(replace(self._state(), queue_problem=problem))


def _of(details: ModelDetails, entries: tuple[DownloadEntry, ...]) -> tuple[DownloadEntry, ...]:
    """The downloads of a model at its revision."""
    same = (details.info.id, details.revision)
    return tuple(each for each in entries if (each.model_id, each.revision) == same)
