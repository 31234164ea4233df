"""What the files' tab says of files of other repositories."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_queue import FakeQueue
from pytestqt.qtbot import QtBot

from ailab.services.compatibility.verdict import Fit, Verdict
from ailab.services.downloads.download_entry import DownloadEntry, DownloadState
from ailab.services.inference.companions import COMPANIONS
from ailab.services.next_step import NextStep
from ailab.services.problem import Problem
from ailab.viewmodels.model_pages import ModelPagesViewModel
from ailab.viewmodels.model_pages_state import ModelPagesState
from ailab.views.model_files_page import ModelFilesPage
from browser_lab import a_browser
from fakes import FakeDownloads, FakeHub, a_model, details_of

GPT2, BERT = (each.model_id for each in COMPANIONS)
DETAILS = details_of(a_model("acme/reader"))
FILES = tuple(file.path for file in DETAILS.files)
STATE = ModelPagesState(
    details=DETAILS,
    verdict=Verdict(Fit.RUNS, "Runs here.", files=FILES, companions=COMPANIONS),
    is_here=False,
    lacking=COMPANIONS,
)
DENIED = Problem(f"The Hub gives {BERT} only to some.", "Sign in.", next_step=NextStep.SIGN_IN)


@pytest.fixture
def page(qtbot: QtBot) -> ModelFilesPage:
    hub = FakeHub()
    pages = ModelPagesViewModel(hub, FakeDownloads(), FakeQueue())
    page = ModelFilesPage(a_browser(hub), pages)
    qtbot.addWidget(page)
    page.show()
    return page


def beside(model_id: str, state: DownloadState, problem: Problem | None = None) -> DownloadEntry:
    return DownloadEntry(model_id, model_id, state=state, problem=problem)


def lines(page: ModelFilesPage, state: ModelPagesState) -> list[str]:
    page.show_pages(state)
    return page.totals.text().splitlines()[1:]


def test_that_only_what_is_lacking_is_to_be_downloaded(page: ModelFilesPage) -> None:
    own = "A run needs 3 files, 3.0 MB: on this disk ✓"
    told = lines(page, STATE)
    assert told == [own, f"To download: the tokenizers of {GPT2} and {BERT}, 2 MB"]
    told = lines(page, replace(STATE, lacking=COMPANIONS[1:]))
    assert told == [own, f"To download: the tokenizer of {BERT}"]
    running = replace(STATE, beside=(beside(GPT2, DownloadState.RUNNING),))
    assert lines(page, running)[1].startswith(f"Downloading the tokenizers of {GPT2}")
    assert not page.download.isEnabled()
    whole = lines(page, replace(STATE, is_here=True, lacking=()))
    assert whole == ["A run needs 3 files, 3.0 MB: all on this disk ✓"]


def test_that_a_tokenizer_that_the_hub_refuses_is_a_state_with_its_reason(
    page: ModelFilesPage,
) -> None:
    refused = beside(BERT, DownloadState.FAILED, DENIED)
    state = replace(STATE, lacking=COMPANIONS[1:], beside=(refused,))
    told = lines(page, state)
    assert told[1:] == [
        f"Without the tokenizer of {BERT}, which a run can do without: {DENIED.message}"
    ]
    assert not any("To download" in line for line in told)
    assert page.download.isEnabled()
    assert page.download.text().replace("&", "") == "Try again"
    assert page.step.isVisible(), "signing in may help"
    assert not page.banner.isVisible()
    both = lines(page, replace(state, lacking=COMPANIONS))
    assert both[1] == f"To download: the tokenizer of {GPT2}"
    assert both[2] == told[1]


def test_that_a_model_that_is_not_here_yet_names_what_comes_with_it(page: ModelFilesPage) -> None:
    told = lines(page, replace(STATE, lacking=()))
    assert told == [
        "To download: 3 files, 3.0 MB",
        f"With the tokenizers of {GPT2} and {BERT}, 2 MB",
    ]
    assert page.download.text().replace("&", "") == "Download"
