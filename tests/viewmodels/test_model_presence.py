"""Which models are on this disk, as the browser tells it."""

from __future__ import annotations

from dataclasses import replace

from fake_queue import FakeQueue

from ailab.services.downloads.download_entry import DownloadEntry, DownloadState
from ailab.viewmodels.model_pages import ModelPagesViewModel
from browser_lab import BrowserLab
from fakes import COMMIT, FakeHub, a_model


def lab_of() -> BrowserLab:
    lab = BrowserLab(FakeHub(a_model("acme/here"), a_model("acme/away")))
    lab.downloads.held.add("acme/here")
    return lab


async def select(lab: BrowserLab, row: int) -> str:
    lab.browser.open()
    await lab.browser.wait()
    lab.browser.select(lab.browser.state.results[row])
    await lab.browser.wait()
    assert lab.browser.state.verdict is not None
    return lab.browser.state.verdict.summary


async def test_that_the_verdict_tells_that_a_model_is_on_this_disk() -> None:
    lab = lab_of()
    assert "already on this disk" in await select(lab, 0)
    assert lab.browser.state.is_here
    assert "already on this disk" not in await select(lab, 1)
    assert not lab.browser.state.is_here


async def test_that_the_rows_on_this_disk_are_known() -> None:
    lab = lab_of()
    await select(lab, 1)
    assert lab.browser.state.ids_here == {"acme/here"}


async def test_that_a_model_is_here_once_its_download_is_done() -> None:
    queue = FakeQueue()
    lab = lab_of()
    pages = ModelPagesViewModel(lab.hub, lab.downloads, queue)
    lab = BrowserLab(lab.hub, pages=pages)
    await select(lab, 1)
    entry = DownloadEntry("key", "acme/away", revision=COMMIT, state=DownloadState.RUNNING)
    queue.tell(entry)
    lab.downloads.held.add("acme/away")
    queue.tell(replace(entry, state=DownloadState.DONE))
    await lab.browser.wait()
    assert lab.browser.state.is_here
    assert lab.browser.state.ids_here == {"acme/away"}


async def test_that_a_refresh_does_not_take_the_model_for_missing() -> None:
    lab = lab_of()
    await select(lab, 0)
    seen: list[bool] = []
    lab.browser.changed.connect(lambda _, new: seen.append(new.is_here))
    lab.browser.refresh()
    await lab.browser.wait()
    assert seen
    assert all(seen)
