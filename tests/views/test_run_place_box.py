"""Choosing where pictures are run, and being asked before they are sent."""

from __future__ import annotations

import asyncio

import pytest
from PyQt6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from ailab.services.inference.run_place import RunPlace
from ailab.services.problem import Problem
from ailab.viewmodels.remote_run import NOT_SENT
from ailab.views.inference_view import InferenceView
from ailab.views.run_panel import RunPanel
from ailab.views.run_place_box import RunPlaceBox
from ailab.views.sending_question import SendingQuestion
from fake_providers import FakeProviders
from inference_lab import Lab


@pytest.fixture
def providers(lab: Lab) -> FakeProviders:
    made = FakeProviders()
    lab.view_model.place.offer(RunPlace.PROVIDERS, made, made)
    return made


@pytest.fixture
def box(lab: Lab, providers: FakeProviders, qtbot: QtBot) -> RunPlaceBox:
    made = RunPlaceBox(lab.view_model.place)
    qtbot.addWidget(made)
    made.show()
    return made


def _choose(box: RunPlaceBox, place: RunPlace) -> None:
    row = next(row for row in range(box.choice.count()) if box.choice.itemData(row) is place)
    box.choice.setCurrentIndex(row)
    box.choice.activated.emit(row)


async def test_that_pictures_stay_here_until_providers_are_chosen(
    lab: Lab, box: RunPlaceBox
) -> None:
    assert box.choice.currentText() == "This computer"
    assert not box.note.isVisible()

    _choose(box, RunPlace.PROVIDERS)
    assert lab.view_model.place.state.target.place is RunPlace.PROVIDERS
    assert box.note.isVisible()
    assert box.note.text().startswith("Pictures leave this machine")
    assert not box.problem.isVisible()
    assert not box.command.isVisible()

    _choose(box, RunPlace.THIS_COMPUTER)
    assert not box.note.isVisible()


async def test_that_what_is_missing_is_told_with_its_command(
    providers: FakeProviders, box: RunPlaceBox
) -> None:
    providers.problem = Problem("It is not installed.", "Install it.")
    _choose(box, RunPlace.PROVIDERS)

    assert box.problem.text() == "It is not installed. Install it."
    assert box.command.isVisible()
    assert "ailab[providers]" in box.command.text.text


async def test_that_run_cannot_be_pressed_where_something_is_missing(
    lab: Lab, providers: FakeProviders, box: RunPlaceBox, qtbot: QtBot
) -> None:
    panel = RunPanel(lab.view_model)
    qtbot.addWidget(panel)
    await lab.choose("a.png")
    assert panel.run.isEnabled()
    providers.problem = Problem("It is not installed.", "Install it.")
    _choose(box, RunPlace.PROVIDERS)
    await lab.view_model.wait()
    assert not panel.run.isEnabled()
    _choose(box, RunPlace.THIS_COMPUTER)
    await lab.view_model.wait()
    assert panel.run.isEnabled()
    await lab.close()


async def test_that_a_provider_is_chosen_where_several_run_the_model(
    lab: Lab, providers: FakeProviders, box: RunPlaceBox
) -> None:
    providers.names = {"novita": "Novita", "together": "Together"}
    assert not box.provider.isVisible()
    _choose(box, RunPlace.PROVIDERS)
    await lab.choose("a.png")
    shown = [box.provider.itemText(row) for row in range(box.provider.count())]
    assert box.provider.isVisible()
    assert (shown, box.provider.currentText()) == (["Novita", "Together"], "Novita")

    box.provider.setCurrentIndex(1)
    box.provider.activated.emit(1)
    await lab.view_model.wait()
    assert lab.view_model.state.status.text.startswith("Can be run by Together")
    assert box.provider.currentText() == "Together"

    providers.names = {"together": "Together"}
    lab.view_model.check_again()
    await lab.view_model.wait()
    assert not box.provider.isVisible()
    await lab.close()


def test_that_there_is_no_choice_where_there_is_but_one_place(lab: Lab, qtbot: QtBot) -> None:
    box = RunPlaceBox(lab.view_model.place)
    qtbot.addWidget(box)
    assert box.isHidden()


async def test_that_the_choice_stands_in_the_inference_tab(
    lab: Lab, providers: FakeProviders, qtbot: QtBot
) -> None:
    view = InferenceView(lab.view_model, lab.filmstrip)
    qtbot.addWidget(view)
    view.show()
    assert view.place_box.choice.isVisible()


@pytest.mark.parametrize("button", ["Send", "Cancel"])
async def test_that_the_button_decides_whether_pictures_are_sent(
    lab: Lab, providers: FakeProviders, qtbot: QtBot, button: str
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    question = SendingQuestion(window)
    lab.view_model.place.set_asker(question)
    lab.view_model.place.choose(RunPlace.PROVIDERS)
    await lab.choose("folder")
    lab.view_model.run()
    await lab.until(lambda: question.box is not None)
    box = question.box
    assert box is not None
    assert box.text() == "Send 3 pictures to HF Inference?"
    assert "router.example" in box.informativeText()
    assert "acme/nuclei" in box.informativeText()
    assert not providers.inference.predicted

    next(each for each in box.findChildren(QPushButton) if each.text() == button).click()
    await lab.view_model.wait()
    assert bool(providers.inference.predicted) == (button == "Send")
    assert (lab.view_model.state.notice == NOT_SENT) == (button == "Cancel")


async def test_that_enter_and_escape_send_nothing(
    lab: Lab, providers: FakeProviders, qtbot: QtBot
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    question = SendingQuestion(window)
    lab.view_model.place.set_asker(question)
    lab.view_model.place.choose(RunPlace.PROVIDERS)
    await lab.choose("a.png")
    lab.view_model.run()
    await lab.until(lambda: question.box is not None)
    box = question.box
    assert box is not None
    default = box.defaultButton()
    assert default is not None
    assert default.text() == "Cancel"
    box.reject()
    await lab.view_model.wait()
    assert not providers.inference.predicted


async def test_that_cancelling_the_run_closes_the_question(
    lab: Lab, providers: FakeProviders, qtbot: QtBot
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    question = SendingQuestion(window)
    lab.view_model.place.set_asker(question)
    lab.view_model.place.choose(RunPlace.PROVIDERS)
    await lab.choose("a.png")
    lab.view_model.run()
    await lab.until(lambda: question.box is not None)
    lab.view_model.cancel()
    await lab.view_model.wait()
    await asyncio.sleep(0)
    assert question.box is None
    assert not providers.inference.predicted
