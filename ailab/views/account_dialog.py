"""The dialog in which a person signs in to the Hub."""

from __future__ import annotations

from PyQt6.QtCore import QUrl
from PyQt6.QtGui import QDesktopServices, QResizeEvent
from PyQt6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QWidget,
)

from ailab.viewmodels.account import AccountViewModel
from ailab.viewmodels.account_state import AccountState
from ailab.views.banner import Banner
from ailab.views.dialog_column import DialogColumn
from ailab.views.fit_height import fit_height
from ailab.views.theme import set_tone
from ailab.views.token_form import TokenForm
from ailab.views.wrapped_label import WrappedLabel

_WIDTH = 520
_HINT = (
    "Make one on the Hub with the permission “read”: that is all that ailab needs. It is sent to "
    "the Hub alone."
)


class AccountDialog(QDialog):
    """Paste a token and sign in; or see whose account it is, and sign out.

    Attributes:
        headline: who is signed in.
        explanation: where the token lies, and what it may do.
        token: the field for a token, whose text is never shown.
        place: where the token will be kept.
        only_place: says it where there is nothing to choose.
        sign_in: checks and keeps the token.
        sign_out: forgets it.
        remove_file: removes the Hugging Face token file.
        check_again: asks the Hub once more.
        banner: what went wrong, or what is worth knowing.
    """

    def __init__(self, view_model: AccountViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view_model = view_model
        self.setWindowTitle("Hugging Face account")
        self.headline = QLabel()
        set_tone(self.headline, "heading")
        self.explanation = WrappedLabel("About the token", "muted")
        self.banner = Banner()
        self.get_token = QPushButton("&Get a token…")
        self._form = TokenForm("hf_…", _HINT, self.get_token)
        self.token = self._form.token
        self.place = self._form.place
        self.only_place = self._form.only_place
        self.sign_in = self._form.give
        self.sign_out = QPushButton("Sign &out")
        self.remove_file = QPushButton("&Remove the token file")
        self.check_again = QPushButton("Chec&k again")
        self._lay_out()
        self._connect()
        self._show(view_model.state)

    def done(self, result: int) -> None:
        """Leave no token behind in the field."""
        self.token.clear()
        super().done(result)

    def _lay_out(self) -> None:
        actions = QHBoxLayout()
        for button in (self.sign_out, self.remove_file, self.check_again):
            actions.addWidget(button)
        actions.addStretch(1)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        layout = DialogColumn(self)
        layout.addWidget(self.headline)
        layout.addWidget(self.explanation)
        layout.addWidget(self.banner)
        layout.addWidget(self._form)
        layout.addLayout(actions)
        layout.addStretch(1)
        layout.addWidget(close)
        self.setMinimumWidth(_WIDTH)
        self.sign_in.setDefault(True)
        self.token.setFocus()

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        """Wrapped words are lower where the dialog is wider."""
        super().resizeEvent(event)
        fit_height(self)

    def _connect(self) -> None:
        self._form.given.connect(self._view_model.sign_in)
        self._form.place_chosen.connect(self._view_model.set_place)
        self.sign_out.clicked.connect(self._view_model.sign_out)
        self.remove_file.clicked.connect(self._view_model.remove_file)
        self.check_again.clicked.connect(self._view_model.check_again)
        self.get_token.clicked.connect(self._on_get_token)
        self.banner.dismissed.connect(self._view_model.dismiss)
        self._view_model.changed.connect(self._on_changed)

    def _on_changed(self, _: AccountState, new: AccountState) -> None:
        self._show(new)

    def _show(self, state: AccountState) -> None:
        self.headline.setText(state.headline)
        set_tone(self.headline, "success" if state.is_signed_in else "heading")
        self.explanation.setText(state.explanation)
        has_form = state.origin is None
        is_new_form = has_form and self._form.isHidden()
        self._form.setVisible(has_form)
        self._form.set_open(state.can_sign_in)
        self.sign_in.setText("Checking…" if state.is_busy and state.has_looked else "&Sign in")
        self.sign_out.setVisible(state.origin is not None)
        self.sign_out.setEnabled(state.can_sign_out)
        self.remove_file.setVisible(state.can_remove_file)
        self.check_again.setVisible(state.can_sign_out and not state.is_signed_in)
        if state.is_signed_in:
            self.token.clear()
        can_choose = len(state.places) > 1 or not state.has_looked
        self._form.show_places(state.places, state.place, can_choose=can_choose)
        if state.problem is not None:
            self.banner.tell(state.problem.message, state.problem.advice)
        else:
            self.banner.tell(state.notice, tone="warning")
        if is_new_form:
            self.token.setFocus()
        fit_height(self)

    def _on_get_token(self) -> None:
        QDesktopServices.openUrl(QUrl(self._view_model.tokens_page))
