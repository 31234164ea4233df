"""Normalisations in the sheet editor, as a person chooses them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ailab.viewmodels.sheet_editor import SheetEditorViewModel
from ailab.views.sheet_choice import SheetChoice
from ailab.views.sheet_dialog import SheetDialog
from fake_pictures import FakePictures
from fake_sheets import FakeSheets
from fakes import FakeInference

OWN = "Own mean and deviation"


@asynccontextmanager
async def a_dialog(qtbot: QtBot) -> AsyncIterator[SheetDialog]:
    editor = SheetEditorViewModel(FakeSheets(), FakeInference(), FakePictures(), debounce=0)
    editor.open("some/folder/net.onnx", "a.png")
    dialog = SheetDialog(editor)
    qtbot.addWidget(dialog)
    dialog.show()
    await editor.wait()
    yield dialog
    await editor.close()


def choose(field: SheetChoice, text: str) -> None:
    index = field.findText(text)
    assert index >= 0, f"{text} is not offered"
    field.setCurrentIndex(index)
    field.activated.emit(index)


@pytest.mark.parametrize("usual", ["ImageNet mean and deviation", "CLIP mean and deviation"])
async def test_that_own_values_can_be_chosen_straight_from_usual_ones(
    dressed: QApplication, qtbot: QtBot, usual: str
) -> None:
    async with a_dialog(qtbot) as dialog:
        values = dialog.values
        choose(values.normalisation, usual)
        assert not values.mean[0].isVisible()
        choose(values.normalisation, OWN)
        assert values.normalisation.currentText() == OWN
        assert values.mean[0].isVisible()
        assert values.mean[0].value() == pytest.approx(0.48, abs=0.01)
        choose(values.normalisation, usual)
        assert values.normalisation.currentText() == usual


async def test_that_the_fields_of_own_values_stay_while_usual_ones_are_typed(
    dressed: QApplication, qtbot: QtBot
) -> None:
    async with a_dialog(qtbot) as dialog:
        values = dialog.values
        choose(values.normalisation, "ImageNet mean and deviation")
        choose(values.normalisation, OWN)
        for mean in (0.4, 0.485):
            values.mean[0].setValue(mean)
            assert values.normalisation.currentText() == OWN
            assert values.mean[0].isVisible()


async def test_that_a_range_that_own_values_make_is_not_shown_as_chosen(
    dressed: QApplication, qtbot: QtBot
) -> None:
    async with a_dialog(qtbot) as dialog:
        values = dialog.values
        choose(values.scaling, "\N{MINUS SIGN}1 to 1")
        choose(values.normalisation, OWN)
        assert values.scaling.currentText() == "0 to 1"
        assert values.std[0].value() == 0.5
        choose(values.scaling, "\N{MINUS SIGN}1 to 1")
        assert values.normalisation.currentText() == "None"
