"""What the details tell of files of other repositories that the Hub does not give."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_queue import FakeQueue

from ailab.services.compatibility.verdict import Fit, Verdict
from ailab.services.downloads.download_entry import DownloadEntry, DownloadState
from ailab.services.hub.hub_errors import HubOfflineError
from ailab.services.inference.companions import COMPANIONS
from ailab.services.inference.text_files import TOKENIZER
from ailab.services.problem import Problem
from ailab.viewmodels.model_browser_state import ModelBrowserState
from ailab.viewmodels.model_pages import ModelPagesViewModel
from ailab.viewmodels.model_pages_state import DetailsPage
from fakes import FakeDownloads, FakeHub, a_model, details_of

GPT2, BERT = (each.model_id for each in COMPANIONS)
GONE = Problem(f"The Hub has no model {BERT}.", "Check the name.")


def entry(model_id: str, state: DownloadState, problem: Problem | None = None) -> DownloadEntry:
    return DownloadEntry(model_id, model_id, state=state, problem=problem)


class Bench:
    """MGP-STR's files tab, its own files here."""

    def __init__(self) -> None:
        self.downloads, self.queue = FakeDownloads(), FakeQueue()
        self.downloads.held = {"acme/nuclei", GPT2}
        self.hub = FakeHub()
        self.hub.files = dict.fromkeys(((GPT2, TOKENIZER), (BERT, TOKENIZER)), b"{}")
        self.pages = ModelPagesViewModel(self.hub, self.downloads, self.queue)

    async def look(self, *, wants_offline: bool = False) -> None:
        details = details_of(a_model("acme/nuclei"))
        files = tuple(file.path for file in details.files)
        verdict = Verdict(Fit.RUNS, "Runs here.", files=files, companions=COMPANIONS)
        browsing = replace(
            ModelBrowserState(), details=details, verdict=verdict, wants_offline=wants_offline
        )
        self.pages.follow(None, browsing)
        self.pages.look_at(DetailsPage.FILES)
        await self.pages.wait()


async def test_that_what_other_repositories_lack_is_told_apart_from_the_models_own() -> None:
    bench = Bench()
    await bench.look()
    state = bench.pages.state
    assert [each.model_id for each in state.lacking] == [BERT]
    assert state.is_here is False
    assert state.refused == ()
    assert state.can_download
    bench.downloads.held.remove("acme/nuclei")
    bench.pages.look_at(DetailsPage.FILES)
    await bench.pages.wait()
    assert bench.pages.state.lacking == ()
    await bench.pages.close()


async def test_that_a_refusal_is_kept_with_its_reason_until_it_is_tried_again() -> None:
    bench = Bench()
    await bench.look()
    bench.queue.tell(entry(BERT, DownloadState.RUNNING))
    assert not bench.pages.state.can_download, "it is on its way"
    bench.queue.tell(entry(BERT, DownloadState.FAILED, GONE), entry("a/b", DownloadState.FAILED))
    assert bench.pages.state.refused == ((BERT, GONE),)
    assert bench.pages.state.can_download, "it may be tried again"
    bench.queue.tell(entry(BERT, DownloadState.QUEUED))
    assert bench.pages.state.refused == ()
    await bench.pages.close()


@pytest.mark.parametrize(
    "own", [(), (DownloadEntry("k", "acme/nuclei", state=DownloadState.DONE),)]
)
async def test_that_what_arrives_of_another_repository_makes_the_model_whole(
    own: tuple[DownloadEntry, ...],
) -> None:
    bench = Bench()
    await bench.look()
    bench.downloads.held.add(BERT)
    bench.queue.tell(*own, entry(BERT, DownloadState.DONE))
    await bench.pages.wait()
    assert bench.pages.state.is_here
    assert bench.pages.state.lacking == ()
    await bench.pages.close()


async def test_that_a_refusal_is_told_without_a_failed_download_before() -> None:
    bench = Bench()
    del bench.hub.files[BERT, TOKENIZER]
    bench.queue.tell(entry(BERT, DownloadState.PAUSED))  # as it comes back after a restart
    await bench.look()
    state = bench.pages.state
    ((name, problem),) = state.refused
    assert name == BERT
    assert problem.message == f"{BERT} has no file {TOKENIZER}."
    assert state.can_download, "it may be tried again"
    assert bench.hub.read == [(BERT, "main", TOKENIZER, 0, 1)], "GPT-2's is here"
    bench.queue.tell(entry(BERT, DownloadState.QUEUED))
    assert bench.pages.state.refused == ()
    bench.queue.tell(entry(BERT, DownloadState.FAILED, GONE))
    assert dict(bench.pages.state.refused) == {BERT: GONE}
    await bench.pages.close()


async def test_that_a_hub_that_does_not_answer_refuses_nothing() -> None:
    bench = Bench()
    bench.hub.failure = HubOfflineError("The Hub cannot be reached.", "Look at the network.")
    await bench.look()
    assert bench.pages.state.refused == ()
    await bench.pages.close()


async def test_that_the_hub_is_not_asked_where_the_person_wants_none_of_it() -> None:
    bench = Bench()
    bench.hub.files.clear()
    await bench.look(wants_offline=True)
    assert bench.pages.state.lacking
    assert bench.pages.state.refused == ()
    assert not bench.hub.read
    await bench.pages.close()
