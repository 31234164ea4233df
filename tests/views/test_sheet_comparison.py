"""The comparison of normalisations in the dialog that describes a file."""

from __future__ import annotations

from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ailab.viewmodels.sheet_editor import SheetEditorViewModel
from ailab.views.sheet_dialog import SheetDialog
from fake_pictures import FakePictures
from fake_sheets import FakeSheets
from fakes import FakeInference


async def test_that_no_words_are_cut_off_in_a_window_that_became_narrower(
    dressed: QApplication, qtbot: QtBot
) -> None:
    editor = SheetEditorViewModel(FakeSheets(), FakeInference(), FakePictures(), debounce=0)
    editor.open("some/folder/net.onnx", "a.png")
    dialog = SheetDialog(editor)
    qtbot.addWidget(dialog)
    dialog.resize(1040, 740)
    dialog.show()
    await editor.wait()
    editor.compare()
    await editor.wait()
    table = dialog.preview.comparison.table
    rows = range(table.rowCount())
    for width in (1040, 900):
        dialog.resize(width, 640)
        qtbot.waitUntil(
            lambda: all(table.rowHeight(row) >= table.sizeHintForRow(row) for row in rows)
        )
    assert table.height() >= sum(map(table.rowHeight, rows))
