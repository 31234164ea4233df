"""The dialog that describes a bare `.onnx` file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PyQt6.QtCore import QMimeData, QPoint, QPointF, QRect, Qt, QUrl
from PyQt6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from ailab.services.architecture.network_outline import GraphPort
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.normalisation import RECIPES
from ailab.services.inference.predictions import Detection, Detections
from ailab.services.inference.sheet_draft import SheetDraft
from ailab.services.problem import Problem
from ailab.viewmodels.sheet_editor import SheetEditorViewModel
from ailab.viewmodels.sheet_editor_state import SheetEditorState
from ailab.views.sheet_choice import SheetChoice
from ailab.views.sheet_dialog import SheetDialog
from ailab.views.sheet_head import SheetHead
from ailab.views.theme import SPACE
from fake_pictures import FakePictures
from fake_sheets import GUESS, FakeSheets
from fakes import FakeInference, a_depth_map, until
from model_browser_driver import press, type_text

GESTURES: Any = QTest  # its types know neither the widget's nor the window's overload


class Desk:
    """A dialog over fakes, and a person's hands."""

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self.sheets, self.inference = FakeSheets(), FakeInference()
        self.editor = SheetEditorViewModel(self.sheets, self.inference, FakePictures(), debounce=0)

    async def open(self, picture: str = "a.png") -> SheetDialog:
        self.editor.open("some/folder/net.onnx", picture)
        self.dialog = SheetDialog(self.editor)
        self._qtbot.addWidget(self.dialog)
        self.dialog.show()
        await self.editor.wait()
        return self.dialog

    async def choose(self, field: SheetChoice, text: str) -> SheetDraft:
        index = field.findText(text)
        assert index >= 0, f"{text} is not offered"
        field.setCurrentIndex(index)
        field.activated.emit(index)
        await self.editor.wait()
        return self.editor.state.draft


@pytest.fixture
def desk(dressed: QApplication, qtbot: QtBot) -> Desk:
    return Desk(qtbot)


async def test_that_numbers_of_free_lengths_are_left_out(dressed: QApplication) -> None:
    sheet = await FakeSheets().open("net.onnx")
    shape = ("p2o.DynamicDimension.0", "3", "unk__12", "s99", "width")
    outline = replace(sheet.outline, inputs=(GraphPort("x", "FLOAT", shape),))
    head = SheetHead()
    head.show_state(SheetEditorState(sheet=replace(sheet, outline=outline)))
    assert "Takes x float ? × 3 × ? × ? × width" in head.facts.text()


async def test_that_it_says_what_the_file_tells_and_shows_the_suggestion(desk: Desk) -> None:
    dialog = await desk.open()
    assert dialog.windowTitle() == "Describe net.onnx"
    assert "Takes images float 1 × 3 × 416 × 416" in dialog.head.facts.text()
    assert "Made by: pytorch 2.0" in dialog.head.facts.text()
    assert dialog.head.notes.text() == "Read from the file: layout, size 416 × 416."
    assert dialog.output.decoder.currentText() == "YOLOX: boxes on grids"
    assert dialog.input.width_field.value() == 416
    assert dialog.output.strides.isVisible()
    assert dialog.preview.words.text() == "1 object; 1 more is below the threshold"
    assert dialog.preview.found.rows.rows[0].label == "nucleus"
    assert dialog.save.isEnabled()


async def test_that_each_field_changes_the_sheet(desk: Desk) -> None:
    dialog = await desk.open()
    output, into, values, names = dialog.output, dialog.input, dialog.values, dialog.names
    into.width_field.setValue(320)
    into.height_field.setValue(160)
    assert (await desk.choose(into.layout_field, "Colours last (NHWC)")).layout == "NHWC"
    draft = await desk.choose(into.resize_field, "Letterbox: keep shape, fill up")
    assert (draft.width, draft.height, draft.resize) == (320, 160, "letterbox")
    into.pad.setValue(114)
    assert (await desk.choose(into.position, "At the top left")).pad_position == "top-left"
    assert (await desk.choose(into.resample, "Bicubic")).resample == "bicubic"
    assert (await desk.choose(values.colors, "Blue, green, red (BGR)")).color_order == "BGR"
    assert (await desk.choose(values.scaling, "0 to 255")).scale == 1
    draft = await desk.choose(values.normalisation, "Own mean and deviation")
    values.mean[0].setValue(104)
    output.overlap.setValue(60)
    output.strides.setText("16, 32")
    output.strides.editingFinished.emit()
    names.typed.setPlainText("cat\ndog\n")
    names.threshold.setValue(30)
    await desk.editor.wait()
    draft = desk.editor.state.draft
    assert (draft.pad_value, draft.mean, draft.std) == (114, (104, 0, 0), (1, 1, 1))
    assert (draft.nms_iou, draft.strides) == (0.6, (16, 32))
    assert (draft.labels, draft.threshold) == (("cat", "dog"), 0.3)
    assert "2 names; the network tells 80 classes apart." in names.count.text()
    assert names.count.property("tone") == "warning"
    draft = await desk.choose(names.source, "coco.txt (80)")
    assert draft.label_file == "coco.txt"
    assert not names.typed.isVisible()


async def test_that_only_what_belongs_to_the_output_is_asked_for(desk: Desk) -> None:
    dialog = await desk.open()
    output = dialog.output
    await desk.choose(output.task, "Image Classification")
    assert output.activation.isVisible()
    assert not output.strides.isVisible()
    assert not output.overlap.isVisible()
    draft = await desk.choose(output.activation, "Sigmoid: several may be right")
    assert draft.activation == "sigmoid"
    await desk.choose(output.task, "Image Segmentation")
    assert output.decoder.currentText() == "Scores or the class of each pixel"
    assert output.activation.findText("Sigmoid: several may be right") == -1


async def test_that_what_is_text_and_how_far_boxes_grow_are_asked_for(desk: Desk) -> None:
    dialog = await desk.open()
    output = dialog.output
    assert not output.text.isVisible()
    draft = await desk.choose(output.decoder, "A map of where text is")
    assert (draft.decoder, draft.map_threshold, draft.unclip_ratio) == ("text-map", 0.3, 1.5)
    assert (output.text.value(), output.growth.value()) == (30, 1.5)
    assert not output.overlap.isVisible()
    output.text.setValue(20)
    output.growth.setValue(1.4)
    await desk.choose(dialog.input.resize_field, "Shrink to the size, sides of 32")
    draft = desk.editor.state.draft
    assert (draft.map_threshold, draft.unclip_ratio, draft.resize) == (0.2, 1.4, "shrink")


async def test_that_a_line_of_text_is_as_long_as_it_comes(desk: Desk) -> None:
    dialog = await desk.open()
    draft = await desk.choose(dialog.output.task, "Image-to-Text")
    assert (draft.decoder, draft.resize) == ("text-line", "line")
    field = dialog.input.resize_field
    assert [field.itemText(i) for i in range(field.count())] == [
        "A line: to the height, any length"
    ]
    assert dialog.names.count.text() == "The characters are those that the file itself names."
    desk.inference.prediction = GeneratedText("NO ENTRY", 0.934)
    dialog.input.height_field.setValue(32)
    await desk.editor.wait()
    assert dialog.preview.words.text() == "NO ENTRY (93% sure)"
    draft = await desk.choose(dialog.output.task, "Image Classification")
    assert draft.resize == "stretch"


async def test_that_a_space_typed_among_the_characters_is_one_of_them(desk: Desk) -> None:
    dialog = await desk.open()
    typed = dialog.names.typed
    await desk.choose(dialog.output.task, "Image-to-Text")
    assert typed.placeholderText() == "one character a line, a space too"
    GESTURES.keyClicks(typed, " ")
    GESTURES.keyClick(typed, Qt.Key.Key_Return)
    typed.insertPlainText("a\n\n b \n\u3000\n\u00a0\n ")
    await desk.editor.wait()
    characters = (" ", "a", "", " b ", "\u3000", "\u00a0", " ")
    assert desk.editor.state.draft.labels == characters
    assert dialog.names.count.text() == "7 characters."
    GESTURES.keyClick(typed, Qt.Key.Key_Return)  # ends the line, and is no character
    assert desk.editor.state.draft.labels == characters
    desk.editor.edit(replace(desk.editor.state.draft, labels=("a", "")))
    await desk.editor.wait()
    assert typed.toPlainText() == "a\n\n"
    desk.editor.edit(replace(desk.editor.state.draft, height=48))
    await desk.editor.wait()
    assert typed.toPlainText() == "a\n\n"
    await desk.choose(dialog.output.task, "Image Classification")
    assert typed.placeholderText().startswith("one name a line")


async def test_that_the_order_of_boxes_and_the_background_are_asked_for(desk: Desk) -> None:
    dialog = await desk.open()
    output = dialog.output
    await desk.choose(output.task, "Object Detection")
    assert not output.box_order.isVisible()
    await desk.choose(output.decoder, "SSD: boxes, and classes or scores")
    assert output.overlap.isVisible()
    draft = await desk.choose(output.box_order, "y before x (top, left, …)")
    assert draft.box_order == "yxyx"
    draft = await desk.choose(output.background, "Background: labels begin with 1")
    assert draft.has_background


async def test_that_it_says_what_is_still_to_be_chosen(desk: Desk) -> None:
    desk.sheets.draft = SheetDraft(width=416, height=416)
    dialog = await desk.open()
    assert dialog.fault.text() == "Choose a task first: what the network does."
    assert not dialog.save.isEnabled()
    await desk.choose(dialog.output.task, "Object Detection")
    assert dialog.fault.text() == ""
    assert dialog.save.isEnabled()


async def test_that_a_cell_of_the_comparison_is_chosen_by_a_click(desk: Desk, qtbot: QtBot) -> None:
    dialog = await desk.open()
    comparison = dialog.preview.comparison
    assert not comparison.table.isVisible()
    comparison.compare.click()
    assert comparison.stop.isVisible()
    await desk.editor.wait()
    assert comparison.table.isVisible()
    item = comparison.table.item(1, 2)
    assert item is not None
    assert item.text() == "1 object, best 90% nucleus"
    place = comparison.table.visualItemRect(item).center()
    GESTURES.mouseClick(comparison.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    await desk.editor.wait()
    assert desk.editor.state.recipe == RECIPES[3]
    assert (comparison.table.currentRow(), comparison.table.currentColumn()) == (1, 2)
    assert dialog.values.colors.currentText() == "Blue, green, red (BGR)"
    comparison.table.setFocus()
    press(comparison.table, Qt.Key.Key_Up)
    press(comparison.table, Qt.Key.Key_Return)
    await desk.editor.wait()
    assert desk.editor.state.recipe == RECIPES[1]


async def test_that_names_are_taken_from_a_file(desk: Desk, tmp_path: Path) -> None:
    dialog = await desk.open()
    dialog.names.file.click()
    chooser = dialog.findChild(QFileDialog)
    assert chooser is not None
    chooser.fileSelected.emit(str(tmp_path / "names.txt"))
    chooser.close()
    await desk.editor.wait()
    assert dialog.names.typed.toPlainText() == "cat\ndog"
    assert dialog.fault.text() == f"{dialog.names.count.text()} The others go by number."


async def test_that_a_server_is_not_called_a_file(desk: Desk) -> None:
    dialog = await desk.open()
    assert dialog.preview.comparison.words.text().endswith("told from the file.")
    desk.editor.open("http://host:8000/v2/models/net")
    await desk.editor.wait()
    assert dialog.preview.comparison.words.text().endswith("told by the server.")


async def test_that_long_words_of_the_comparison_are_seen_whole(desk: Desk) -> None:
    dialog = await desk.open()
    dialog.resize(700, 500)
    desk.inference.prediction = Detections((Detection(0, "lying dog", 0.26, (0.0, 0.0, 4.0, 4.0)),))
    comparison = dialog.preview.comparison
    comparison.compare.click()
    await desk.editor.wait()
    table = comparison.table
    item, rows = table.item(0, 1), table.verticalHeader()
    assert item is not None
    assert rows is not None
    words = QRect(0, 0, table.columnWidth(1) - 2 * SPACE, 999)
    room = table.fontMetrics().boundingRect(words, Qt.TextFlag.TextWordWrap, item.text())
    assert room.height() > table.fontMetrics().height()  # they do not fit into a line
    assert table.rowHeight(0) >= room.height()
    assert table.height() >= rows.length()


async def test_that_all_that_was_found_is_listed(desk: Desk) -> None:
    names = ("cat", "dog", "cow", "owl")
    box = (0.0, 0.0, 4.0, 4.0)
    desk.inference.prediction = Detections(
        tuple(Detection(index, name, 0.9, box) for index, name in enumerate(names))
    )
    found = (await desk.open()).preview.found
    assert {row.label for row in found.rows.rows} == set(names)
    bar = found.verticalScrollBar()
    assert bar is not None
    await until(lambda: bar.isVisible() or found.height() >= found.maximumHeight())


async def test_that_depths_are_compared_by_pictures(desk: Desk) -> None:
    desk.inference.prediction = a_depth_map([[0.0, 1.0], [2.0, 3.0]])
    dialog = await desk.open()
    comparison = dialog.preview.comparison
    comparison.compare.click()
    await desk.editor.wait()
    item = comparison.table.item(0, 1)
    assert item is not None
    assert item.icon().pixmap(64).toImage().pixelColor(32, 24).alpha() == 255
    assert comparison.words.text() == "Click the one whose picture is right."


async def test_that_a_new_sheet_is_saved_and_the_dialog_closes(desk: Desk) -> None:
    dialog = await desk.open()
    dialog.save.click()
    await desk.editor.wait()
    assert desk.sheets.saved == [GUESS]
    assert not dialog.isVisible()


async def test_that_replacing_another_sheet_is_asked_about(desk: Desk) -> None:
    desk.sheets.there = b"by hand"
    dialog = await desk.open()
    assert dialog.windowTitle() == "Edit the sheet of net.onnx"
    for button, is_saved in (
        (QMessageBox.ButtonRole.RejectRole, False),
        (QMessageBox.ButtonRole.AcceptRole, True),
    ):
        dialog.save.click()
        await desk.editor.wait()
        question = dialog.question
        assert question is not None
        assert "input.width: 8 → 416" in question.informativeText()
        next(each for each in question.buttons() if question.buttonRole(each) is button).click()
        await desk.editor.wait()
        assert bool(desk.sheets.saved) is is_saved
        assert dialog.isVisible() is not is_saved


async def test_that_closing_asks_before_what_was_chosen_is_lost(desk: Desk) -> None:
    dialog = await desk.open()
    await desk.choose(dialog.input.layout_field, "Colours last (NHWC)")
    for leave in (dialog.reject, dialog.close, lambda: press(dialog, Qt.Key.Key_Escape)):
        leave()
        assert dialog.isVisible()
        assert dialog.question is not None
        dialog.question.reject()
        assert dialog.isVisible()
    dialog.reject()
    assert dialog.question is not None
    dialog.question.accept()
    await desk.editor.wait()
    assert desk.sheets.saved == []
    assert not dialog.isVisible()


async def test_that_a_number_still_being_typed_is_asked_about_too(desk: Desk) -> None:
    dialog = await desk.open()
    dialog.input.width_field.setFocus()
    dialog.input.width_field.selectAll()
    type_text(dialog.input.width_field, "77")
    dialog.reject()
    assert dialog.question is not None
    assert dialog.isVisible()


async def test_that_without_a_change_cancel_closes_at_once(desk: Desk) -> None:
    dialog = await desk.open()
    dialog.reject()
    assert not dialog.isVisible()
    assert desk.sheets.saved == []


async def test_that_strides_that_are_no_numbers_stay_to_be_corrected(desk: Desk) -> None:
    dialog = await desk.open()
    strides = dialog.output.strides
    strides.setFocus()
    strides.selectAll()
    type_text(strides, "8, sixteen")
    desk.editor.set_picture("b.png")  # anything else goes on meanwhile
    await desk.editor.wait()
    assert strides.text() == "8, sixteen"
    dialog.save.click()
    assert strides.text() == "8, sixteen"
    assert dialog.fault.text().startswith("Strides are whole numbers")
    assert not dialog.save.isEnabled()
    strides.setText("8, 16")
    strides.editingFinished.emit()
    await desk.editor.wait()
    assert dialog.fault.text() == ""
    assert desk.editor.state.draft.strides == (8, 16)


async def test_that_it_stays_open_while_the_sheet_is_written(desk: Desk) -> None:
    dialog = await desk.open()
    desk.sheets.save_gate.shut()
    dialog.save.click()
    await until(lambda: desk.sheets.save_gate.waiting == 1)
    dialog.reject()
    assert dialog.isVisible()
    desk.sheets.save_gate.open()
    await desk.editor.wait()
    assert not dialog.isVisible()


async def test_that_a_sheet_that_cannot_be_written_is_told_of(desk: Desk) -> None:
    dialog = await desk.open()
    desk.sheets.failure = ModelFileError("The folder cannot be written to.", "Move the model.")
    dialog.save.click()
    await desk.editor.wait()
    assert dialog.banner.message.text() == "The folder cannot be written to."
    assert dialog.banner.advice.text() == "Move the model."
    assert dialog.isVisible()
    dialog.banner.dismiss.click()
    assert not dialog.banner.isVisible()


async def test_that_what_is_wrong_with_the_sheet_there_is_told(desk: Desk) -> None:
    desk.sheets.there = b"{}"
    desk.sheets.problems = tuple(f'The sheet lacks "{each}".' for each in "abcde")
    dialog = await desk.open()
    assert dialog.banner.message.text().splitlines() == [
        'The sheet lacks "a".',
        'The sheet lacks "b".',
        'The sheet lacks "c".',
        "And 2 more.",
    ]
    assert dialog.head.notes.text() == "Described by net.ailab.json."


async def test_that_a_file_that_no_sheet_can_help_can_only_be_left(desk: Desk) -> None:
    desk.sheets.obstacle = Problem("It takes pictures of 1 channel.", "Choose another model.")
    dialog = await desk.open()
    assert dialog.banner.message.text() == "It takes pictures of 1 channel."
    assert not any(box.isEnabled() for box in dialog.boxes)
    assert not dialog.save.isEnabled()
    assert not dialog.preview.comparison.compare.isEnabled()


async def test_that_without_a_picture_one_is_asked_for(desk: Desk, tmp_path: Path) -> None:
    dialog = await desk.open("")
    assert dialog.preview.invitation.isVisible()
    assert not dialog.preview.picture.isVisible()
    dialog.preview.choose.click()
    chooser = dialog.findChild(QFileDialog)
    assert chooser is not None
    chooser.filesSelected.emit([str(tmp_path / "b.png")])
    chooser.close()
    await desk.editor.wait()
    assert desk.inference.predicted == [str(tmp_path / "b.png")]
    assert dialog.preview.picture.isVisible()


async def test_that_a_closed_dialog_follows_nothing_any_more(desk: Desk) -> None:
    first = await desk.open()
    first.reject()
    second = await desk.open()
    second.input.width_field.setValue(77)
    await desk.editor.wait()
    assert first.input.width_field.value() == 416
    assert second.input.width_field.value() == 77


async def test_that_a_number_still_being_typed_is_saved(desk: Desk) -> None:
    dialog = await desk.open()
    field = dialog.input.pad
    await desk.choose(dialog.input.resize_field, "Letterbox: keep shape, fill up")
    field.setFocus()
    field.selectAll()
    type_text(field, "128")
    assert desk.editor.state.draft.pad_value == 0
    dialog.save.click()
    await desk.editor.wait()
    assert [draft.pad_value for draft in desk.sheets.saved] == [128]


@pytest.mark.parametrize(
    ("task", "decoder"), [("Depth Estimation", "depth"), ("Image-to-Image", "image")]
)
async def test_that_a_task_without_classes_is_asked_for_neither_names_nor_cuts(
    task: str, decoder: str, desk: Desk
) -> None:
    dialog = await desk.open()
    await desk.choose(dialog.output.task, "Image Classification")
    await desk.choose(dialog.input.resize_field, "Cut the middle only")
    draft = await desk.choose(dialog.output.task, task)
    assert (draft.decoder, draft.resize) == (decoder, "stretch")
    assert dialog.input.resize_field.findText("Cut the middle only") == -1
    assert not dialog.names.isVisible()


async def test_that_a_picture_that_is_dropped_is_tried(desk: Desk, tmp_path: Path) -> None:
    dialog = await desk.open("")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "c.png"))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    copy = Qt.DropAction.CopyAction
    QApplication.sendEvent(dialog, QDragEnterEvent(QPoint(9, 9), copy, data, left, none))
    QApplication.sendEvent(dialog, QDropEvent(QPointF(9, 9), copy, data, left, none))
    await desk.editor.wait()
    assert desk.inference.predicted == [str(tmp_path / "c.png")]


async def test_that_every_control_has_a_name_and_a_key_of_its_own(desk: Desk) -> None:
    dialog = await desk.open()
    fields = [
        *dialog.findChildren(QComboBox),
        *dialog.findChildren(QAbstractSpinBox),
        *dialog.findChildren(QPlainTextEdit),
    ]
    assert len(fields) > 20
    assert all(len(field.accessibleName()) > 3 for field in fields)
    texts = [each.text() for each in dialog.findChildren(QLabel) if each.isVisible()]
    texts += [each.text() for each in dialog.findChildren(QAbstractButton) if each.isVisible()]
    keys = [QKeySequence.mnemonic(text).toString() for text in texts if "&" in text]
    assert len(keys) > 10
    assert sorted(keys) == sorted(set(keys))


async def test_that_enter_presses_the_button_that_has_the_keyboard_alone(
    desk: Desk, qtbot: QtBot
) -> None:
    dialog = await desk.open()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    dialog.input.width_field.setFocus()
    press(dialog.input.width_field, Qt.Key.Key_Return)
    assert dialog.isVisible()
    closes = next(each for each in dialog.findChildren(QPushButton) if "Cancel" in each.text())
    closes.setFocus()
    press(closes, Qt.Key.Key_Return)
    assert not dialog.isVisible()
