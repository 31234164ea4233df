"""The pictures of a run that are alike, as groups."""

from __future__ import annotations

from typing import Any

import numpy as np
from menu_driver import choose, copied, menus, right_click
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest

from ailab.services.inference.features import Features
from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.picture_result import PictureResult
from ailab.views.results_panel import ResultsPanel
from inference_lab import Lab

GESTURES: Any = QTest  # PyQt6's stubs ask for an instance of it


def a_result(path: str, *numbers: float) -> PictureResult:
    vector = Features(FloatMap.pack(np.array([numbers], np.float32)))
    return PictureResult(path, 4, 4, vector)


RUN = (
    a_result("/run/north.png", 0, 5),
    a_result("/run/east.png", 2, 0),
    a_result("/run/east copy.png", 4, 0),
    a_result("/run/nearly east.png", 4, 0.5),
)


async def show(lab: Lab, panel: ResultsPanel, *results: PictureResult) -> None:
    lab.view_model.results.show_run("dino", "", results, 0.0)
    await lab.view_model.results.wait()
    panel.alike.tabs.setCurrentIndex(1)
    await lab.view_model.results.wait()


async def test_that_a_group_is_listed_by_its_first_picture(lab: Lab, panel: ResultsPanel) -> None:
    await show(lab, panel, *RUN)
    view = panel.alike.groups
    assert view.isVisible()
    assert not panel.alike.nearest.isVisible()
    assert view.words.text() == "3 of 4 pictures are in 1 group."
    group = view.tree.topLevelItem(0)
    assert group is not None
    assert group.text(0) == "east.png\n3 · ≥ 0.992"
    inner = [group.child(place) for place in range(group.childCount())]
    texts = [each.text(0) for each in inner if each is not None]
    assert texts == ["1.000  east copy.png", "0.992  nearly east.png"]
    assert "The two that are least alike have a cosine of 0.992." in group.toolTip(0)
    image = group.icon(0).pixmap(48, 48).toImage()
    assert image.pixelColor(image.width() // 2, image.height() // 2).name() == "#323c46"


async def test_that_a_click_goes_to_a_picture_of_a_group(lab: Lab, panel: ResultsPanel) -> None:
    await show(lab, panel, *RUN)
    tree = panel.alike.groups.tree
    tree.expandAll()
    group = tree.topLevelItem(0)
    assert group is not None
    viewport = tree.viewport()
    assert viewport is not None
    tree.scrollToItem(group.child(1))
    place = tree.visualItemRect(group.child(1)).center()
    GESTURES.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    assert lab.view_model.results.state.current == 3
    await lab.view_model.results.wait()
    assert tree.topLevelItem(0) is group  # the groups stay as they are


@menus
async def test_that_pictures_of_a_group_are_copied_and_shown(
    lab: Lab, panel: ResultsPanel, opened_folders: list[str]
) -> None:
    await show(lab, panel, *RUN)
    view = panel.alike.groups
    group = view.tree.topLevelItem(0)
    assert group is not None
    menu = view.menu.menu
    right_click(view.tree, view.tree.indexFromItem(group))
    assert menu.texts == [
        *("Copy row", "Copy path", "Copy name", "Copy all paths of the group"),
        *("Show this picture", "Show in folder"),
    ]
    choose(menu, "Copy all paths of the group")
    assert copied() == "/run/east.png\n/run/east copy.png\n/run/nearly east.png"
    view.tree.expandAll()
    right_click(view.tree, view.tree.indexFromItem(group.child(1)))
    choose(menu, "Copy row")
    assert copied().split("\t") == ["1", "/run/nearly east.png", "0.992278"]
    choose(menu, "Show this picture")
    assert lab.view_model.results.state.current == 3
    await lab.view_model.results.wait()


async def test_that_another_likeness_is_typed(lab: Lab, panel: ResultsPanel) -> None:
    await show(lab, panel, *RUN)
    view = panel.alike.groups
    view.least.setValue(0.995)
    await lab.view_model.results.wait()
    assert view.words.text() == "2 of 4 pictures are in 1 group."
    view.least.setValue(1.0)
    await lab.view_model.results.wait()
    await show(lab, panel, *RUN[:2])
    assert view.words.text() == "No two of 2 pictures are so alike."
    assert not view.tree.isVisible()


async def test_that_one_picture_alone_says_what_is_lacking(lab: Lab, panel: ResultsPanel) -> None:
    await show(lab, panel, RUN[0])
    assert "Run several pictures" in panel.alike.groups.words.text()


async def test_that_the_nearest_come_back(lab: Lab, panel: ResultsPanel) -> None:
    await show(lab, panel, *RUN)
    panel.alike.tabs.setCurrentIndex(0)
    assert panel.alike.nearest.isVisible()
    assert not panel.alike.groups.isVisible()
    assert not lab.view_model.results.neighbours.groups.state.is_wanted
