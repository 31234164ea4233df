"""What comes out, in the dialog that describes a bare `.onnx` file."""

from __future__ import annotations

import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ailab.services.inference.sheet_draft import SheetDraft
from ailab.viewmodels.sheet_editor import SheetEditorViewModel
from ailab.viewmodels.sheet_editor_state import SheetEditorState
from ailab.views.sheet_output_box import SheetOutputBox
from fake_pictures import FakePictures
from fake_sheets import FakeSheets
from fakes import FakeInference


class Desk:
    """The box over fakes."""

    def __init__(self, qtbot: QtBot) -> None:
        self.editor = SheetEditorViewModel(
            FakeSheets(), FakeInference(), FakePictures(), debounce=0
        )
        self.box = SheetOutputBox(self.editor)
        qtbot.addWidget(self.box)
        self.editor.changed.connect(self._on_changed)
        self.box.show()

    async def choose_decoder(self, text: str) -> SheetDraft:
        index = self.box.decoder.findText(text)
        self.box.decoder.setCurrentIndex(index)
        self.box.decoder.activated.emit(index)
        await self.editor.wait()
        return self.editor.state.draft

    def _on_changed(self, _old: SheetEditorState, new: SheetEditorState) -> None:
        self.box.show_state(new)


@pytest.fixture
def desk(dressed: QApplication, qtbot: QtBot) -> Desk:
    return Desk(qtbot)


async def test_that_anchors_are_shown_and_typed_where_they_count(desk: Desk) -> None:
    desk.editor.open("net.onnx", "a.png")
    await desk.editor.wait()
    anchors = desk.box.anchors
    assert not anchors.isVisible()
    await desk.choose_decoder("YOLO v5, v7: undecoded heads")
    assert anchors.isVisible()
    assert anchors.text().startswith("10, 13, 16, 30, 33, 23, 30, 61")
    await desk.choose_decoder("YOLO v4: undecoded heads")
    assert anchors.text().startswith("12, 16, 19, 36")
    anchors.setText("1,2, three")
    anchors.editingFinished.emit()
    assert anchors.text() == "1,2, three"
    anchors.setText("1,2, 3.5,4, 5,6")
    anchors.editingFinished.emit()
    await desk.editor.wait()
    assert desk.editor.state.draft.anchors == (1, 2, 3.5, 4, 5, 6)
    assert anchors.text() == "1, 2, 3.5, 4, 5, 6"
    draft = await desk.choose_decoder("YOLO v8, v11: undecoded heads")
    assert desk.box.strides.isVisible()
    assert not anchors.isVisible()
    assert "anchors" not in draft.fields()["decoder"]
    await desk.editor.close()
