"""Filling the offline catalogue: what the view model tells and does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ailab.services.catalog.model_catalog import CatalogFacts
from ailab.services.compatibility.runnable_tasks import RUNNABLE_TASKS
from ailab.services.lab_error import LabError
from ailab.viewmodels.catalog import CatalogViewModel, age_words
from fakes import FakeCatalog, a_model, until

NOW = datetime(2026, 3, 4, tzinfo=UTC)


def a_view_model(catalog: FakeCatalog) -> CatalogViewModel:
    return CatalogViewModel(catalog, now=lambda: NOW)


async def test_that_the_tasks_that_run_are_chosen_at_first() -> None:
    view_model = a_view_model(FakeCatalog())
    view_model.open()
    await view_model.wait()
    assert view_model.state.tasks == RUNNABLE_TASKS
    assert view_model.age_text() == ""
    assert not view_model.state.can_clear


async def test_that_the_tasks_synchronised_before_are_chosen_again() -> None:
    class Synced(FakeCatalog):
        async def facts(self) -> CatalogFacts:
            time = NOW - timedelta(days=3)
            return CatalogFacts(1, (("mask-generation", time),), time)

    view_model = a_view_model(Synced())
    view_model.open()
    await view_model.wait()
    assert view_model.state.tasks == ("mask-generation",)
    assert view_model.synced_text("mask-generation") == "3 days ago"
    assert view_model.synced_text("object-detection") == ""
    view_model.choose("object-detection", is_chosen=True)
    view_model.choose("mask-generation", is_chosen=False)
    view_model.open()
    await view_model.wait()
    assert view_model.state.tasks == ("object-detection",)


async def test_that_synchronising_tells_its_progress_and_its_end() -> None:
    catalog = FakeCatalog(a_model())
    catalog.gate.shut()
    view_model = a_view_model(catalog)
    view_model.sync()
    assert view_model.state.is_syncing
    assert not view_model.state.can_sync
    await until(lambda: view_model.state.progress is not None)
    view_model.sync()  # a second press changes nothing
    catalog.gate.open()
    await view_model.wait()
    assert not view_model.state.is_syncing
    assert view_model.state.progress is not None
    assert view_model.state.progress.models == 1
    assert view_model.state.facts.models == 1


async def test_that_nothing_is_synchronised_without_a_task() -> None:
    view_model = a_view_model(FakeCatalog())
    for task in RUNNABLE_TASKS:
        view_model.choose(task, is_chosen=False)
    assert not view_model.state.can_sync
    view_model.sync()
    assert not view_model.state.is_syncing


async def test_that_cancelling_stops_and_says_so() -> None:
    catalog = FakeCatalog(a_model())
    catalog.gate.shut()
    view_model = a_view_model(catalog)
    view_model.sync()
    await until(lambda: catalog.gate.waiting == 1)
    view_model.cancel()
    await view_model.wait()
    assert not view_model.state.is_syncing
    assert view_model.state.is_cancelled
    assert view_model.state.facts.models == 1  # what came is counted
    assert catalog.gate.waiting == 0


async def test_that_a_failure_is_told_and_the_next_try_forgets_it() -> None:
    catalog = FakeCatalog(a_model())
    catalog.failure = LabError("The disk is full.", "Free some space.")
    view_model = a_view_model(catalog)
    view_model.sync()
    await view_model.wait()
    assert view_model.state.problem is not None
    assert view_model.state.problem.message == "The disk is full."
    assert not view_model.state.is_syncing
    catalog.failure = None
    view_model.sync()
    assert view_model.state.problem is None
    await view_model.wait()


async def test_that_clearing_empties_the_catalogue() -> None:
    catalog = FakeCatalog(a_model())
    view_model = a_view_model(catalog)
    view_model.open()
    await view_model.wait()
    assert view_model.state.can_clear
    view_model.clear()
    assert view_model.state.is_clearing
    await view_model.wait()
    assert view_model.state.facts.models == 0
    assert not view_model.state.is_clearing


async def test_that_closing_stops_a_synchronisation() -> None:
    catalog = FakeCatalog()
    catalog.gate.shut()
    view_model = a_view_model(catalog)
    view_model.sync()
    await until(lambda: catalog.gate.waiting == 1)
    await view_model.close()
    assert catalog.gate.waiting == 0


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "just now"),
        (20, "just now"),
        (400, "a few minutes ago"),
        (3600, "1 hour ago"),
        (86400 * 2.5, "2 days ago"),
        (86400 * 45, "1 month ago"),
        (86400 * 800, "2 years ago"),
    ],
)
def test_that_ages_are_told_in_their_largest_unit(seconds: float, words: str) -> None:
    assert age_words(NOW - timedelta(seconds=seconds), NOW) == words
