"""Dialogs that are awaited."""

from __future__ import annotations

import asyncio

import pytest
from PyQt6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from ailab.views.ask import ask


@pytest.fixture
def dialog(dressed: QApplication, qtbot: QtBot) -> QDialog:
    made = QDialog()
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize("accepts", [True, False])
async def test_that_the_answer_is_awaited_while_the_loop_goes_on(
    dialog: QDialog, accepts: bool
) -> None:
    asking = asyncio.ensure_future(ask(dialog))
    await asyncio.sleep(0)
    assert dialog.isVisible()
    assert not asking.done()
    (dialog.accept if accepts else dialog.reject)()
    assert await asking is accepts
    assert not dialog.isVisible()


async def test_that_cancelling_the_wait_closes_the_dialog(dialog: QDialog) -> None:
    asking = asyncio.ensure_future(ask(dialog))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert not dialog.isVisible()


async def test_that_a_dialog_can_be_asked_again(dialog: QDialog) -> None:
    for _ in range(2):
        asking = asyncio.ensure_future(ask(dialog))
        await asyncio.sleep(0)
        dialog.accept()
        assert await asking
