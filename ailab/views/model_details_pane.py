"""The right half of the model browser: what is known of the selected model."""

from __future__ import annotations

from datetime import datetime

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ailab.viewmodels.model_browser import ModelBrowserViewModel
from ailab.viewmodels.model_browser_state import ModelBrowserState
from ailab.views.model_details_facts import LABELS, facts_of
from ailab.views.model_details_links import ModelDetailsLinks
from ailab.views.model_details_tags import ModelDetailsTags
from ailab.views.model_details_text import ModelDetailsText
from ailab.views.model_details_verdict import ModelDetailsVerdict
from ailab.views.model_message import ModelMessage
from ailab.views.theme import SPACE, SPACE_LARGE, make_card, set_tone


class ModelDetailsPane(QFrame):
    """Shows what the row tells at once, and the rest when it comes.

    Attributes:
        model_id: the model's id.
        verdict: whether it runs here.
        links: buttons for the id and the page.
        values: the facts' values by their label.
        tags: the tags.
        scroll_area: what is shown of a selected model.
        nothing: the words while nothing is selected.
    """

    def __init__(self, view_model: ModelBrowserViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view_model = view_model
        make_card(self)
        self.model_id = ModelDetailsText()
        self.model_id.setAccessibleName("Model id")
        self.model_id.set_heading()
        self.verdict = ModelDetailsVerdict()
        self.links = ModelDetailsLinks()
        self.tags = ModelDetailsTags()
        self.nothing = ModelMessage()
        self.values: dict[str, ModelDetailsText] = {}
        self._tags_label = QLabel()
        set_tone(self._tags_label, "muted")
        self.scroll_area = self._build_scroll()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.nothing)
        self._pages.addWidget(self.scroll_area)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 1, 1, 1)
        outer.addWidget(self._pages)
        self.nothing.say(
            "No model selected", "Select a model to see what it is and whether it runs here."
        )
        self.verdict.retry.clicked.connect(self._on_retry)
        self.show_state(None, view_model.state)

    @property
    def is_showing_details(self) -> bool:
        """A model is shown, not the words in its place."""
        return self._pages.currentWidget() is self.scroll_area

    def show_state(self, old: ModelBrowserState | None, new: ModelBrowserState) -> None:
        """Show what has changed."""
        if old is not None and _seen_of(old) == _seen_of(new):
            return
        if new.selection is None:
            self._pages.setCurrentWidget(self.nothing)
            return
        info = new.details.info if new.details is not None else new.selection
        self.model_id.set_text(info.id)
        self.links.set_target(info.id, new.details.url if new.details is not None else "")
        self.verdict.show_state(new)
        stand_in = "…" if new.details is None and new.details_problem is None else "unknown"
        for label, value in facts_of(info, new.details, datetime.now().astimezone()):
            if label == "Made from" and new.details is not None:
                self.values[label].set_text(value or "none named", is_muted=value is None)
            else:
                self.values[label].set_text(value or stand_in, is_muted=value is None)
        self._tags_label.setText(f"Tags ({len(info.tags)})" if info.tags else "No tags")
        self.tags.set_tags(info.tags)
        self._pages.setCurrentWidget(self.scroll_area)
        if old is None or old.selection is None or old.selection.key != new.selection.key:
            self._scroll_to_top()

    def _build_scroll(self) -> QScrollArea:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(SPACE_LARGE, SPACE_LARGE, SPACE_LARGE, SPACE_LARGE)
        column.setSpacing(12)
        column.addWidget(self.model_id)
        column.addWidget(self.links)
        column.addWidget(self.verdict)
        column.addLayout(self._build_facts())
        column.addWidget(self._tags_label)
        column.addWidget(self.tags)
        column.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        scroll.setAccessibleName("Details of the selected model")
        scroll.setWidget(content)
        viewport = scroll.viewport()
        if viewport is not None:
            viewport.setAutoFillBackground(False)
        content.setAutoFillBackground(False)
        return scroll

    def _build_facts(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_LARGE)
        grid.setVerticalSpacing(SPACE)
        grid.setColumnStretch(1, 1)
        for row, label in enumerate(LABELS):
            name, value = QLabel(label), ModelDetailsText()
            set_tone(name, "muted")
            value.setAccessibleName(label)
            grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, row, 1)
            self.values[label] = value
        return grid

    def _scroll_to_top(self) -> None:
        bar = self.scroll_area.verticalScrollBar()
        if bar is not None:
            bar.setValue(0)

    def _on_retry(self) -> None:
        self._view_model.retry_details()


def _seen_of(state: ModelBrowserState) -> tuple[object, ...]:
    return (
        state.selection,
        state.details,
        state.verdict,
        state.is_loading_details,
        state.details_problem,
    )
