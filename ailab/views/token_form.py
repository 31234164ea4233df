"""The fields by which a person gives an access token."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from ailab.services.account.token_origin import TokenPlace
from ailab.views.theme import SPACE, SPACE_LARGE, make_card, make_primary
from ailab.views.wrapped_label import WrappedLabel

_PLACES = {
    TokenPlace.KEY_RING: "In the system's key ring",
    TokenPlace.FILE: "In the Hugging Face token file, replacing it",
    TokenPlace.SESSION: "Nowhere: for this session only",
}


class TokenForm(QFrame):
    """A field whose text is never shown, where to keep it, and the button that gives it.

    Args:
        example: how a token begins.
        hint: what the token has to be, and whom it goes to.
        more: a button beside the one that gives it; None for none.
        parent: the widget around it.

    Attributes:
        token: the field for a token.
        place: where the token will be kept.
        only_place: says it where there is nothing to choose.
        give: the button; its words are its owner's.

    Signals:
        given(token): the person gives one.
        place_chosen(place): the person chose a `TokenPlace`.
    """

    given = pyqtSignal(str)
    place_chosen = pyqtSignal(object)

    def __init__(
        self,
        example: str,
        hint: str,
        more: QPushButton | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        make_card(self)
        self._is_open = False
        self.token = QLineEdit()
        self.token.setEchoMode(QLineEdit.EchoMode.Password)
        self.token.setPlaceholderText(example)
        self.token.setAccessibleName("Access token")
        self.place = QComboBox()
        self.place.setAccessibleName("Where the token is kept")
        self.only_place = WrappedLabel("Where the token is kept")
        self.give = QPushButton()
        make_primary(self.give)
        self._lay_out(hint, more)
        self.token.textChanged.connect(self._on_text)
        self.give.clicked.connect(self._on_give)
        self.place.activated.connect(self._on_place)

    def set_open(self, is_open: bool) -> None:
        """Let a token be given, or not."""
        self._is_open = is_open
        self.token.setEnabled(is_open)
        self.place.setEnabled(is_open)
        self._on_text(self.token.text())

    def show_places(
        self, places: Sequence[TokenPlace], place: TokenPlace, *, can_choose: bool
    ) -> None:
        """Show where the token can be kept, and where it will be."""
        if [self.place.itemData(row) for row in range(self.place.count())] != [*places]:
            self.place.clear()
            for each in places:
                self.place.addItem(_PLACES[each], each)
        self.place.setCurrentIndex(places.index(place))
        self.place.setVisible(can_choose)
        self.only_place.setVisible(not can_choose)
        self.only_place.setText(f"{_PLACES[place]}; this lab keeps no token")

    def _lay_out(self, hint: str, more: QPushButton | None) -> None:
        token_label, place_label = QLabel("Access &token"), QLabel("&Keep it")
        token_label.setBuddy(self.token)
        place_label.setBuddy(self.place)
        words = WrappedLabel("", "muted")
        words.setText(hint)
        buttons = QHBoxLayout()
        if more is not None:
            buttons.addWidget(more)
        buttons.addStretch(1)
        buttons.addWidget(self.give)
        grid = QGridLayout(self)
        grid.setContentsMargins(SPACE_LARGE, SPACE_LARGE, SPACE_LARGE, SPACE_LARGE)
        grid.setSpacing(SPACE)
        grid.addWidget(token_label, 0, 0)
        grid.addWidget(self.token, 0, 1)
        grid.addWidget(words, 1, 1)
        grid.addWidget(place_label, 2, 0)
        grid.addWidget(self.place, 2, 1)
        grid.addWidget(self.only_place, 2, 1)
        grid.addLayout(buttons, 3, 0, 1, 2)
        grid.setColumnStretch(1, 1)

    def _on_text(self, text: str) -> None:
        self.give.setEnabled(self._is_open and bool(text.strip()))

    def _on_give(self) -> None:
        self.given.emit(self.token.text())

    def _on_place(self, row: int) -> None:
        self.place_chosen.emit(self.place.itemData(row))
