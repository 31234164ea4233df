"""Gated models in the browser: whether the person is let in, told before a download."""

from __future__ import annotations

import pytest

from ailab.services.compatibility.verdict import Fit
from ailab.services.hub.gate_failure import gate_failure
from ailab.services.hub.gate_reason import GateReason
from ailab.services.hub.hub_errors import HubOfflineError
from ailab.services.next_step import NextStep
from browser_lab import BrowserLab
from fakes import FakeHub, Gate, a_model, until

GATED = a_model("acme/gated", gated="manual")
OPEN = a_model("acme/open")


def lab_of() -> BrowserLab:
    return BrowserLab(FakeHub(GATED, OPEN))


async def select(lab: BrowserLab, name: str) -> None:
    lab.browser.open()
    await lab.browser.wait()
    row = next(model for model in lab.browser.state.results if model.id == name)
    lab.browser.select(row)
    await lab.browser.wait()


def fit_of(lab: BrowserLab) -> Fit:
    assert lab.browser.state.verdict is not None
    return lab.browser.state.verdict.fit


def row_fit_of(lab: BrowserLab) -> Fit:
    return lab.browser.state.verdicts["key-acme/gated"].fit


@pytest.mark.parametrize("reason", GateReason)
async def test_that_each_refusal_says_its_next_step_before_a_download(reason: GateReason) -> None:
    lab = lab_of()
    lab.hub.refusals["acme/gated"] = gate_failure(reason, "acme/gated", "https://hub.test", "")
    await select(lab, "acme/gated")
    problem = lab.browser.state.gate_problem
    assert problem is not None
    assert "acme/gated is gated" in problem.message
    assert problem.next_step in (NextStep.SIGN_IN, NextStep.OPEN_MODEL_PAGE)
    assert not lab.browser.state.is_let_in


async def test_that_who_is_let_in_is_told_so() -> None:
    lab = lab_of()
    await select(lab, "acme/gated")
    assert lab.browser.state.is_let_in
    assert lab.browser.state.gate_problem is None


async def test_that_the_verdict_waits_for_the_hubs_answer() -> None:
    lab = lab_of()
    lab.hub.gates["access acme/gated"] = answer = Gate(is_open=False)
    lab.browser.open()
    await lab.browser.wait()
    assert row_fit_of(lab) is Fit.NEEDS_ACCESS
    lab.browser.select(lab.browser.state.results[0])
    await until(lambda: answer.waiting == 1)
    assert fit_of(lab) is Fit.NEEDS_ACCESS
    answer.open()
    await lab.browser.wait()
    assert fit_of(lab) is Fit.RUNS
    assert row_fit_of(lab) is Fit.RUNS


async def test_that_who_is_let_in_no_longer_sees_no_promise_after_a_refresh() -> None:
    lab = lab_of()
    await select(lab, "acme/gated")
    lab.hub.refusals["acme/gated"] = gate_failure(GateReason.DENIED, "acme/gated", "h", "")
    lab.browser.refresh()
    await lab.browser.wait()
    assert lab.browser.state.verdict is not None
    assert lab.browser.state.verdict.fit is Fit.NEEDS_ACCESS
    assert lab.browser.state.verdicts["key-acme/gated"].fit is Fit.NEEDS_ACCESS


async def test_that_who_was_let_in_is_not_asked_for_twice_but_after_a_refresh() -> None:
    lab = lab_of()
    for name in ("acme/gated", "acme/open", "acme/gated"):
        await select(lab, name)
    assert lab.browser.state.is_let_in
    assert lab.hub.asked_access == ["acme/gated"]
    lab.browser.refresh()
    await lab.browser.wait()
    assert lab.hub.asked_access == ["acme/gated", "acme/gated"]


async def test_that_access_to_open_models_is_not_asked_for() -> None:
    lab = lab_of()
    await select(lab, "acme/open")
    assert lab.hub.asked_access == []
    assert not lab.browser.state.is_let_in


async def test_that_nothing_is_asked_offline() -> None:
    lab = BrowserLab(FakeHub(GATED))
    lab.catalog.models["acme/gated"] = GATED
    lab.browser.set_offline(True)
    await select(lab, "acme/gated")
    assert lab.hub.asked_access == []


async def test_that_a_missing_network_is_no_refusal() -> None:
    lab = lab_of()
    lab.hub.refusals["acme/gated"] = HubOfflineError("The Hub is away.", "Try again.")
    await select(lab, "acme/gated")
    assert lab.browser.state.gate_problem is None
    assert not lab.browser.state.is_let_in


async def test_that_a_late_answer_is_not_shown_with_another_model() -> None:
    lab = lab_of()
    lab.hub.gates["access acme/gated"] = answer = Gate(is_open=False)
    lab.browser.open()
    await lab.browser.wait()
    first, second = lab.browser.state.results
    lab.browser.select(first)
    await until(lambda: answer.waiting == 1)
    lab.browser.select(second)
    answer.open()
    await lab.browser.wait()
    assert lab.browser.state.selection == second
    assert not lab.browser.state.is_let_in


async def test_that_signing_in_asks_again() -> None:
    lab = lab_of()
    lab.hub.refusals["acme/gated"] = gate_failure(GateReason.NO_TOKEN, "acme/gated", "h", "")
    await select(lab, "acme/gated")
    assert lab.browser.state.gate_problem is not None
    del lab.hub.refusals["acme/gated"]
    lab.browser.refresh()
    await lab.browser.wait()
    assert lab.browser.state.is_let_in
