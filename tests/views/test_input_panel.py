"""Choosing pictures and the folder for results."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt6.QtCore import QStandardPaths
from PyQt6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from ailab.services.images.picture_error import PictureError
from ailab.viewmodels import left_out_text
from ailab.views.input_panel import InputPanel
from inference_lab import Lab


@pytest.fixture
def panel(lab: Lab, qtbot: QtBot) -> InputPanel:
    made = InputPanel(lab.view_model)
    qtbot.addWidget(made)
    made.show()
    return made


async def test_that_a_folder_says_how_many_pictures_it_holds(lab: Lab, panel: InputPanel) -> None:
    lab.pictures.gate.shut()
    panel.choose_folder.click()
    dialog = panel.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit("folder")
    dialog.close()
    assert panel.found.text() == "Looking for pictures …"
    lab.pictures.gate.open()
    await lab.view_model.wait()
    assert panel.input.text() == "folder"
    assert panel.found.text() == "3 pictures"


async def test_that_the_sub_folders_of_a_folder_are_searched_where_wanted(
    lab: Lab, panel: InputPanel
) -> None:
    lab.pictures.nested["folder"] = ("site/a.png", "moor/a.png", "moor/b.png")
    lab.pictures.closed["folder"] = ("/trap/closed",)
    lab.view_model.set_inputs(("folder",))
    await lab.view_model.wait()
    assert panel.with_sub_folders.isVisible()
    panel.with_sub_folders.click()
    assert panel.with_sub_folders.isVisible()  # else the focus would go elsewhere
    await lab.view_model.wait()
    assert lab.view_model.state.pictures[3:] == ("site/a.png", "moor/a.png", "moor/b.png")
    assert panel.found.text() == "6 pictures in 3 folders; its sub-folder closed may not be read"
    panel.with_sub_folders.click()
    await lab.view_model.wait()
    assert panel.found.text() == "3 pictures"


async def test_that_the_sub_folders_of_a_folder_without_pictures_of_its_own_can_be_searched(
    lab: Lab, panel: InputPanel
) -> None:
    lab.pictures.nested["traps"] = ("site/a.png",)
    lab.view_model.set_inputs(("traps",))
    await lab.view_model.wait()
    assert panel.found.text() == "No picture in traps itself. Search within."
    panel.with_sub_folders.click()
    await lab.view_model.wait()
    assert panel.found.text() == "1 picture in 1 folder"
    assert panel.with_sub_folders.isChecked()
    lab.view_model.set_inputs(("a.png",))
    await lab.view_model.wait()
    assert not panel.with_sub_folders.isVisible()


async def test_that_a_saved_run_says_how_it_is_shown(lab: Lab, panel: InputPanel) -> None:
    await lab.run(save_to="out")
    folder = str(next(iter(lab.runs.records)))
    lab.pictures.folders[folder] = ("a.annotated.jpg", "b.annotated.jpg")
    lab.view_model.set_inputs((folder,))
    await lab.view_model.wait()
    assert panel.found.text() == "2 pictures of a saved run, which “Load results…” shows"


async def test_that_several_saved_runs_say_how_they_are_shown(lab: Lab, panel: InputPanel) -> None:
    await lab.run(save_to="out")
    await lab.run(save_to="out")
    first, second = map(str, lab.runs.records)
    lab.pictures.folders = {first: ("a.annotated.jpg",), second: ("b.annotated.jpg",)}
    lab.view_model.set_inputs((first, second))
    await lab.view_model.wait()
    assert panel.found.text() == ("2 pictures of 2 saved runs, each of which “Load results…” shows")
    lab.view_model.set_inputs((first, second, "c.png"))
    await lab.view_model.wait()
    assert panel.found.text() == "3 pictures"


async def test_that_several_files_can_be_chosen(lab: Lab, panel: InputPanel) -> None:
    panel.choose_pictures.click()
    dialog = panel.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.fileMode() == QFileDialog.FileMode.ExistingFiles
    assert "*.tif" in dialog.nameFilters()[0]
    dialog.filesSelected.emit(["a.png", "b.jpg"])
    dialog.close()
    await lab.view_model.wait()
    assert panel.input.text() == "a.png; b.jpg"
    assert panel.found.text() == "2 pictures"


async def test_that_files_that_are_no_pictures_are_not_counted(lab: Lab, panel: InputPanel) -> None:
    lab.pictures.no_pictures = {"notes.txt", "more.txt"}
    lab.view_model.set_inputs(("a.png", "notes.txt"))
    await lab.view_model.wait()
    assert panel.found.text() == "1 picture; notes.txt is none that ailab can read"
    lab.view_model.set_inputs(("a.png", "notes.txt", "more.txt"))
    await lab.view_model.wait()
    assert panel.found.text() == "1 picture; 2 files are none that ailab can read"
    lab.view_model.set_inputs(("notes.txt",))
    await lab.view_model.wait()
    assert panel.found.text() == "notes.txt is not a picture. Choose another."


async def test_that_pictures_of_other_formats_in_a_folder_are_told_of(
    lab: Lab, panel: InputPanel
) -> None:
    lab.pictures.left_out["folder"] = ("folder/a.czi", "folder/b.czi", "folder/c.lif")
    lab.view_model.set_inputs(("folder",))
    await lab.view_model.wait()
    assert panel.found.text() == (
        "3 pictures; 2 CZI and 1 LIF left out: to run them, save them as TIFF or PNG"
    )
    assert "a.czi" in panel.found.toolTip()
    lab.view_model.set_inputs(("a.png",))
    await lab.view_model.wait()
    assert panel.found.text() == "1 picture"
    assert not panel.found.toolTip()


async def test_that_a_typed_path_counts_when_it_is_finished(lab: Lab, panel: InputPanel) -> None:
    panel.input.setText("missing")
    panel.input.editingFinished.emit()
    await lab.view_model.wait()
    assert panel.found.text() == "There is nothing at missing. Choose another file or folder."
    assert panel.found.property("tone") == "error"
    panel.input.setText("a.png")
    panel.input.editingFinished.emit()
    await lab.view_model.wait()
    assert panel.found.text() == "1 picture"
    assert panel.found.property("tone") == "muted"


async def test_that_what_is_being_typed_stays_while_something_else_changes(
    lab: Lab, panel: InputPanel
) -> None:
    await lab.choose("folder")
    panel.input.setText("fold")
    panel.input.textEdited.emit("fold")
    lab.view_model.set_save_to("/results")
    assert panel.input.text() == "fold"
    assert panel.found.text() == "Press Enter to look for pictures there."
    assert lab.view_model.state.inputs == ("folder",)
    panel.input.setText("")
    panel.input.textEdited.emit("")
    assert panel.found.text() == (
        "Or drop pictures, a folder, a model’s .onnx file or a saved run anywhere here."
    )
    panel.input.editingFinished.emit()
    await lab.view_model.wait()
    assert not lab.view_model.state.inputs


async def test_that_leaving_the_field_unchanged_reads_nothing_again(
    lab: Lab, panel: InputPanel
) -> None:
    await lab.choose("a.png", "b.png")
    seen: list[object] = []
    lab.view_model.changed.connect(seen.append)
    panel.input.editingFinished.emit()
    assert not seen


def test_that_the_folder_for_results_is_typed_chosen_and_opened(
    lab: Lab, panel: InputPanel, opened_folders: list[str]
) -> None:
    assert not panel.open_save_to.isEnabled()
    panel.choose_save_to.click()
    dialog = panel.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit("/results")
    dialog.close()
    assert lab.view_model.state.save_to == "/results"
    assert panel.save_to.text() == "/results"
    panel.open_save_to.click()
    assert opened_folders == ["/results"]
    panel.save_to.setText("")
    panel.save_to.textEdited.emit("")
    assert lab.view_model.state.save_to == ""
    assert not panel.open_save_to.isEnabled()


async def test_that_the_first_picture_is_looked_for_where_people_keep_theirs(
    panel: InputPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _place: str(tmp_path))
    panel.choose_pictures.click()
    dialog = panel.findChild(QFileDialog)
    assert dialog is not None
    assert Path(dialog.directory().absolutePath()) == tmp_path
    dialog.close()


async def test_that_what_reads_photographs_of_phones_can_be_copied(
    lab: Lab, panel: InputPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(left_out_text, "heic_command", lambda: "pip install this")
    lab.pictures.left_out["folder"] = ("folder/a.heic",)
    lab.view_model.set_inputs(("folder",))
    await lab.view_model.wait()
    assert panel.found.text().endswith("; 1 HEIC left out: this command installs what reads it")
    assert panel.command.text.text == "pip install this"
    assert not panel.command.isHidden()
    lab.view_model.set_inputs(("a.png",))
    await lab.view_model.wait()
    assert panel.command.isHidden()


async def test_that_the_command_of_a_refusal_stands_below_it(
    lab: Lab, panel: InputPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(left_out_text, "heic_command", lambda: "pip install this")
    refused: list[object] = []
    panel.refused.connect(refused.append)
    lab.pictures.refusals["a.heic"] = PictureError("It is one.", "Install it: pip install this")
    lab.view_model.set_inputs(("a.heic",))
    await lab.view_model.wait()
    assert panel.found.text() == "It is one. Install it:"
    assert panel.command.text.text == "pip install this"
    assert refused == [panel.command]
    lab.view_model.set_inputs(("nowhere",))
    await lab.view_model.wait()
    assert panel.command.isHidden()
    assert refused == [panel.command, panel.found]
