"""Stepping through a folder."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from ailab.services.images.picture_error import PictureError
from ailab.services.inference.picture_result import PictureResult
from ailab.views.filmstrip_list_model import (
    OUTCOME_ROLE,
    THUMBNAIL_ROLE,
    UNREADABLE_ROLE,
    Outcome,
)
from ailab.views.filmstrip_view import FilmstripView
from inference_lab import Lab


@pytest.fixture
def view(lab: Lab, qtbot: QtBot) -> FilmstripView:
    made = FilmstripView(lab.view_model.results, lab.filmstrip)
    qtbot.addWidget(made)
    made.resize(800, 110)
    return made


def outcomes(view: FilmstripView) -> list[object]:
    model = view.pictures
    return [model.data(model.index(row), OUTCOME_ROLE) for row in range(model.rowCount())]


async def test_that_one_picture_needs_no_filmstrip(lab: Lab, view: FilmstripView) -> None:
    await lab.choose("a.png")
    assert view.isHidden()
    await lab.choose("folder")
    assert not view.isHidden()
    assert view.place.text() == "1 / 3"
    await lab.close()


async def test_that_each_picture_shows_what_came_of_it(lab: Lab, view: FilmstripView) -> None:
    lab.inference.failures["b.png"] = PictureError("b.png is damaged.", "Copy it again.")
    await lab.choose("folder")
    assert outcomes(view) == [Outcome.WAITING] * 3
    lab.view_model.run()
    await lab.view_model.wait()
    assert outcomes(view) == [Outcome.DONE, Outcome.FAILED, Outcome.DONE]
    tip = view.pictures.data(view.pictures.index(1), Qt.ItemDataRole.ToolTipRole)
    assert tip == "b.png: failed"
    await lab.close()


async def test_that_a_run_ends_at_its_first_picture_and_the_buttons_step(
    lab: Lab, view: FilmstripView
) -> None:
    await lab.run("folder")
    assert view.place.text() == "1 / 3"
    assert view.strip.currentIndex().row() == 0
    assert not view.previous.isEnabled()
    view.next.click()
    assert view.place.text() == "2 / 3"
    assert view.strip.currentIndex().row() == 1
    assert lab.view_model.results.state.current == 1
    assert not lab.view_model.results.state.is_following
    await lab.view_model.wait()
    await lab.close()


async def test_that_a_click_and_the_keyboard_choose_a_picture(
    lab: Lab, view: FilmstripView
) -> None:
    await lab.choose("folder")
    view.show()
    view.grab()
    view.strip.setCurrentIndex(view.pictures.index(2))
    assert lab.view_model.results.state.current == 2
    gestures: object = QTest
    getattr(gestures, "keyClick")(view.strip, Qt.Key.Key_Left)  # noqa: B009 - the stubs are wrong
    assert lab.view_model.results.state.current == 1
    await lab.view_model.wait()
    await lab.close()


async def test_that_thumbnails_are_read_for_the_pictures_in_sight_alone(
    lab: Lab, view: FilmstripView
) -> None:
    many = tuple(f"{number:05}.png" for number in range(10_000))
    lab.pictures.folders["many"] = many
    lab.pictures.broken.add("00001.png")
    view.show()
    await lab.choose("many")
    view.grab()
    await lab.filmstrip.wait()
    read = {path for path, side in lab.pictures.read_paths if side and side < 200}
    assert {"00000.png", "00005.png"} <= read
    assert len(read) < 40
    model = view.pictures
    assert model.data(model.index(0), THUMBNAIL_ROLE) is not None
    assert model.data(model.index(1), UNREADABLE_ROLE)
    assert not model.data(model.index(9_000), UNREADABLE_ROLE)
    lab.view_model.results.go_to(9_000)
    view.look()
    await lab.filmstrip.wait()
    assert model.data(model.index(9_000), THUMBNAIL_ROLE) is not None
    assert view.strip.visualRect(model.index(9_000)).isValid()
    await lab.view_model.wait()
    await lab.close()


async def test_that_ten_thousand_results_repaint_only_what_changed(
    lab: Lab, view: FilmstripView
) -> None:
    paths = tuple(f"{number:05}.png" for number in range(10_000))
    changed: list[tuple[int, int]] = []

    def note(first: object, last: object) -> None:
        changed.append((first.row(), last.row()))  # type: ignore[attr-defined]  # model indexes

    results = tuple(PictureResult(path) for path in paths[:5000])
    view.pictures.set_pictures(paths, results)
    view.pictures.dataChanged.connect(note)
    view.pictures.set_pictures(paths, (*results, PictureResult(paths[5000])))
    assert changed == [(5000, 5000)]


async def test_that_some_pictures_alone_are_stepped_through(lab: Lab, view: FilmstripView) -> None:
    lab.inference.failures["b.png"] = PictureError("b.png is damaged.", "Copy it again.")
    view.show()
    await lab.choose("folder")
    assert view.filter.isHidden()
    await lab.run("folder")
    assert view.filter.isVisible()
    texts = [view.filter.itemText(row) for row in range(view.filter.count())]
    assert texts == [
        "All pictures (3)",
        "Something found (2)",
        "Near threshold (2)",
        "Failed (1)",
        "With nucleus (2)",
    ]
    view.filter.setCurrentIndex(1)
    view.filter.activated.emit(1)
    assert view.pictures.paths == ("a.png", "c.png")
    assert view.place.text() == "1 / 2"
    view.next.click()
    assert view.place.text() == "2 / 2"
    assert not view.next.isEnabled()
    assert lab.view_model.results.state.current == 2
    assert view.strip.currentIndex().row() == 1
    view.strip.setCurrentIndex(view.pictures.index(0))
    assert lab.view_model.results.state.current == 0
    lab.view_model.results.go_to(1)
    assert view.place.text() == "– / 2"
    assert not view.strip.currentIndex().isValid()
    view.filter.activated.emit(3)
    assert outcomes(view) == [Outcome.FAILED]
    await lab.view_model.wait()
    await lab.close()


async def test_that_choices_stay_as_they_are_while_they_are_open(
    lab: Lab, view: FilmstripView, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Without a screen Qt warns of a window that takes the keyboard.
    monkeypatch.setattr(QComboBox, "showPopup", lambda _box: None)
    view.show()
    await lab.run("folder")
    lab.view_model.results.set_threshold(0.95)
    view.filter.showPopup()
    before = view.filter.count()
    lab.view_model.results.set_threshold(0.1)
    assert view.filter.count() == before
    view.filter.hidePopup()
    assert view.filter.count() != before
    await lab.view_model.wait()
    await lab.close()


async def test_that_it_is_seen_to_have_the_keyboard(
    lab: Lab, view: FilmstripView, qtbot: QtBot
) -> None:
    await lab.choose("folder")
    view.show()
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    view.next.setFocus()
    without = view.strip.grab().toImage()
    view.strip.setFocus()
    assert view.strip.grab().toImage() != without
    await lab.close()
