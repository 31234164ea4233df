"""Says that the catalogue on this disk is searched, and how old it is."""

from __future__ import annotations

from PyQt6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from ailab.viewmodels.model_browser import ModelBrowserViewModel
from ailab.viewmodels.model_browser_state import ModelBrowserState
from ailab.viewmodels.offline_text import offline_text
from ailab.views.theme import SPACE, set_banner_tone, set_tone
from ailab.views.wrapped_label import WrappedLabel


class ModelListOffline(QFrame):
    """A strip above the rows, with the way back to the Hub.

    Attributes:
        go_online: asks the Hub again.
    """

    def __init__(self, view_model: ModelBrowserViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view_model = view_model
        self._words = WrappedLabel("Offline")
        self.go_online = QPushButton("&Go online")
        set_banner_tone(self, "warning")
        set_tone(self._words, "warning")
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        row.setSpacing(SPACE)
        row.addWidget(self._words, 1)
        row.addWidget(self.go_online)
        self.go_online.clicked.connect(self._on_go_online)
        self.show_state(view_model.state)

    @property
    def words(self) -> str:
        """What it says."""
        return self._words.text()

    def show_state(self, new: ModelBrowserState) -> None:
        """Say what holds now; nothing while the Hub is asked."""
        self._words.setText(offline_text(new))
        self.go_online.setText("&Go online" if new.wants_offline else "R&etry")
        self.setVisible(new.is_offline)

    def _on_go_online(self) -> None:
        self._view_model.go_online()
