"""The browser without the Hub, and with a Hub that asks to wait."""

from __future__ import annotations

import pytest

from ailab.services.hub.hub_errors import HubOfflineError, HubServerError, ModelNotFoundError
from ailab.services.lab_error import LabError
from ailab.viewmodels import model_finder
from ailab.viewmodels.catalog import CatalogViewModel
from ailab.viewmodels.model_pages_state import DetailsPage
from browser_lab import BrowserLab
from fakes import FakeCatalog, FakeHub, a_model, details_of, until

OFFLINE = HubOfflineError("The Hub can't be reached.", "Check the network.")


async def test_that_what_the_hub_shows_is_remembered_while_nobody_waits() -> None:
    lab = BrowserLab(FakeHub(a_model("acme/a"), a_model("acme/b")))
    lab.catalog.gate.shut()
    lab.browser.open()
    await until(lambda: bool(lab.ids))
    lab.browser.select(lab.browser.state.results[1])
    await until(lambda: lab.browser.state.details is not None)
    assert not lab.catalog.remembered
    lab.catalog.gate.open()
    await lab.browser.wait()
    assert lab.catalog.remembered == [("acme/a", "acme/b")]
    assert set(lab.catalog.details) == {"acme/b"}


async def test_that_a_catalogue_that_cannot_write_costs_the_search_nothing() -> None:
    lab = BrowserLab()
    lab.catalog.failure = LabError("The disk is full.", "Make room.")
    lab.browser.open()
    await lab.browser.wait()
    assert lab.ids == ["acme/nuclei"]
    assert lab.browser.state.notice is None


async def test_that_the_catalogue_answers_once_the_hub_is_lost() -> None:
    lab = BrowserLab(catalog=FakeCatalog(a_model("acme/kept"), a_model("acme/other")))
    lab.hub.failure = OFFLINE
    lab.browser.open()
    await lab.browser.wait()
    state = lab.browser.state
    assert lab.ids == ["acme/kept", "acme/other"]
    assert state.is_offline
    assert not state.wants_offline
    assert state.problem is None
    assert state.facts is not None
    assert state.facts.models == 2
    lab.browser.set_query("kept")
    await lab.browser.wait()
    assert lab.ids == ["acme/kept"]
    assert len(lab.hub.queries) == 1, "the lost Hub is not asked for each letter"
    assert lab.catalog.remembered == [], "its own rows tell the catalogue nothing new"


async def test_that_a_lost_hub_is_tried_again_by_retry_and_by_opening() -> None:
    lab = BrowserLab(catalog=FakeCatalog(a_model("acme/kept")))
    lab.hub.failure = OFFLINE
    for act in (lab.browser.open, lab.browser.retry, lab.browser.open, lab.browser.refresh):
        act()
        await lab.browser.wait()
        assert lab.browser.state.has_lost_hub
    assert len(lab.hub.queries) == 4
    lab.hub.failure = None
    lab.browser.retry()
    await lab.browser.wait()
    assert not lab.browser.state.is_offline
    assert lab.ids == ["acme/nuclei"]


async def test_that_an_empty_catalogue_leaves_the_failure_to_be_told() -> None:
    lab = BrowserLab()
    lab.hub.failure = OFFLINE
    lab.browser.open()
    await lab.browser.wait()
    assert lab.browser.state.problem is not None
    assert not lab.browser.state.is_offline


async def test_that_a_hub_that_answers_an_error_is_not_taken_for_lost() -> None:
    lab = BrowserLab(catalog=FakeCatalog(a_model("acme/kept")))
    lab.hub.failure = HubServerError("It broke.", "Wait.")
    lab.browser.open()
    await lab.browser.wait()
    assert lab.browser.state.problem is not None
    assert lab.ids == []


async def test_that_offline_asks_the_hub_nothing() -> None:
    lab = BrowserLab(catalog=FakeCatalog(a_model("acme/kept")), debounce=3600)
    kept = details_of(a_model("acme/kept"))
    lab.catalog.details["acme/kept"] = kept
    lab.browser.set_offline(True)
    assert not lab.browser.state.is_searching, "nobody looks yet"
    lab.browser.open()
    await lab.browser.wait()
    lab.browser.set_query("ke")
    await lab.browser.wait()
    lab.browser.select(lab.browser.state.results[0])
    await lab.browser.wait()
    assert lab.browser.state.details == kept
    assert lab.browser.state.facts is not None
    assert (lab.hub.queries, lab.hub.asked_details) == ([], [])
    lab.browser.load_refs()
    await lab.browser.wait()
    assert lab.browser.state.refs is None
    lab.browser.set_query("")
    lab.browser.set_offline(False)
    await lab.browser.wait()
    assert lab.ids == ["acme/nuclei"]


async def test_that_details_never_seen_are_told_missing_offline() -> None:
    lab = BrowserLab(catalog=FakeCatalog(a_model("acme/kept")))
    lab.browser.set_offline(True)
    lab.browser.open()
    await lab.browser.wait()
    lab.browser.select(lab.browser.state.results[0])
    await lab.browser.wait()
    problem = lab.browser.state.details_problem
    assert problem is not None
    assert "does not know acme/kept" in problem.message


async def test_that_details_come_from_the_catalogue_where_the_hub_is_just_lost() -> None:
    lab = BrowserLab()
    lab.browser.open()
    await lab.browser.wait()
    kept = details_of(lab.hub.models[0])
    lab.catalog.details["acme/nuclei"] = kept
    lab.hub.failure = OFFLINE
    lab.browser.select(lab.browser.state.results[0])
    await lab.browser.wait()
    assert lab.browser.state.details == kept
    lab.hub.failure = ModelNotFoundError("It is gone.", "Choose another.")
    lab.browser.refresh()
    await lab.browser.wait()
    assert lab.browser.state.problem is not None


async def test_that_details_are_the_hubs_again_once_it_is_back() -> None:
    lab = BrowserLab()
    lab.browser.open()
    await lab.browser.wait()
    lab.browser.select(lab.browser.state.results[0])
    kept = details_of(lab.hub.models[0], "model.onnx")
    for come_back in (lab.browser.retry, lab.browser.retry_details, lab.browser.go_online):
        await lab.browser.wait()
        lab.catalog.details["acme/nuclei"] = kept
        lab.hub.failure = OFFLINE
        lab.browser.refresh()
        await lab.browser.wait()
        assert lab.browser.state.details == kept
        assert lab.browser.state.are_details_kept
        lab.hub.failure = None
        come_back()
        await lab.browser.wait()
        assert lab.browser.state.details == details_of(lab.hub.models[0])
        assert not lab.browser.state.are_details_kept


async def test_that_going_online_reads_details_that_were_missing() -> None:
    lab = BrowserLab(catalog=FakeCatalog(a_model()))
    lab.browser.set_offline(True)
    lab.browser.open()
    await lab.browser.wait()
    lab.browser.select(lab.browser.state.results[0])
    await lab.browser.wait()
    assert lab.browser.state.details_problem is not None
    lab.browser.set_offline(False)
    await lab.browser.wait()
    assert lab.browser.state.details_problem is None
    assert lab.browser.state.details is not None


async def test_that_a_catalogue_that_fails_says_so_offline() -> None:
    lab = BrowserLab()
    lab.catalog.failure = LabError("The catalogue can't be read.", "Look at the disk.")
    lab.browser.set_offline(True)
    lab.browser.open()
    await lab.browser.wait()
    problem = lab.browser.state.problem
    assert problem is not None
    assert problem.message == "The catalogue can't be read."


async def test_that_a_slow_hub_is_told_and_can_be_left_for_the_catalogue(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(model_finder, "PATIENCE", 0)
    lab = BrowserLab(catalog=FakeCatalog(a_model("acme/kept")))
    lab.hub.gate.shut()
    lab.browser.open()
    await until(lambda: lab.browser.state.is_slow)
    lab.browser.set_offline(True)
    await lab.browser.wait()
    assert lab.ids == ["acme/kept"]
    assert not lab.browser.state.is_slow


async def test_that_a_hub_that_answers_in_time_is_not_called_slow() -> None:
    lab = BrowserLab()
    seen: list[bool] = []
    lab.browser.changed.connect(lambda _, new: seen.append(new.is_slow))
    lab.browser.open()
    await lab.browser.wait()
    assert seen
    assert not any(seen)


async def test_that_the_limits_pause_is_counted_down() -> None:
    lab = BrowserLab()
    lab.hub.tell_wait(2.4, is_refused=True)
    assert lab.browser.state.wait_seconds == 3
    assert lab.browser.state.is_wait_refused
    for left in (2, 1, 0):
        await until(lambda: lab.second.waiting == 1)
        lab.second.open()
        await until(lambda left=left: lab.browser.state.wait_seconds == left)  # type: ignore[misc]
    assert not lab.browser.state.is_wait_refused
    await lab.browser.close()


async def test_that_a_pause_that_ends_early_is_over() -> None:
    lab = BrowserLab()
    lab.hub.tell_wait(30)
    await until(lambda: lab.second.waiting == 1)
    lab.hub.tell_wait(0)
    assert lab.browser.state.wait_seconds == 0
    await until(lambda: lab.second.waiting == 0)
    await lab.browser.close()
    lab.hub.tell_wait(5)
    assert lab.browser.state.wait_seconds == 0, "a closed browser listens no more"


async def test_that_refresh_forgets_the_hubs_answers() -> None:
    lab = BrowserLab()
    lab.browser.refresh()
    await lab.browser.wait()
    assert lab.hub.forgotten == 1


async def test_that_a_catalogue_filled_meanwhile_is_searched_and_counted() -> None:
    catalog = FakeCatalog()
    sync = CatalogViewModel(catalog)
    lab = BrowserLab(catalog=catalog, sync=sync)
    lab.browser.set_offline(True)
    lab.browser.open()
    await lab.browser.wait()
    assert lab.ids == []
    await catalog.remember((a_model("acme/new"),))
    sync.open()
    await sync.wait()
    await lab.browser.wait()
    assert lab.ids == ["acme/new"]
    assert lab.browser.state.facts is not None
    assert lab.browser.state.facts.models == 1


async def test_that_the_details_tabs_ask_nothing_offline() -> None:
    lab = BrowserLab(catalog=FakeCatalog(a_model("acme/kept")))
    lab.catalog.details["acme/kept"] = details_of(a_model("acme/kept"))
    lab.browser.pages.look_at(DetailsPage.CARD)
    lab.browser.set_offline(True)
    lab.browser.open()
    await lab.browser.wait()
    lab.browser.select(lab.browser.state.results[0])
    await lab.browser.wait()
    problem = lab.browser.pages.state.card.problem
    assert problem is not None
    assert problem.message.startswith("Offline")
    assert lab.hub.read == []
    lab.browser.go_online()
    await lab.browser.wait()
    assert not lab.browser.state.is_offline


async def test_that_the_catalogue_is_counted_anew_each_time_offline_begins() -> None:
    lab = BrowserLab(catalog=FakeCatalog(a_model("acme/kept")))
    counted = []
    for is_offline in (True, False, True):
        lab.browser.set_offline(is_offline)
        lab.browser.open()
        await lab.browser.wait()
        counted.append(lab.browser.state.facts and lab.browser.state.facts.models)
    assert counted == [1, None, 2]
