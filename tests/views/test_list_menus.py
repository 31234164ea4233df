"""What each list offers of its rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from menu_driver import choose, copied, menus, press_menu_key, right_click
from PyQt6.QtCore import QPoint
from PyQt6.QtGui import QContextMenuEvent
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ailab.services.downloads.download_entry import DownloadEntry, DownloadState
from ailab.services.downloads.download_progress import FileProgress
from ailab.services.images.picture_error import PictureError
from ailab.services.inference.features import Features
from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import (
    Classification,
    ClassScore,
    Detection,
    Detections,
)
from ailab.services.problem import Problem
from ailab.viewmodels.library import LibraryViewModel
from ailab.views.download_row import DownloadRow
from ailab.views.filmstrip_view import FilmstripView
from ailab.views.library_view import LibraryView
from ailab.views.model_architecture_labels import ModelArchitectureLabels
from ailab.views.model_details_tree import ModelDetailsTree
from ailab.views.model_files_rows import TITLES, file_rows
from ailab.views.results_panel import ResultsPanel
from fakes import COMMIT, FakeHub, FakeLibrary, a_cached_model, a_model, details_of
from inference_lab import Lab
from model_browser_driver import MakeDialog, opened, view_model_of

pytestmark = menus
CAT, DOG = Detection(3, "cat", 0.98765432, (1, 2, 30, 40)), Detection(5, "dog", 0.7, (0, 0, 9, 9))


async def test_that_objects_are_copied_as_the_tables_have_them_and_hidden_by_label(
    lab: Lab, panel: ResultsPanel
) -> None:
    lab.inference.prediction = Detections((CAT, DOG))
    await lab.run()
    objects, menu = panel.objects, panel.menus.of_objects.menu
    right_click(objects, objects.rows.index(0))
    assert menu.texts == ["Copy row", "Copy label", "Copy all rows", "Hide all of this label"]
    choose(menu, "Copy row")
    assert copied() == "cat\t0.987654\t1\t2\t30\t40"
    choose(menu, "Copy label")
    assert copied() == "cat"
    choose(menu, "Copy all rows")
    assert copied().splitlines()[0] == "label\tscore\tx0\ty0\tx1\ty1"
    assert copied().splitlines()[2] == "dog\t0.7\t0\t0\t9\t9"
    choose(menu, "Hide all of this label")
    assert [row.label for row in objects.rows.rows] == ["dog"]
    labels, menu = panel.labels, panel.menus.of_labels.menu
    right_click(labels, labels.rows.index(0))
    assert menu.texts == ["Copy row", "Copy label", "Copy all rows", "Show this label"]
    choose(menu, "Copy row")
    assert copied() == "cat\t1"
    choose(menu, "Show this label")
    assert len(objects.rows.rows) == 2
    press_menu_key(labels)
    assert menu.texts[-1] == "Hide this label"
    menu.hide()


async def test_that_classes_are_copied_with_their_scores(lab: Lab, panel: ResultsPanel) -> None:
    lab.inference.prediction = Classification((ClassScore(1, "tabby, tabby cat", 0.123456789),))
    await lab.run()
    panel.threshold.setValue(5)
    menu = panel.menus.of_classes.menu
    right_click(panel.classes, panel.classes.rows.index(0))
    assert menu.texts == ["Copy row", "Copy label"]
    choose(menu, "Copy row")
    assert copied() == "tabby, tabby cat\t0.123457"


async def test_that_pictures_of_a_run_are_copied_with_what_was_found(
    lab: Lab, qtbot: QtBot, opened_folders: list[str]
) -> None:
    lab.pictures.folders["folder"] = ("/run/a.png", "/run/b.png", "/run/c.png")
    lab.inference.prediction = Detections((CAT, DOG))
    lab.inference.failures["/run/b.png"] = PictureError("b.png is damaged.", "Copy it again.")
    lab.pictures.broken.add("/run/b.png")
    view = FilmstripView(lab.view_model.results, lab.filmstrip)
    qtbot.addWidget(view)
    view.resize(800, 110)
    view.show()
    await lab.run("folder")
    view.look()
    await lab.filmstrip.wait()
    menu = view.menu.menu
    right_click(view.strip, view.pictures.index(1))
    names = ["Copy path", "Copy name", "Copy row", "Copy all rows"]
    assert menu.texts == names  # what could not be read may be gone, and its folder, too
    assert lab.view_model.results.state.current == 1
    choose(menu, "Copy all rows")
    assert copied() == (
        "picture\tresult\n/run/a.png\t1 × cat, 1 × dog\n/run/b.png\tb.png is damaged.\n"
        "/run/c.png\t1 × cat, 1 × dog"
    )
    right_click(view.strip, view.pictures.index(2))
    assert menu.texts == [*names, "Show in folder"]
    choose(menu, "Copy path")
    assert copied() == "/run/c.png"
    choose(menu, "Copy name")
    assert copied() == "c.png"
    choose(menu, "Show in folder")
    assert opened_folders == ["/run"]
    await lab.view_model.wait()
    await lab.close()


async def test_that_nearest_pictures_are_copied_and_shown(
    lab: Lab, panel: ResultsPanel, opened_folders: list[str]
) -> None:
    def a_result(path: str, *numbers: float) -> PictureResult:
        return PictureResult(path, 4, 4, Features(FloatMap.pack(np.array([numbers], np.float32))))

    run = a_result("/run/east.png", 2, 0), a_result("/run/north.png", 0, 5)
    lab.view_model.results.show_run("dino", "", run, 0.0)
    await lab.view_model.results.wait()
    view = panel.alike.nearest
    index = view.list.indexFromItem(view.list.item(0))
    right_click(view.list, index)
    menu = view.menu.menu
    assert menu.texts == [
        *("Copy row", "Copy path", "Copy name"),
        *("Show this picture", "Show in folder"),
    ]
    choose(menu, "Copy row")
    assert copied() == "/run/north.png\t0.000000"
    choose(menu, "Show in folder")
    assert opened_folders == ["/run"]
    choose(menu, "Show this picture")
    assert lab.view_model.results.state.current == 1
    await lab.view_model.results.wait()


async def test_that_models_found_are_copied_chosen_and_marked(make_dialog: MakeDialog) -> None:
    hub = FakeHub(a_model("acme/nuclei"), a_model("acme/cells"))
    dialog = await opened(make_dialog(hub))
    rows, menu = dialog.models.list_view, dialog.menu.menu
    right_click(rows, rows.models.index(1))
    assert view_model_of(dialog).state.selected_id == "acme/cells"
    assert menu.texts == [
        *("Copy id", "Copy the address of its page", "Copy row", "Copy all rows"),
        *("Select", "Add to favourites", "Open model page"),
    ]
    choose(menu, "Copy id")
    assert copied() == "acme/cells"
    choose(menu, "Copy the address of its page")
    assert copied() == f"{hub.endpoint}/acme/cells"
    choose(menu, "Copy all rows")
    heads, first, _ = copied().splitlines()
    assert heads.startswith("model\ttask\tlibrary\tlicence\tdownloads\tlikes")
    assert first.split("\t")[0] == "acme/nuclei"
    choose(menu, "Add to favourites")
    assert view_model_of(dialog).state.favourites == {"acme/cells"}
    press_menu_key(rows)
    assert "Remove from favourites" in menu.texts
    choose(menu, "Select")
    assert not dialog.isVisible()
    await view_model_of(dialog).close()


async def test_that_models_on_this_disk_are_copied_and_used(
    dressed: QApplication, qtbot: QtBot, opened_folders: list[str]
) -> None:
    library = FakeLibrary(a_cached_model(), a_cached_model("acme/cells", 2_000_000))
    view = LibraryView(LibraryViewModel(library, FakeHub()), "https://hub.test")
    qtbot.addWidget(view)
    view.resize(400, 600)  # where the table has no room for all of its columns
    view.show()
    await view._library.wait()
    menu = view.menus.of_models.menu
    row = view.models.row_of("acme/cells")
    right_click(view.table, view.models.index(row, 0))
    assert menu.texts == [
        *("Copy row", "Copy id", "Copy path", "Copy all rows"),
        *("Use in Inference", "Open folder", "Model page", "Verify", "Delete…"),
    ]
    choose(menu, "Copy row")
    assert copied().split("\t")[:2] == ["acme/cells", "2.0 MB"]
    assert len(copied().split("\t")) == view.models.columnCount()
    choose(menu, "Copy path")
    assert copied().endswith("models--acme--cells")
    choose(menu, "Open folder")
    assert opened_folders[0].endswith("models--acme--cells")
    with qtbot.waitSignal(view.model_chosen, timeout=1000) as chosen:
        choose(menu, "Use in Inference")
    assert chosen.args == ["acme/cells"]

    menu, revisions = view.menus.of_revisions.menu, view.details.revisions
    right_click(revisions, revisions.indexFromItem(revisions.topLevelItem(0)))
    assert menu.texts == [
        *("Copy row", "Copy commit", "Copy path"),
        *("Use in Inference", "Open folder", "Delete revision…"),
    ]
    choose(menu, "Copy commit")
    assert copied() == COMMIT


def test_that_a_download_offers_what_can_be_done_with_it_now(
    dressed: QApplication, qtbot: QtBot
) -> None:
    files = (FileProgress("config.json", 10, 10), FileProgress("onnx/model.onnx", 1, 3))
    running = DownloadEntry("1", "acme/cells", files=files, state=DownloadState.RUNNING)
    row = DownloadRow(running)
    qtbot.addWidget(row)
    row.show()

    def ask() -> list[str]:
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(), QPoint())
        QApplication.sendEvent(row.title, event)
        return row.menu.texts

    assert ask() == ["Copy id", "Pause", "Cancel"]
    with qtbot.waitSignal(row.pause_wanted, timeout=1000):
        choose(row.menu, "Pause")
    problem = Problem("The disk is full.", "Make room.")
    row.show_entry(replace(running, state=DownloadState.FAILED, problem=problem))
    assert ask() == ["Copy id", "Copy what went wrong", "Retry", "Cancel"]
    choose(row.menu, "Copy what went wrong")
    assert copied() == "The disk is full.\nMake room."
    row.unfold.click()
    files_menu, model = row.files.menu.menu, row.files.model()
    assert model is not None
    right_click(row.files, model.index(1, 1))
    assert files_menu.texts == ["Copy row", "Copy path", "Copy all rows"]
    choose(files_menu, "Copy path")
    assert copied() == "onnx/model.onnx"


def test_that_a_file_in_a_folder_is_copied_with_its_whole_path(
    dressed: QApplication, qtbot: QtBot
) -> None:
    tree = ModelDetailsTree("Files", TITLES, "path")
    qtbot.addWidget(tree)
    tree.resize(400, 300)
    tree.show()
    files = details_of(a_model(), "config.json", "onnx/model.onnx").files
    tree.show_rows(file_rows(files, ()), 1)
    folder = tree.rows.index(0, 0)
    menu = tree.menu.menu
    right_click(tree, folder)
    assert menu.texts == ["Copy row"]
    right_click(tree, tree.rows.index(0, 0, folder))
    assert menu.texts == ["Copy row", "Copy path"]
    choose(menu, "Copy path")
    assert copied() == "onnx/model.onnx"
    tree.selectAll()
    press_menu_key(tree)
    choose(menu, "Copy 3 rows")
    names = [line.split("\t")[0] for line in copied().splitlines()]
    assert names == ["onnx/", "onnx/model.onnx", "config.json"]


@pytest.mark.parametrize("search", ["", "og"])
def test_that_classes_of_a_model_are_copied_as_far_as_they_are_found(
    dressed: QApplication, qtbot: QtBot, search: str
) -> None:
    labels = ModelArchitectureLabels()
    qtbot.addWidget(labels)
    labels.show()
    labels.show_labels(((0, "cat"), (1, "dog"), (2, "frog")))
    labels.search.setText(search)
    model = labels.list.model()
    assert model is not None
    right_click(labels.list, model.index(model.rowCount() - 1, 0))
    choose(labels.menu.menu, "Copy all rows")
    found = copied().splitlines()
    assert found[0] == "number\tname"
    assert found[1] == ("1\tdog" if search else "0\tcat")
    choose(labels.menu.menu, "Copy name")
    assert copied() == "frog"
