"""Filters in the model browser: asked of who answers, or kept here."""

from __future__ import annotations

from ailab.services.compatibility.verdict import Fit
from ailab.services.hub.hub_errors import HubServerError
from ailab.services.hub.license_group import LicenseGroup
from ailab.services.hub.model_filter import ModelFilter
from ailab.services.hub.model_query import ModelQuery, ModelSort
from ailab.viewmodels.model_browser_state import Shelf
from browser_lab import BrowserLab
from fakes import FakeHub, a_model, until

MIT = ModelFilter(license="mit")


def mixed(count: int, page_size: int, *, mit_each: int) -> BrowserLab:
    """A Hub that can't filter, each so-manieth of whose models is under MIT."""
    rows = (
        a_model(f"acme/model-{number:04}", license="mit" if number % mit_each == 0 else "other")
        for number in range(count)
    )
    hub = FakeHub(*rows, page_size=page_size)
    hub.can_filter = False
    return BrowserLab(hub)


async def test_that_what_the_hub_filters_is_asked_of_it_and_not_done_again() -> None:
    lab = BrowserLab(FakeHub(a_model("acme/a", license="mit"), a_model("acme/b")))
    lab.browser.set_filter(MIT)
    await lab.browser.wait()
    assert lab.hub.queries == [ModelQuery(filter=MIT)]
    assert lab.ids == ["acme/a"]
    assert not lab.browser.state.is_filtered_here


async def test_that_what_the_hub_cannot_filter_is_filtered_on_what_was_loaded() -> None:
    lab = mixed(100, 100, mit_each=10)
    lab.browser.set_filter(MIT)
    await lab.browser.wait()
    state = lab.browser.state
    assert len(state.results) == 10
    assert (state.loaded, state.is_filtered_here, state.has_paused) == (100, True, False)


async def test_that_pages_are_read_until_a_page_of_rows_meets_the_filter() -> None:
    lab = mixed(2000, 100, mit_each=4)
    lab.browser.set_filter(MIT)
    await lab.browser.wait()
    state = lab.browser.state
    assert (len(state.results), state.loaded) == (50, 200)
    assert state.next_page is not None
    assert not state.has_paused
    lab.browser.load_more()
    await lab.browser.wait()
    assert (len(lab.ids), lab.browser.state.loaded) == (100, 400)
    assert len(set(lab.ids)) == 100


async def test_that_reading_pauses_after_a_thousand_rows_and_goes_on_when_asked() -> None:
    lab = mixed(2500, 100, mit_each=500)
    lab.browser.set_filter(MIT)
    await lab.browser.wait()
    state = lab.browser.state
    assert (len(state.results), state.loaded, state.has_paused) == (2, 1000, True)
    lab.browser.load_more()
    assert not lab.browser.state.is_loading_more, "scrolling alone reads no further"
    lab.browser.retry_more()
    assert lab.browser.state.is_loading_more
    await lab.browser.wait()
    assert (len(lab.ids), lab.browser.state.loaded) == (4, 2000)
    lab.browser.retry_more()
    await lab.browser.wait()
    state = lab.browser.state
    assert (len(state.results), state.loaded, state.has_paused) == (5, 2500, False)


async def test_that_rows_are_shown_while_further_ones_are_read() -> None:
    lab = mixed(1000, 100, mit_each=50)
    lab.browser.set_filter(MIT)
    seen: list[tuple[int, bool]] = []
    lab.browser.changed.connect(lambda _, new: seen.append((len(new.results), new.is_loading_more)))
    await lab.browser.wait()
    assert (2, True) in seen
    assert seen[-1] == (20, False)


async def test_that_a_failure_while_filtering_keeps_what_was_found() -> None:
    lab = mixed(1000, 100, mit_each=50)
    lab.browser.set_filter(MIT)
    lab.browser.changed.connect(
        lambda _, new: setattr(
            lab.hub, "failure", HubServerError("It broke.", "Wait.") if new.loaded > 300 else None
        )
    )
    await lab.browser.wait()
    state = lab.browser.state
    assert state.more_problem is not None
    assert len(state.results) == 8
    assert not state.is_loading_more


async def test_that_runs_here_keeps_what_runs_by_the_row() -> None:
    lab = BrowserLab(FakeHub(a_model("acme/a"), a_model("acme/b"), a_model("acme/c")))
    lab.judge.fits = {
        "acme/a": Fit.RUNS,
        "acme/b": Fit.NEEDS_EXTRA,
        "acme/c": Fit.WONT_RUN,
    }
    lab.browser.set_filter(ModelFilter(runs_here=True))
    await lab.browser.wait()
    assert lab.ids == ["acme/a"]
    assert lab.browser.state.is_filtered_here
    assert lab.browser.state.loaded == 3


async def test_that_each_row_has_a_verdict_and_the_details_change_it() -> None:
    lab = BrowserLab(FakeHub(a_model("acme/a"), a_model("acme/b", task="video-classification")))
    lab.browser.open()
    await lab.browser.wait()
    fits = {key: verdict.fit for key, verdict in lab.browser.state.verdicts.items()}
    assert fits == {"key-acme/a": Fit.UNKNOWN, "key-acme/b": Fit.WONT_RUN}
    lab.browser.select(lab.browser.state.results[0])
    await lab.browser.wait()
    assert lab.browser.state.verdicts["key-acme/a"].fit is Fit.RUNS
    lab.browser.set_query("acme")
    await lab.browser.wait()
    assert lab.browser.state.verdicts["key-acme/a"].fit is Fit.RUNS


async def test_that_rows_are_judged_anew_once_this_machine_was_looked_at() -> None:
    lab = BrowserLab()
    lab.browser.open()
    await lab.browser.wait()
    lab.judge.fits = {"acme/nuclei": Fit.RUNS}
    lab.browser.open()
    await lab.browser.wait()
    assert lab.judge.looked_around == 2
    assert lab.browser.state.verdicts["key-acme/nuclei"].fit is Fit.RUNS


async def test_that_what_the_details_told_counts_after_looking_at_the_machine_again() -> None:
    lab = BrowserLab()
    lab.browser.open()
    await lab.browser.wait()
    lab.browser.select(lab.browser.state.results[0])
    await lab.browser.wait()
    lab.browser.open()
    await lab.browser.wait()
    assert lab.browser.state.verdicts["key-acme/nuclei"].fit is Fit.RUNS
    lab.judge.fits = {"acme/nuclei": Fit.NEEDS_EXTRA}
    lab.browser.open()
    await lab.browser.wait()
    assert lab.browser.state.verdict is not None
    assert lab.browser.state.verdict.fit is Fit.NEEDS_EXTRA


async def test_that_clearing_takes_off_task_and_filter() -> None:
    lab = BrowserLab()
    lab.browser.set_task("object-detection")
    lab.browser.set_filter(ModelFilter(license_group=LicenseGroup.PERMISSIVE, author="acme"))
    assert lab.browser.state.can_clear
    lab.browser.set_sort(ModelSort.LIKES)
    lab.browser.clear_filters()
    await lab.browser.wait()
    assert not lab.browser.state.can_clear
    assert lab.hub.queries[-1] == ModelQuery(sort=ModelSort.LIKES)


async def test_that_a_filter_leaves_the_favourites_for_all_models() -> None:
    lab = BrowserLab()
    lab.browser.show_shelf(Shelf.FAVOURITES)
    lab.browser.set_filter(MIT)
    await lab.browser.wait()
    assert lab.browser.state.shelf is Shelf.SEARCH


async def test_that_stopping_in_the_middle_of_filtering_leaves_nothing_under_way() -> None:
    lab = mixed(1000, 100, mit_each=500)
    lab.browser.changed.connect(lambda _, new: lab.hub.gate.shut() if new.loaded else None)
    lab.browser.set_filter(MIT)
    await until(lambda: lab.hub.gate.waiting == 1)
    assert lab.browser.state.is_loading_more
    lab.browser.rest()
    await lab.browser.wait()
    assert lab.hub.gate.waiting == 0
    assert not lab.browser.state.is_loading_more
    lab.browser.changed.disconnect()
    lab.hub.gate.open()
    lab.browser.load_more()
    await lab.browser.wait()
    assert lab.browser.state.loaded == 1000
