"""Dialogs that are awaited."""

from __future__ import annotations

import asyncio

from PyQt6.QtWidgets import QDialog


async def ask(dialog: QDialog) -> bool:
    """Open a dialog and wait for its end; the rest of the lab goes on meanwhile.

    Returns:
        True where the person accepted it. Cancelling the wait closes the dialog.
    """
    answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def give(result: int) -> None:
        if not answer.done():
            answer.set_result(result)

    dialog.finished.connect(give)
    dialog.open()
    try:
        return await answer == QDialog.DialogCode.Accepted.value
    finally:
        dialog.finished.disconnect(give)
        if not answer.done() or answer.cancelled():
            dialog.reject()
