"""The question before pictures leave this computer."""

from __future__ import annotations

import asyncio

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QMessageBox, QPushButton, QWidget

from ailab.viewmodels.prediction_text import counted
from ailab.viewmodels.sending import Sending


class SendingQuestion:
    """Asks in the window; Enter and Escape both send nothing. A `SendingAsker`.

    Args:
        parent: what the question stands over.

    Attributes:
        box: the question while it is asked; else None.
    """

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent
        self.box: QMessageBox | None = None

    async def __call__(self, sending: Sending) -> bool:
        """True where the person lets the pictures be sent. Cancelling closes the question."""
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        box = QMessageBox(self._parent)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("Send pictures")
        box.setTextFormat(Qt.TextFormat.PlainText)
        pictures = counted(sending.pictures, "picture", "pictures")
        box.setText(f"Send {pictures} to {sending.provider}?")
        box.setInformativeText(
            f"{sending.model} is not run on this computer: {pictures} will be sent to "
            f"{sending.host}, with your access token, and may cost credits of your account. Of "
            "them only the pixels are sent, and neither names nor places. Until ailab is closed, "
            "this is not asked again for this model at this provider."
        )
        send, cancel = QPushButton("Send"), QPushButton("Cancel")
        box.addButton(send, QMessageBox.ButtonRole.AcceptRole)
        box.addButton(cancel, QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(cancel)
        box.setEscapeButton(cancel)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def give() -> None:
            if not answer.done():
                answer.set_result(box.clickedButton() is send)

        box.finished.connect(give)
        self.box = box
        box.open()
        try:
            return await answer
        finally:
            self.box = None
            if answer.cancelled():
                box.finished.disconnect(give)
                box.reject()
