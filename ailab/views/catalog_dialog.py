"""The dialog that fills the offline catalogue."""

from __future__ import annotations

from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QWidget,
)

from ailab.viewmodels.catalog import CatalogState, CatalogViewModel
from ailab.views.banner import Banner
from ailab.views.catalog_tasks import CatalogTasks
from ailab.views.catalog_words import facts_words, progress_share, progress_words
from ailab.views.dialog_column import DialogColumn
from ailab.views.question import ask_before
from ailab.views.screen_room import resize_within_screen
from ailab.views.single_click_button import SingleClickButton
from ailab.views.theme import make_primary
from ailab.views.wrapped_label import WrappedLabel

_SMALLEST = (420, 420)
_SIZE = (560, 620)
_STEPS = 1000


class CatalogDialog(QDialog):
    """Which tasks' models are kept for searching offline, how old they are, and fetching them.

    Closing it leaves a synchronisation at work.

    Attributes:
        tasks: a box to tick for each task.
        facts: what the catalogue holds.
        status: how far the synchronisation is.
        sync: starts it.
        cancel: stops it.
        clear: forgets everything, once asked.
        question: the last one asked before that; None before the first.
    """

    def __init__(self, view_model: CatalogViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view_model = view_model
        self.setWindowTitle("Offline catalogue")
        self.setMinimumSize(*_SMALLEST)
        resize_within_screen(self, *_SIZE)
        self.facts = WrappedLabel(tone="heading")
        self.tasks = CatalogTasks(view_model)
        self.banner = Banner(can_dismiss=False)
        self.status = WrappedLabel("Progress")
        self.bar = QProgressBar()
        self.sync = SingleClickButton("&Synchronise")
        self.cancel = SingleClickButton("S&top")
        self.clear = QPushButton("C&lear…")
        self.question: QMessageBox | None = None
        self._build()
        self._connect()
        self._show_state(None, view_model.state)

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802 - Qt's name
        """Look anew what the catalogue holds."""
        super().showEvent(event)
        self._view_model.open()

    def _build(self) -> None:
        make_primary(self.sync)
        self.bar.setTextVisible(False)
        self.bar.setRange(0, _STEPS)
        self.sync.setDefault(True)
        words = WrappedLabel(tone="muted")
        words.setText(
            "The models of the tasks ticked here are fetched from the Hub, so that they can be "
            "searched without a network. Weights are not downloaded. Later on only what has "
            "changed is fetched."
        )
        close = QDialogButtonBox()
        close.addButton(QPushButton("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        close.rejected.connect(self.reject)
        actions = QHBoxLayout()
        for button in (self.sync, self.cancel, self.clear):
            actions.addWidget(button)
        actions.addStretch(1)
        actions.addWidget(close)
        column = DialogColumn(self)
        column.addWidget(self.facts)
        column.addWidget(words)
        column.addWidget(self.tasks, 1)
        for widget in (self.banner, self.status, self.bar):
            column.addWidget(widget)
        column.addLayout(actions)

    def _connect(self) -> None:
        self.sync.clicked.connect(self._on_sync)
        self.cancel.clicked.connect(self._on_cancel)
        self.clear.clicked.connect(self._on_clear)
        self._view_model.changed.connect(self._show_state)

    def _show_state(self, old: CatalogState | None, new: CatalogState) -> None:
        self.facts.setText(facts_words(new.facts, self._view_model.age_text()))
        self.tasks.show_state(new)
        self.status.setText(progress_words(new))
        self.status.setVisible(bool(self.status.text()))
        share = progress_share(new)
        self.bar.setRange(0, 0 if share is None else _STEPS)
        self.bar.setValue(int(_STEPS * (share or 0)))
        self.bar.setVisible(new.is_syncing or new.is_clearing)
        self.sync.setVisible(not new.is_syncing)
        self.sync.setEnabled(new.can_sync)
        self.sync.setText("Go &on" if new.is_cancelled else "&Synchronise")
        self.cancel.setVisible(new.is_syncing)
        self.clear.setEnabled(new.can_clear)
        if old is None or old.problem != new.problem:
            problem = new.problem
            self.banner.tell(*((problem.message, problem.advice) if problem else ("",)))

    def _on_sync(self) -> None:
        self._view_model.sync()

    def _on_cancel(self) -> None:
        self._view_model.cancel()

    def _on_clear(self) -> None:
        self.question = ask_before(
            self,
            title="Clear the offline catalogue",
            question="Forget all models of the offline catalogue?",
            consequence="Downloaded models stay. To search offline again, the catalogue has to "
            "be fetched anew.",
            verb="Clear",
            act=self._view_model.clear,
        )
