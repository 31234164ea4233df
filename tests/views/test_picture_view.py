"""The picture, or words in its place."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ailab.services.inference.predictions import Segmentation
from ailab.views.picture_view import PictureView
from inference_lab import Lab

BACKGROUND = "#323c46"  # of the pictures that the fakes give
Look = Callable[[QWidget, float, float], str]


@pytest.fixture
def view(lab: Lab, qtbot: QtBot) -> PictureView:
    made = PictureView(lab.view_model.results)
    qtbot.addWidget(made)
    made.resize(400, 400)
    made.show()
    return made


async def test_that_an_empty_view_invites(lab: Lab, view: PictureView) -> None:
    assert view.title.text() == "Drop a picture or a folder here"
    assert "Ctrl+V" in view.words.text()
    await lab.choose("a.png")
    assert not view.title.isVisible()
    assert not view.words.isVisible()
    assert view.name.text() == "a.png"
    assert view.zoom.text().endswith("%")


async def test_that_a_name_stands_above_the_buttons_where_there_is_no_room_beside_them(
    lab: Lab, view: PictureView
) -> None:
    await lab.choose("a.png")
    assert view.name.geometry().right() < view.zoom.x()
    view.setMinimumWidth(1)  # else its words hold it open
    view.resize(180, 400)
    QApplication.sendPostedEvents()
    assert view.name.geometry().bottom() < view.zoom.y()
    assert view.name.width() == view.width()


async def test_that_a_picture_chosen_is_shown_before_any_run(
    lab: Lab, view: PictureView, look: Look
) -> None:
    await lab.choose("a.png")
    middle = view.canvas.rect().center()
    assert look(view.canvas, middle.x(), middle.y()) == BACKGROUND


async def test_that_a_slow_picture_says_that_it_is_being_opened(
    lab: Lab, view: PictureView
) -> None:
    await lab.choose("a.png")
    lab.pictures.gate.shut()
    lab.view_model.results.show_pictures(("slow.png",))
    view.say_loading()
    assert view.title.text() == "Opening slow.png …"
    lab.pictures.gate.open()
    await lab.view_model.wait()
    assert not view.title.isVisible()
    view.say_loading()
    assert not view.title.isVisible()


async def test_that_a_broken_picture_says_why_and_what_to_do(lab: Lab, view: PictureView) -> None:
    lab.pictures.broken.add("a.png")
    await lab.choose("a.png")
    assert view.title.text() == "a.png is damaged."
    assert view.title.property("tone") == "error"
    assert view.words.text() == "Open it in another program to check it."
    lab.pictures.broken.clear()
    await lab.choose("b.png")
    assert not view.title.isVisible()


async def test_that_another_pictures_overlay_never_lies_over_the_one_before(
    lab: Lab, view: PictureView, halves: Segmentation, look: Look
) -> None:
    lab.inference.prediction = halves
    await lab.run("a.png", "b.png")
    middle = view.canvas.rect().center()
    place = (middle.x() - 60, middle.y() + 20)
    assert look(view.canvas, *place) != BACKGROUND
    lab.pictures.gate.shut()
    lab.view_model.results.go_to(1)
    # The picture before is still in sight, but its masks are not.
    assert look(view.canvas, *place) == BACKGROUND
    lab.pictures.gate.open()
    await lab.view_model.wait()
    assert look(view.canvas, *place) != BACKGROUND


async def test_that_threshold_labels_and_opacity_change_what_is_painted(
    lab: Lab, view: PictureView, halves: Segmentation, look: Look
) -> None:
    lab.inference.prediction = halves
    await lab.run("a.png")
    results = lab.view_model.results
    middle = view.canvas.rect().center()
    left = (middle.x() - 60, middle.y() + 20)
    shown = look(view.canvas, *left)
    view.set_opacity(100)
    assert look(view.canvas, *left) != shown
    results.set_threshold(0.95)
    assert look(view.canvas, *left) == BACKGROUND
    results.set_threshold(0.5)
    results.show_label("nucleus", False)
    assert look(view.canvas, *left) == BACKGROUND
    view.set_opacity(0)
    results.show_label("nucleus", True)
    assert look(view.canvas, *left) == BACKGROUND
