"""A model downloaded from the tab of its files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from pages_lab import RUNS, a_hub, browsing

from ailab.services.compatibility.verdict import Fit, Verdict
from ailab.services.downloads.download_entry import DownloadEntry, DownloadState
from ailab.services.hub.model_info import ModelDetails
from ailab.services.inference.companions import COMPANIONS
from ailab.services.lab_error import LabError
from ailab.services.problem import Problem
from ailab.viewmodels.model_pages import ModelPagesViewModel
from ailab.viewmodels.model_pages_state import DetailsPage
from fakes import COMMIT, FakeDownloads, FakeHub


class FakeQueue:
    """Lists what it is asked for."""

    def __init__(self) -> None:
        self.entries: tuple[DownloadEntry, ...] = ()
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self.failure: LabError | None = None
        self._listeners: list[Callable[[tuple[DownloadEntry, ...]], None]] = []

    def subscribe(
        self, listener: Callable[[tuple[DownloadEntry, ...]], None]
    ) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def open(self) -> None: ...

    async def look_again(self) -> None: ...

    async def enqueue(self, details: ModelDetails, files: Sequence[str]) -> None:
        if self.failure is not None:
            raise self.failure
        self.asked.append((details.info.id, tuple(files)))
        self.tell(DownloadState.QUEUED, details.info.id)

    def tell(self, state: DownloadState, model_id: str = "acme/nuclei") -> None:
        self.entries = (DownloadEntry("key", model_id, revision=COMMIT, state=state),)
        for listener in tuple(self._listeners):
            listener(self.entries)

    def pause(self, key: str) -> None: ...

    def resume(self, key: str) -> None: ...

    def hurry(self, key: str) -> None: ...

    def cancel(self, key: str) -> None: ...

    def clear_finished(self) -> None: ...


@pytest.fixture
def hub() -> FakeHub:
    return a_hub()


async def test_that_a_download_is_asked_for_and_followed(hub: FakeHub) -> None:
    downloads, queue = FakeDownloads(), FakeQueue()
    pages = ModelPagesViewModel(hub, downloads, queue)
    pages.follow(None, browsing())
    pages.look_at(DetailsPage.FILES)
    await pages.wait()
    assert pages.state.is_here is False
    assert pages.state.can_download
    pages.download()
    await pages.wait()
    assert queue.asked == [("acme/nuclei", RUNS.files)]
    assert not pages.state.can_download, "it is on its way"
    queue.tell(DownloadState.FAILED)
    assert pages.state.can_download
    downloads.held.add("acme/nuclei")
    queue.tell(DownloadState.DONE)
    await pages.wait()
    assert pages.state.is_here
    assert not pages.state.can_download
    await pages.close()


async def test_that_files_of_other_repositories_are_downloaded_too(hub: FakeHub) -> None:
    downloads, queue = FakeDownloads(), FakeQueue()
    pages = ModelPagesViewModel(hub, downloads, queue)
    pages.follow(None, browsing(verdict=replace(RUNS, companions=COMPANIONS)))
    downloads.held.add("acme/nuclei")
    pages.look_at(DetailsPage.FILES)
    await pages.wait()
    assert pages.state.is_here is False
    downloads.held = {"gpt2"}  # under the name that it had before
    pages.download()
    await pages.wait()
    tokenizer = ("google-bert/bert-base-uncased", ("tokenizer.json",))
    assert queue.asked == [tokenizer, ("acme/nuclei", RUNS.files)]
    downloads.held |= {"google-bert/bert-base-uncased", "acme/nuclei"}
    queue.tell(DownloadState.DONE)
    await pages.wait()
    assert pages.state.is_here
    await pages.close()


async def test_that_the_disk_is_looked_at_anew_when_the_tab_is_turned_to_again(
    hub: FakeHub,
) -> None:
    downloads = FakeDownloads()
    downloads.held.add("acme/nuclei")
    pages = ModelPagesViewModel(hub, downloads, FakeQueue())
    pages.follow(None, browsing())
    pages.look_at(DetailsPage.FILES)
    await pages.wait()
    assert pages.state.is_here
    pages.look_at(DetailsPage.OVERVIEW)
    pages.rest()
    downloads.held.clear()  # it was deleted meanwhile
    pages.look_at(DetailsPage.FILES)
    await pages.wait()
    assert pages.state.is_here is False
    assert pages.state.can_download
    await pages.close()


async def test_that_a_download_that_cannot_be_asked_for_is_told(hub: FakeHub) -> None:
    queue = FakeQueue()
    queue.failure = LabError("A name is not safe.", "Choose another model.")
    pages = ModelPagesViewModel(hub, FakeDownloads(), queue)
    pages.follow(None, browsing())
    pages.download()
    await pages.wait()
    assert pages.state.queue_problem == Problem("A name is not safe.", "Choose another model.")


async def test_that_a_model_that_does_not_run_has_nothing_to_download(hub: FakeHub) -> None:
    queue = FakeQueue()
    pages = ModelPagesViewModel(hub, FakeDownloads(), queue)
    pages.follow(None, browsing(verdict=Verdict(Fit.WONT_RUN, "No.")))
    pages.look_at(DetailsPage.FILES)
    pages.download()
    await pages.wait()
    assert not queue.asked
    assert not pages.state.can_download
