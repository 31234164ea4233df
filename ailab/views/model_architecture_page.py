"""The tab of a model's architecture."""

from __future__ import annotations

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ailab.services.architecture.config_sheet import ConfigSheet
from ailab.services.architecture.found_layers import FoundLayers
from ailab.services.inference.label_nouns import label_nouns_of
from ailab.services.problem import Problem
from ailab.viewmodels.model_pages import ModelPagesViewModel
from ailab.viewmodels.model_pages_state import ModelPagesState
from ailab.views.banner import Banner
from ailab.views.elided_combo_box import ElidedComboBox
from ailab.views.model_architecture_labels import ModelArchitectureLabels
from ailab.views.model_architecture_rows import TITLES, found_words, layer_rows, summary_rows
from ailab.views.model_busy_bar import ModelBusyBar
from ailab.views.model_details_step import ModelDetailsStep
from ailab.views.model_details_table import ModelDetailsTable
from ailab.views.model_details_tree import ModelDetailsTree
from ailab.views.plain_tip import plain_tip
from ailab.views.theme import SPACE, SPACE_LARGE, SPACE_SMALL, set_tone
from ailab.views.wrapped_label import WrappedLabel

_SEARCH_MS = 120
_MOST_OPENED = 120
_TREE_HEIGHT = 320


class ModelArchitecturePage(QWidget):
    """What the configuration says, the classes, and the layers from a file's header.

    Attributes:
        summary: the network in a few lines.
        labels: its classes, or answers.
        weights: which file the layers are told by.
        search: which layers.
        layers: the layers.
        settings: everything else that the configuration says.
        banner: what failed.
        retry: asks again; connected by whoever knows whom to ask.
        step: another way out.
        scroll_area: all of it.
    """

    def __init__(self, pages: ModelPagesViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pages = pages
        self._shown: FoundLayers | None = None
        self.summary = ModelDetailsTable("The network")
        self.labels = ModelArchitectureLabels()
        self.weights = ElidedComboBox()
        self.search = QLineEdit()
        self.layers = ModelDetailsTree("Layers of the network", TITLES, "name")
        self.settings = ModelDetailsTable("The configuration")
        self.banner = Banner(can_dismiss=False)
        self.retry = QPushButton("&Retry")
        self.step = ModelDetailsStep()
        self._busy = ModelBusyBar()
        self._told = WrappedLabel(tone="muted")
        self._notes = WrappedLabel(tone="warning")
        self._settings_label = _heading("Configuration")
        self._layers_label = _heading("Layers")
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_SEARCH_MS)
        self._build()
        self._rest.timeout.connect(self._on_search_rests)
        self.search.textChanged.connect(self._on_search)
        self.weights.activated.connect(self._on_weights)

    @property
    def words(self) -> str:
        """What it says of the layers, and of what failed."""
        shown = (self._told, self._notes, self.banner.message, self.banner.advice)
        return "\n".join(label.text() for label in shown if not label.isHidden() and label.text())

    def show_pages(self, new: ModelPagesState) -> None:
        """Show what is known of the network."""
        config, layers = new.config, new.layers
        outline = layers.value.outline if layers.value is not None else None
        self._busy.set_busy(
            config.is_loading
            or layers.is_loading
            or (new.details is None and new.details_problem is None)
        )
        self.summary.set_rows(summary_rows(new.details, config.value, outline))
        sheet = config.value or ConfigSheet()
        self.labels.show_labels(sheet.labels, label_nouns_of(sheet.architecture))
        facts = config.value.facts if config.value is not None else ()
        self.settings.set_rows(facts)
        self._settings_label.setVisible(bool(facts))
        self._show_problem(new.details_problem or config.problem or layers.problem)
        self._show_weights(new)
        self._show_words(new)
        if layers.value is None and not new.layer_search:
            self.search.clear()
            self._rest.stop()
        self._show_layers(layers.value)

    def _build(self) -> None:
        self.weights.setAccessibleName("File of weights")
        self.weights.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.weights.setMinimumContentsLength(10)
        self.search.setPlaceholderText("Search the layers")
        self.search.setAccessibleName("Search the layers")
        self.search.setClearButtonEnabled(True)
        self.layers.setFixedHeight(_TREE_HEIGHT)
        self.retry.setAccessibleName("Retry to read the architecture")
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(SPACE_LARGE, SPACE, SPACE_LARGE, SPACE_LARGE)
        column.setSpacing(SPACE)
        column.addWidget(self._busy)
        column.addWidget(self.banner)
        ways_out = QHBoxLayout()
        ways_out.setSpacing(SPACE)
        ways_out.addWidget(self.retry)
        ways_out.addWidget(self.step)
        ways_out.addStretch()
        column.addLayout(ways_out)
        column.addWidget(self.summary)
        column.addWidget(self.labels)
        column.addSpacing(SPACE_SMALL)
        column.addWidget(self._layers_label)
        column.addWidget(self.weights)
        column.addWidget(self._told)
        column.addWidget(self._notes)
        column.addWidget(self.search)
        column.addWidget(self.layers)
        column.addSpacing(SPACE_SMALL)
        column.addWidget(self._settings_label)
        column.addWidget(self.settings)
        column.addStretch()
        self.scroll_area = QScrollArea()
        self.scroll_area.setWidgetResizable(True)
        self.scroll_area.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll_area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll_area.setAccessibleName("Architecture of the selected model")
        self.scroll_area.setWidget(content)
        viewport = self.scroll_area.viewport()
        if viewport is not None:
            viewport.setAutoFillBackground(False)
        content.setAutoFillBackground(False)
        outer = QGridLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.scroll_area)

    def _show_problem(self, problem: Problem | None) -> None:
        self.retry.setVisible(problem is not None)
        self.step.offer(problem)
        if problem is None:
            self.banner.hide()
        else:
            self.banner.tell(problem.message, problem.advice, "error")

    def _show_weights(self, new: ModelPagesState) -> None:
        shown = tuple(self.weights.itemText(at) for at in range(self.weights.count()))
        if new.weights != shown:
            self.weights.clear()
            self.weights.addItems(new.weights)
        self.weights.setCurrentText(new.weights_path)
        self.weights.setToolTip(plain_tip(new.weights_path))
        self.weights.setVisible(bool(new.weights))

    def _show_words(self, new: ModelPagesState) -> None:
        self._layers_label.setVisible(new.details is not None)
        words = found_words(new.layers)
        if new.details is not None and not new.weights:
            words = "It has no safetensors or ONNX file, which would tell of its layers."
        self._told.setText(words if new.details is not None else "")
        self._told.setVisible(bool(self._told.text()))
        found = new.layers.value
        notes = "\n".join(found.outline.notes) if found is not None else ""
        self._notes.setText(notes)
        self._notes.setVisible(bool(notes))

    def _show_layers(self, found: FoundLayers | None) -> None:
        has_layers = found is not None and bool(found.outline.tensors)
        self.layers.setVisible(has_layers)
        self.search.setVisible(has_layers)
        before, self._shown = self._shown, found
        if found is None:
            self.layers.show_rows((), 0)
        elif before is None or before.search != found.search:
            self.layers.show_rows(layer_rows(found.tree), _depth_for(found))
        elif before is not found:
            self.layers.update_rows(layer_rows(found.tree))

    def _on_search(self, _text: str) -> None:
        self._rest.start()

    def _on_search_rests(self) -> None:
        self._pages.search_layers(self.search.text())

    def _on_weights(self) -> None:
        self._pages.set_weights(self.weights.currentText())


def _depth_for(found: FoundLayers) -> int:
    """How far the tree is opened: as far as the eye, and Qt, can take in at once."""
    tree = found.tree
    if tree.count <= _MOST_OPENED:
        return -1
    opened = sum(len(group.groups) + len(group.tensors) for group in tree.groups)
    return 1 if opened <= _MOST_OPENED else 0


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    set_tone(label, "heading")
    return label
