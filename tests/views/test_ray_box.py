"""Choosing where pictures are run."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from ailab.services.inference.run_place import RunPlace, RunTarget
from ailab.services.problem import Problem
from ailab.views.inference_view import InferenceView
from fake_elsewhere import FakeElsewhere
from fakes import until
from inference_lab import Lab


@pytest.fixture
def view(lab: Lab, qtbot: QtBot) -> InferenceView:
    made = InferenceView(lab.view_model, lab.filmstrip)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    return made


def choose_ray(view: InferenceView) -> None:
    box = view.place_box
    row = box.choice.findData(RunPlace.RAY)
    box.choice.setCurrentIndex(row)
    box.choice.activated.emit(row)


def test_that_nothing_is_shown_where_there_is_no_choice(view: InferenceView) -> None:
    assert not view.place_box.isVisible()
    assert not view.ray_box.isVisible()


async def test_that_ray_is_chosen_with_address_and_workers(lab: Lab, view: InferenceView) -> None:
    lab.view_model.place.offer(RunPlace.RAY, FakeElsewhere())
    box = view.ray_box
    assert not box.isVisible()

    choose_ray(view)
    assert box.isVisible()
    view.grab()
    fields = (view.place_box.choice, box.address, box.workers)
    assert len({field.mapTo(view, QPoint()).x() for field in fields}) == 1
    box.address.setText("ray://cluster:10001")
    box.address.textEdited.emit("ray://cluster:10001")
    box.workers.setValue(3)

    expected = RunTarget(RunPlace.RAY, "ray://cluster:10001", 3)
    assert lab.view_model.place.state.target == expected
    assert "same paths" in box.words.text()
    assert "without ailab's sandbox" in box.words.text()
    await lab.close()


async def test_that_one_picture_is_told_to_be_too_few(lab: Lab, view: InferenceView) -> None:
    lab.view_model.place.offer(RunPlace.RAY, FakeElsewhere())
    choose_ray(view)
    await lab.choose("a.png")
    assert "Made for folders" in view.ray_box.words.text()
    assert "same paths" not in view.ray_box.words.text()
    lab.view_model.place.set_address("ray://cluster:10001")
    assert "Made for folders" in view.ray_box.words.text()
    assert "same paths" in view.ray_box.words.text()
    await lab.choose("folder")
    assert "Made for folders" not in view.ray_box.words.text()
    await lab.close()


async def test_that_what_is_missing_is_told_with_its_command(lab: Lab, view: InferenceView) -> None:
    lab.view_model.place.offer(RunPlace.RAY, FakeElsewhere(Problem("Ray is not installed.", "Do.")))
    choose_ray(view)
    assert view.place_box.problem.text().startswith("Ray is not installed.")
    assert "ailab[ray]" in view.place_box.command.text.text
    assert not view.ray_box.isVisible()
    await lab.close()


async def test_that_the_choice_rests_while_a_run_is_under_way(
    lab: Lab, view: InferenceView
) -> None:
    elsewhere = FakeElsewhere()
    elsewhere.inference.gate.shut()
    lab.view_model.place.offer(RunPlace.RAY, elsewhere)
    choose_ray(view)
    await lab.choose("folder")
    lab.view_model.run()
    await until(lambda: bool(elsewhere.inference.predicted))
    assert not view.ray_box.isEnabled()
    elsewhere.inference.gate.open()
    await lab.view_model.wait()
    assert view.ray_box.isEnabled()
    assert len(elsewhere.inference.predicted) == 3
    await lab.close()
