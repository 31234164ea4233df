"""Filtering by size where the list does not tell it."""

from __future__ import annotations

from dataclasses import replace

from ailab.services.compatibility.verdict import Fit
from ailab.services.hub.hub_errors import HubServerError
from ailab.services.hub.model_filter import ModelFilter
from ailab.services.hub.model_info import ModelDetails, ModelInfo
from ailab.viewmodels.model_sizes import MOST_ASKED
from ailab.views.model_list_words import footer_words
from browser_lab import BrowserLab
from fakes import FakeHub, a_model, details_of

SMALL = ModelFilter(max_size=50_000_000)


def hub_of(*models: ModelInfo, size: int = 5_000_000) -> FakeHub:
    """A Hub that tells sizes in the details alone, and can't filter by them."""
    hub = FakeHub(*(replace(model, size=None) for model in models), page_size=200)
    hub.can_filter = False
    hub.details = {each.id: details_of(replace(each, size=each.size or size)) for each in models}
    return hub


async def searched(lab: BrowserLab, wanted: ModelFilter) -> None:
    lab.browser.set_filter(wanted)
    await lab.browser.wait()


async def test_that_a_size_that_only_the_details_tell_is_looked_up() -> None:
    lab = BrowserLab(hub_of(a_model("acme/small", size=7), a_model("acme/large", size=10**9)))
    await searched(lab, SMALL)
    assert lab.ids == ["acme/small"]
    assert lab.browser.state.results[0].size == 7
    assert lab.browser.state.unsized == 0
    assert lab.catalog.details["acme/large"].info.size == 10**9, "known offline too"


async def test_that_only_what_meets_all_other_conditions_is_looked_up() -> None:
    models = [a_model("acme/mit", license="mit"), a_model("acme/gpl", license="gpl-3.0")]
    lab = BrowserLab(hub_of(*models, a_model("acme/known", license="mit", size=1)))
    lab.hub.models = (*lab.hub.models[:2], replace(lab.hub.models[2], size=1))
    await searched(lab, replace(SMALL, license="mit"))
    assert lab.hub.asked_details == ["acme/mit"]
    assert lab.ids == ["acme/mit", "acme/known"]


async def test_that_without_a_condition_of_size_nothing_is_looked_up() -> None:
    lab = BrowserLab(hub_of(a_model("acme/a", license="mit")))
    await searched(lab, ModelFilter(license="mit"))
    assert lab.ids == ["acme/a"]
    assert lab.hub.asked_details == []


async def test_that_what_does_not_run_is_not_looked_up_where_runs_here_is_wanted() -> None:
    lab = BrowserLab(hub_of(a_model("acme/runs"), a_model("acme/wont")))
    lab.judge.fits |= {"acme/runs": Fit.RUNS, "acme/wont": Fit.WONT_RUN}
    await searched(lab, replace(SMALL, runs_here=True))
    assert lab.hub.asked_details == ["acme/runs"]
    assert lab.ids == ["acme/runs"]


async def test_that_not_more_than_some_are_looked_up_and_the_rest_is_told() -> None:
    lab = BrowserLab(hub_of(*(a_model(f"acme/{number:03}") for number in range(MOST_ASKED + 5))))
    await searched(lab, SMALL)
    assert len(lab.hub.asked_details) == len(lab.ids) == MOST_ASKED
    assert lab.browser.state.unsized == 5
    assert "5 left out whose size is not known" in footer_words(lab.browser.state)


async def test_that_pages_read_in_a_row_are_looked_up_no_more_than_one() -> None:
    hub = hub_of(*(a_model(f"acme/{number:03}") for number in range(3 * MOST_ASKED)), size=10**9)
    hub.page_size = MOST_ASKED - 10
    lab = BrowserLab(hub)
    await searched(lab, SMALL)
    assert len(hub.asked_details) == MOST_ASKED
    assert lab.browser.state.loaded == 3 * MOST_ASKED
    assert lab.browser.state.unsized == 2 * MOST_ASKED


class MuteHub(FakeHub):
    """Lists models, and tells nothing of any."""

    async def get_model_info(self, model_id: str, revision: str | None = None) -> ModelDetails:
        raise HubServerError(f"The Hub answered with status 500 for {model_id}.", "Try again.")


async def test_that_what_cannot_be_looked_up_is_left_out_and_told() -> None:
    hub = MuteHub(a_model("acme/known", size=1), a_model("acme/unknown"))
    hub.can_filter = False
    lab = BrowserLab(hub)
    await searched(lab, SMALL)
    assert lab.ids == ["acme/known"]
    assert lab.browser.state.unsized == 1
    assert lab.browser.state.problem is None
    await searched(lab, ModelFilter(license="apache-2.0"))
    assert lab.browser.state.unsized == 0
