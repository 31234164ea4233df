"""A line in the window that says who is signed in."""

from __future__ import annotations

from PyQt6.QtWidgets import QToolButton, QWidget

from ailab.viewmodels.account import AccountViewModel
from ailab.viewmodels.account_state import AccountState


class AccountButton(QToolButton):
    """“Signed in as …” or “Not signed in”; a press is for whoever opens the dialog.

    Args:
        view_model: the account.
        parent: the widget around it.
    """

    def __init__(self, view_model: AccountViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoRaise(True)
        self.setAccessibleName("Hugging Face account")
        view_model.changed.connect(self._on_changed)
        self._show(view_model.state)

    def _on_changed(self, _: AccountState, new: AccountState) -> None:
        self._show(new)

    def _show(self, state: AccountState) -> None:
        self.setText(state.headline)
        self.setToolTip(
            state.problem.message if state.problem is not None else "Hugging Face account…"
        )
