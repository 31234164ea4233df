"""The dialog in which a person gives an access token for a server of models."""

from __future__ import annotations

from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QWidget,
)

from ailab.viewmodels.server_token import ServerTokenViewModel
from ailab.viewmodels.server_token_state import ServerTokenState
from ailab.views.banner import Banner
from ailab.views.dialog_column import DialogColumn
from ailab.views.fit_height import fit_height
from ailab.views.theme import set_tone
from ailab.views.token_form import TokenForm
from ailab.views.wrapped_label import WrappedLabel

_WIDTH = 520
_HINT = "Whoever runs the server gives you one. It is sent as “Authorization: Bearer …”."


class ServerTokenDialog(QDialog):
    """Paste a token, in place of the one before; or see that one is kept, and remove it.

    Attributes:
        headline: whether a token is kept.
        explanation: where it lies, and whom it goes to.
        form: the fields for a token.
        remove: removes the one that is kept.
        banner: what went wrong, or what is worth knowing.
    """

    def __init__(self, view_model: ServerTokenViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view_model = view_model
        self.setWindowTitle("Access token of a server")
        self.headline = QLabel()
        set_tone(self.headline, "heading")
        self.explanation = WrappedLabel("About the token", "muted")
        self.banner = Banner()
        self.form = TokenForm("", _HINT)
        self.remove = QPushButton("&Remove the token")
        self._lay_out()
        self.form.given.connect(view_model.give)
        self.form.place_chosen.connect(view_model.set_place)
        self.remove.clicked.connect(view_model.remove)
        self.banner.dismissed.connect(view_model.dismiss)
        view_model.changed.connect(self._on_changed)
        self._show(view_model.state)

    def done(self, result: int) -> None:
        """Leave no token behind in the field."""
        self.form.token.clear()
        super().done(result)

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        """Wrapped words are lower where the dialog is wider."""
        super().resizeEvent(event)
        fit_height(self)

    def _lay_out(self) -> None:
        actions = QHBoxLayout()
        actions.addWidget(self.remove)
        actions.addStretch(1)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        layout = DialogColumn(self)
        layout.addWidget(self.headline)
        layout.addWidget(self.explanation)
        layout.addWidget(self.banner)
        layout.addWidget(self.form)
        layout.addLayout(actions)
        layout.addStretch(1)
        layout.addWidget(close)
        self.setMinimumWidth(_WIDTH)
        self.form.give.setDefault(True)
        self.form.token.setFocus()

    def _on_changed(self, old: ServerTokenState, new: ServerTokenState) -> None:
        if new.origin is not None and old.is_busy and not new.is_busy and new.problem is None:
            self.form.token.clear()
        if new.server == old.server:
            self._show(new)

    def _show(self, state: ServerTokenState) -> None:
        self.headline.setText(state.headline)
        self.explanation.setText(state.explanation)
        self.form.setVisible(state.is_private)
        self.form.set_open(state.can_give)
        is_checking = state.is_busy and state.has_looked
        words = "&Use the token" if state.origin is None else "&Use it instead"
        self.form.give.setText("Checking…" if is_checking else words)
        can_choose = len(state.places) > 1 or not state.has_looked
        self.form.show_places(state.places, state.place, can_choose=can_choose)
        self.remove.setVisible(state.can_remove)
        if state.problem is not None:
            self.banner.tell(state.problem.message, state.problem.advice)
        else:
            self.banner.tell(state.notice, tone="warning")
        fit_height(self)
