"""Strides and anchors as a person types them into a sheet."""

from __future__ import annotations

from dataclasses import replace

from ailab.viewmodels.sheet_editor import SheetEditorViewModel
from fake_pictures import FakePictures
from fake_sheets import FakeSheets
from fakes import FakeInference


async def test_that_anchors_are_typed_as_strides_are() -> None:
    editor = SheetEditorViewModel(FakeSheets(), FakeInference(), FakePictures(), debounce=0)
    editor.open("net.onnx", "a.png")
    await editor.wait()
    editor.type_numbers("anchors", "ten")  # which YOLOX has none of
    assert editor.state.mistake == ""
    editor.edit(replace(editor.state.draft, decoder="yolo-v5-heads"))
    assert editor.state.mistake.startswith("Anchors are widths and heights by turns, up to 16,384")
    editor.type_numbers("strides", "none")
    editor.type_numbers("anchors", "1, 2, 3")
    assert editor.state.mistyped == {"strides": "none", "anchors": "1, 2, 3"}
    editor.type_numbers("strides", "8 16 32")
    assert not editor.state.can_save
    editor.type_numbers("anchors", ", ".join(str(each) for each in range(1, 13)))
    await editor.wait()
    assert editor.state.draft.anchors == tuple(range(1, 13))
    assert editor.state.mistake == ""
    await editor.close()
