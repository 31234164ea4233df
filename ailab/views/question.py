"""A question before something is lost."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QMessageBox, QPushButton, QWidget


def ask_before(
    parent: QWidget,
    *,
    title: str,
    question: str,
    consequence: str,
    verb: str,
    act: Callable[[], None],
) -> QMessageBox:
    """Ask whether something is to be done; Enter and Escape both leave it undone.

    Args:
        parent: what the question stands over.
        title: of the window.
        question: in one sentence.
        consequence: what is lost, and what stays.
        verb: what the button says that does it.
        act: does it, once it is agreed to.
    """
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(title)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(question)
    box.setInformativeText(consequence)
    cancel = QPushButton("Cancel")
    box.addButton(QPushButton(verb), QMessageBox.ButtonRole.AcceptRole)
    box.addButton(cancel, QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(cancel)
    box.setEscapeButton(cancel)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.accepted.connect(act)
    box.open()
    return box
