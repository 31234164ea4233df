"""The sheet editor's fields for a network of one channel, and its example picture."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ailab.services.inference.sheet_draft import SheetDraft
from ailab.viewmodels.sheet_editor import SheetEditorViewModel
from ailab.views.sheet_choice import SheetChoice
from ailab.views.sheet_dialog import SheetDialog
from fake_pictures import FakePictures
from fake_sheets import FakeSheets
from fakes import FakeInference

GREY = SheetDraft("image-classification", "class-scores", width=28, height=28, color_order="grey")


class Desk:
    """A dialog over fakes, and a person's hands."""

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self.sheets = FakeSheets()
        self.sheets.draft, self.sheets.takes = GREY, ("1", "1", "28", "28")
        self.editor = SheetEditorViewModel(
            self.sheets, FakeInference(), FakePictures(), debounce=0, example="demo/bench.jpg"
        )

    async def open(self, picture: str = "a.png") -> SheetDialog:
        self.editor.open("some/folder/net.onnx", picture)
        dialog = SheetDialog(self.editor)
        self._qtbot.addWidget(dialog)
        dialog.show()
        await self.editor.wait()
        return dialog

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


async def test_that_grey_has_one_number_and_can_be_inverted(desk: Desk) -> None:
    dialog = await desk.open()
    values = dialog.values
    assert values.colors.currentText() == "Grey: one channel"
    assert values.inversion.isVisible()
    draft = await desk.choose(values.inversion, "Yes: white becomes 0")
    assert draft.is_inverted
    draft = await desk.choose(values.normalisation, "MNIST mean and deviation")
    assert (draft.mean, draft.std) == ((0.1307,), (0.3081,))
    await desk.choose(values.normalisation, "None")
    await desk.choose(values.normalisation, "Own mean and deviation")
    assert [each.isVisible() for each in (*values.mean, *values.std)] == [True, False, False] * 2
    values.mean[0].setValue(0.25)
    await desk.editor.wait()
    assert desk.editor.state.draft.mean == (0.25,)
    assert values.normalisation.findText("ImageNet mean and deviation") < 0


async def test_that_colours_have_three_numbers_again(desk: Desk) -> None:
    desk.sheets.takes = ("n", "c", "28", "28")
    dialog = await desk.open()
    values = dialog.values
    await desk.choose(values.normalisation, "Own mean and deviation")
    draft = await desk.choose(values.colors, "Red, green, blue (RGB)")
    assert (draft.mean, draft.std) == ((0.0,) * 3, (1.0,) * 3)
    assert all(each.isVisible() for each in (*values.mean, *values.std))
    assert not values.inversion.isVisible()
    draft = await desk.choose(values.normalisation, "CLIP mean and deviation")
    assert draft.mean == (0.48145466, 0.4578275, 0.40821073)


async def test_that_inverted_colours_of_a_sheet_are_seen(desk: Desk) -> None:
    desk.sheets.takes = ("1", "3", "28", "28")
    desk.sheets.draft = replace(GREY, color_order="RGB", is_inverted=True)
    dialog = await desk.open()
    assert dialog.values.inversion.isVisible()
    assert dialog.values.inversion.currentText() == "Yes: white becomes 0"


async def test_that_the_comparison_has_a_column_for_inverted_grey(desk: Desk) -> None:
    desk.sheets.takes = ("n", "c", "28", "28")
    dialog = await desk.open()
    table = dialog.preview.comparison.table
    dialog.preview.comparison.compare.click()
    assert dialog.preview.comparison.words.text() == "0 of 8 tried"
    await desk.editor.wait()
    heads = [table.horizontalHeaderItem(column) for column in range(table.columnCount())]
    assert [head.text() for head in heads if head] == ["Values", "Grey", "Inverted"]
    names = [table.item(row, 0) for row in range(table.rowCount())]
    assert [name.text() for name in names if name] == [
        "0 to 1",
        "0 to 255",
        "\N{MINUS SIGN}1 to 1",
        "0 to 1, MNIST",
    ]
    assert (table.currentRow(), table.currentColumn()) == (0, 1)
    table.cellClicked.emit(1, 2)
    await desk.editor.wait()
    draft = desk.editor.state.draft
    assert (draft.scale, draft.is_inverted) == (1, True)
    assert (table.currentRow(), table.currentColumn()) == (1, 2)
    await desk.choose(dialog.values.colors, "Blue, green, red (BGR)")
    dialog.preview.comparison.compare.click()
    await desk.editor.wait()
    assert table.rowCount() == 6
    head = table.horizontalHeaderItem(2)
    assert head is not None
    assert head.text() == "Colours BGR"


async def test_that_an_example_is_said_to_be_one(desk: Desk) -> None:
    dialog = await desk.open(picture="")
    preview = dialog.preview
    assert preview.heading.text() == "Tried on an example"
    assert preview.picture.isVisible()
    assert not preview.invitation.isVisible()
    assert preview.example.text().startswith("bench.jpg is an example picture of ailab's own.")
    assert preview.choose.text() == "P&icture…"
    assert preview.words.text() == "1 object; 1 more is below the threshold"
    desk.editor.set_picture("mine.png")
    await desk.editor.wait()
    assert preview.heading.text() == "Tried on a picture"
    assert not preview.example.isVisible()
    assert preview.choose.text() == "Another p&icture…"
