"""Names that classes usually have, offered in the sheet editor and marked as a guess."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from ailab.services.inference.coco_labels import COCO_LABELS
from ailab.services.inference.usual_names import COCO
from ailab.viewmodels.sheet_editor import SheetEditorViewModel
from ailab.views.sheet_names_box import SheetNamesBox
from ailab.views.sheet_preview import SheetPreview
from fake_pictures import FakePictures
from fake_sheets import GUESS, FakeSheets
from fakes import FakeInference


@pytest.fixture
def sheets() -> FakeSheets:
    sheets = FakeSheets()
    sheets.usual = (COCO,)
    return sheets


async def opened(sheets: FakeSheets, qtbot: QtBot) -> tuple[SheetEditorViewModel, SheetNamesBox]:
    editor = SheetEditorViewModel(sheets, FakeInference(), FakePictures(), debounce=0)
    editor.open("net.onnx", "a.png")
    box = SheetNamesBox(editor)
    qtbot.addWidget(box)
    editor.changed.connect(lambda _, new: box.show_state(new))
    box.show()
    await editor.wait()
    return editor, box


async def test_that_coco_names_are_offered_and_taken_only_by_a_click(
    sheets: FakeSheets, qtbot: QtBot
) -> None:
    editor, box = await opened(sheets, qtbot)
    assert editor.state.draft.labels == ()
    assert box.usual.isVisible()
    assert box.usual.text() == "Guess: the names of COCO"
    assert "guess" in box.usual.toolTip()
    assert "80" in box.usual.toolTip()
    box.usual.click()
    assert editor.state.draft.labels == COCO_LABELS
    await editor.wait()
    assert not box.usual.isVisible()
    assert "COCO's names are a guess" in box.count.text()
    assert sheets.described[-1].labels == COCO_LABELS
    await editor.close()


async def test_that_names_that_were_saved_are_no_guess_any_more(
    sheets: FakeSheets, qtbot: QtBot
) -> None:
    sheets.draft = replace(GUESS, labels=COCO_LABELS)
    sheets.there = b"{}"
    editor, box = await opened(sheets, qtbot)
    assert not box.usual.isVisible()
    assert "guess" not in box.count.text()
    await editor.close()


async def test_that_nothing_is_offered_to_what_finds_no_eighty_classes(
    sheets: FakeSheets, qtbot: QtBot
) -> None:
    editor, box = await opened(sheets, qtbot)
    editor.choose_task("depth-estimation")
    await editor.wait()
    assert not box.usual.isVisible()
    await editor.close()


async def test_that_names_are_offered_where_numbers_stand_for_them(
    sheets: FakeSheets, qtbot: QtBot
) -> None:
    editor = SheetEditorViewModel(sheets, FakeInference(), FakePictures(), debounce=0)
    preview = SheetPreview(editor)
    qtbot.addWidget(preview)
    editor.changed.connect(lambda _, new: preview.show_state(new))
    preview.show()
    editor.open("net.onnx", "")
    await editor.wait()
    assert not preview.usual.isVisible()  # nothing was found yet that lacks a name
    editor.set_picture("a.png")
    await editor.wait()
    assert preview.usual.isVisible()
    assert preview.usual.text() == "Guess: the names of COCO"
    preview.usual.click()
    await editor.wait()
    assert editor.state.draft.labels == COCO_LABELS
    assert not preview.usual.isVisible()
    await editor.close()
