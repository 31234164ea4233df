"""The tab that says what a model is and whether it runs here."""

from __future__ import annotations

from datetime import datetime

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from ailab.services.architecture.config_sheet import ConfigSheet
from ailab.services.images.picture import Picture
from ailab.services.inference.label_nouns import label_nouns_of
from ailab.viewmodels.model_browser_state import ModelBrowserState
from ailab.views.model_architecture_labels import ModelArchitectureLabels
from ailab.views.model_card_link_bar import ModelCardLinkBar
from ailab.views.model_details_facts import LABELS, OPTIONAL, facts_of
from ailab.views.model_details_gate import ModelDetailsGate
from ailab.views.model_details_link_text import ModelDetailsLinkText
from ailab.views.model_details_preview import ModelDetailsPreview
from ailab.views.model_details_table import ModelDetailsTable
from ailab.views.model_details_tags import ModelDetailsTags
from ailab.views.model_details_verdict import ModelDetailsVerdict
from ailab.views.theme import SPACE, SPACE_LARGE, set_tone

_MOST_EVALUATIONS = 30


class ModelDetailsOverview(QWidget):
    """Verdict, conditions, a picture, facts, results and tags.

    Attributes:
        verdict: whether it runs here.
        gate: what its author asks for first.
        preview: a picture of what it is for.
        values: the facts' values by their label.
        classes: what it tells apart, where its configuration was read and has names.
        evaluations: results that its card names.
        tags: the tags.
        link_bar: where a link leads.
        scroll_area: all of it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.verdict = ModelDetailsVerdict()
        self.gate = ModelDetailsGate()
        self.preview = ModelDetailsPreview()
        self.values: dict[str, ModelDetailsLinkText] = {}
        self._names: dict[str, QLabel] = {}
        self.classes = ModelArchitectureLabels()
        self.classes.hide()
        titles = ("Measure", "Value", "On")
        self.evaluations = ModelDetailsTable("Evaluation results", (34, 22, 44), titles)
        self._evaluations_label = QLabel("Results, as its author tells")
        self.tags = ModelDetailsTags()
        self._tags_label = QLabel()
        self.link_bar = ModelCardLinkBar()
        for label in (self._evaluations_label, self._tags_label):
            set_tone(label, "muted")
            label.setWordWrap(True)
        self.scroll_area = self._build_scroll()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.scroll_area, 1)
        outer.addWidget(self.link_bar)

    def set_preview(self, picture: Picture | None) -> None:
        """Show a picture of what the model is for, or none."""
        self.preview.set_picture(picture)

    def show_state(self, new: ModelBrowserState) -> None:
        """Show the selected model."""
        details = new.details
        info = details.info if details is not None else new.selection
        if info is None:
            return
        self.verdict.show_state(new)
        self.gate.show_state(new)
        stand_in = "…" if details is None and new.details_problem is None else "unknown"
        for label, lines in facts_of(info, details, datetime.now().astimezone()):
            value = self.values[label]
            is_seen = bool(lines) or label not in OPTIONAL
            value.setVisible(is_seen)
            self._names[label].setVisible(is_seen)
            if any(address for _, address in lines):
                value.set_lines(lines)
            elif label == "Made from" and details is not None and not lines:
                value.set_text("none named", is_muted=True)
            else:
                text = "\n".join(words for words, _ in lines)
                value.set_text(text or stand_in, is_muted=not lines)
        results = details.evaluations if details is not None else ()
        shown = results[:_MOST_EVALUATIONS]
        self.evaluations.set_rows(
            tuple((r.metric, r.value, " · ".join(filter(None, (r.dataset, r.task)))) for r in shown)
        )
        self._evaluations_label.setVisible(bool(results))
        self._tags_label.setText(f"Tags ({len(info.tags)})" if info.tags else "No tags")
        self.tags.set_tags(info.tags)

    def show_classes(self, sheet: ConfigSheet | None) -> None:
        """Show what the model tells apart, as far as its configuration is known and names it."""
        labels = sheet.labels if sheet is not None and sheet.names else ()
        self.classes.show_labels(
            labels, label_nouns_of("" if sheet is None else sheet.architecture)
        )

    def start_anew(self) -> None:
        """Another model is shown: from its top, with nothing left of the one before."""
        self.link_bar.hide()
        bar = self.scroll_area.verticalScrollBar()
        if bar is not None:
            bar.setValue(0)

    def _build_scroll(self) -> QScrollArea:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(SPACE_LARGE, 12, SPACE_LARGE, SPACE_LARGE)
        column.setSpacing(12)
        column.addWidget(self.verdict)
        column.addWidget(self.gate)
        column.addWidget(self.preview)
        column.addLayout(self._build_facts())
        column.addWidget(self.classes)
        column.addWidget(self._evaluations_label)
        column.addWidget(self.evaluations)
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
            name, value = QLabel(label), ModelDetailsLinkText()
            set_tone(name, "muted")
            value.setAccessibleName(label)
            value.link_chosen.connect(self.link_bar.ask)
            grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, row, 1)
            self._names[label] = name
            self.values[label] = value
        return grid
