"""What was found in the picture shown, and how it is filtered."""

from __future__ import annotations

from pathlib import PurePath

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QLabel,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ailab.services.inference.features import Features
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.predictions import (
    Classification,
    DepthMap,
    OutputImage,
    Prediction,
    Segmentation,
)
from ailab.viewmodels.picture_scale import PictureScale
from ailab.viewmodels.piece_counts_state import PieceCountsState
from ailab.viewmodels.results import ResultsViewModel
from ailab.viewmodels.results_state import ResultsState
from ailab.views.alike_pictures_box import AlikePicturesBox
from ailab.views.banner import Banner
from ailab.views.beside_box import BesideBox
from ailab.views.depth_legend import DepthLegend
from ailab.views.elided_label import ElidedLabel
from ailab.views.found_list import FoundList
from ailab.views.found_menus import FoundMenus
from ailab.views.found_row import FoundRow
from ailab.views.found_rows import class_rows, depth_rows, label_rows, object_rows
from ailab.views.generated_text_box import GeneratedTextBox
from ailab.views.pieces_box import PiecesBox
from ailab.views.plain_tip import plain_tip
from ailab.views.result_text import (
    count_text,
    label_heading,
    question_text,
    saved_text,
    saved_threshold_text,
    things_heading,
    timing_text,
    totals_list,
    totals_text,
)
from ailab.views.theme import SPACE, SPACE_SMALL, set_tone
from ailab.views.wrapped_label import WrappedLabel

# Words and their figures can be read at this width, for which the smallest window has room.
_LEAST_WIDTH = 140
_LONGEST_NOTE = 400  # letters; one of thousands would leave no room for the others


class ResultsPanel(QWidget):
    """Lists what was found; threshold and labels filter it at once.

    Args:
        results: what is shown and filtered.
        parent: the widget around it.

    Signals:
        object_selected(number): an object was selected; None for none.
        overlay_toggled(is_shown): the overlay was switched on or off.
        opacity_changed(percent): the overlay covers more or less.
        cutout_toggled(is_cut_out): a matte is shown by what it cuts out, or by its region.
    """

    object_selected = pyqtSignal(object)
    overlay_toggled = pyqtSignal(bool)
    opacity_changed = pyqtSignal(int)
    cutout_toggled = pyqtSignal(bool)

    def __init__(self, results: ResultsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._results = results
        self.title = ElidedLabel()
        set_tone(self.title, "heading")
        self.question = WrappedLabel("What the model was asked", "muted")
        self.count = WrappedLabel("How much is shown")
        self.totals = WrappedLabel("What all pictures hold", "muted")
        self.threshold = _slider("Confidence threshold", 50)
        self.threshold_box = QSpinBox()
        self.threshold_box.setRange(0, 100)
        self.threshold_box.setSuffix("%")
        self.threshold_box.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.threshold_box.setAccessibleName("Confidence threshold in percent")
        self.pieces = PiecesBox(results.pieces)
        self.overlay = QCheckBox("Overla&y")
        self.overlay.setChecked(True)
        self.overlay.setToolTip("Show what was found over the picture (H)")
        self.opacity = _slider("Opacity of the overlay", 55)
        self.cutout = QCheckBox("&Cut-out")
        self.cutout.setToolTip("Show the foreground on a checkerboard, with its soft edges")
        self.problem = Banner(can_dismiss=False)
        self.labels_heading = _heading()
        self.labels = FoundList("Labels", is_checkable=True)
        self.depth_legend = DepthLegend()
        self.text_box = GeneratedTextBox()
        self.classes = FoundList("The picture as a whole")
        self.objects_heading = _heading()
        self.objects = FoundList("Objects", is_selectable=True)
        self.menus = FoundMenus(results, self.classes, self.labels, self.objects)
        self.alike = AlikePicturesBox(results.neighbours)
        self.beside = BesideBox(results.beside)
        self.details = WrappedLabel("Details", "muted")
        self.setMinimumWidth(_LEAST_WIDTH)
        self._lay_out()
        self.threshold.valueChanged.connect(self._on_threshold)
        self.threshold_box.valueChanged.connect(self._on_threshold)
        self.overlay.toggled.connect(self.overlay_toggled)
        self.opacity.valueChanged.connect(self.opacity_changed)
        self.cutout.toggled.connect(self.cutout_toggled)
        self.cutout.toggled.connect(self._on_cutout)
        self.labels.label_toggled.connect(results.show_label)
        self.objects.object_selected.connect(self.object_selected)
        results.changed.connect(self._on_changed)
        results.pieces.changed.connect(self._on_pieces)
        self._render(results.state)

    def select_object(self, number: object) -> None:
        """Select an object that was clicked in the picture; None for none."""
        self.objects.select_object(number if isinstance(number, int) else None)

    def _lay_out(self) -> None:
        filters = QGridLayout()
        filters.setHorizontalSpacing(SPACE)
        filters.setVerticalSpacing(SPACE_SMALL)
        self.threshold_name = QLabel("&Threshold")
        self.threshold_name.setBuddy(self.threshold)
        self.threshold_name.setToolTip(
            "What the model is less sure of is hidden; nothing is run again"
        )
        # One below the other: beside each other they are wider than the panel in a small window.
        filters.setColumnStretch(1, 1)
        filters.addWidget(self.threshold_name, 0, 0)
        filters.addWidget(self.threshold_box, 0, 1, Qt.AlignmentFlag.AlignRight)
        filters.addWidget(self.threshold, 1, 0, 1, 2)
        filters.addWidget(self.pieces, 2, 0, 1, 2)
        filters.addWidget(self.overlay, 3, 0)
        filters.addWidget(self.opacity, 3, 1)
        filters.addWidget(self.cutout, 4, 0, 1, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.title)
        column.addLayout(filters)
        column.addWidget(self.problem)
        column.addWidget(self.question)
        column.addWidget(self.count)
        column.addWidget(self.totals)
        column.addWidget(self.text_box, 3)
        column.addWidget(self.depth_legend)
        column.addWidget(self.labels_heading)
        column.addWidget(self.classes, 3)
        column.addWidget(self.labels, 2)
        column.addWidget(self.objects_heading)
        column.addWidget(self.objects, 3)
        column.addWidget(self.alike, 3)
        column.addStretch(0)
        column.addWidget(self.beside, 2)
        column.addWidget(self.details)

    def _on_changed(self, old: ResultsState, new: ResultsState) -> None:
        if old.current_result is not new.current_result:  # whose objects have the same numbers
            self.objects.clearSelection()
        if (
            (old.title, old.weights) != (new.title, new.weights)
            or bool(old.results) != bool(new.results)
            or old.has_threshold != new.has_threshold
            or old.has_failed != new.has_failed
            or old.current_path != new.current_path
            or old.current_result is not new.current_result
            or old.picture is not new.picture
            or old.picture_problem != new.picture_problem
            or old.threshold != new.threshold
            or old.totals != new.totals
            or old.hidden_labels != new.hidden_labels
        ):
            self._render(new)

    def _on_pieces(self, _old: PieceCountsState, _new: PieceCountsState) -> None:
        self._render(self._results.state)

    def _render(self, state: ResultsState) -> None:
        pieces = self._results.pieces.state
        # Where nothing was found out yet, another model may be chosen by now.
        self.title.setText(state.title if state.results else "")
        percent = round(state.threshold * 100)
        for control in (self.threshold, self.threshold_box):
            control.blockSignals(True)
            control.setValue(percent)
            control.blockSignals(False)
        result = state.current_result
        problem = None if result is None else result.problem
        # A picture that can't even be shown says so in its own place.
        is_told = problem is not None and state.picture_problem is None
        self.problem.tell(
            *(("", "") if problem is None or not is_told else (problem.message, problem.advice))
        )
        self.count.setText(count_text(state, pieces))
        self.count.setVisible(not is_told)
        self.totals.setText(totals_text(state, pieces))
        self.totals.setVisible(bool(self.totals.text()))
        self.totals.setToolTip(plain_tip(totals_list(state, pieces)))
        self._render_found(state, state.shown, None if result is None else result.prediction)
        self._render_details(state)

    def _render_found(
        self, state: ResultsState, shown: Prediction | None, whole: Prediction | None
    ) -> None:
        classes: tuple[FoundRow, ...] = ()
        labels: tuple[FoundRow, ...] = ()
        objects: tuple[FoundRow, ...] = ()
        if isinstance(shown, Classification):
            classes = class_rows(shown)
        elif isinstance(shown, DepthMap):
            classes = depth_rows(shown)
        elif shown is not None and whole is not None:
            result = state.current_result
            scale = PictureScale() if result is None else PictureScale.of(result)
            labels = label_rows(shown, whole, self._results.pieces.state.shown, scale)
            # What is not drawn is not listed either: a row stands for a box that can be seen.
            every = object_rows(shown, whole, scale)
            objects = tuple(row for row in every if row.label not in state.hidden_labels)
        self.classes.set_rows(classes)
        self.labels.set_rows(labels, state.hidden_labels)
        self.objects.set_rows(objects)
        is_depth, is_picture = isinstance(whole, DepthMap), isinstance(whole, OutputImage)
        self.labels_heading.setText(label_heading(shown))
        self.labels_heading.setVisible(bool(classes or labels) and not is_depth)
        self.depth_legend.setVisible(is_depth)
        self.question.setText(question_text(whole))
        self.question.setVisible(bool(self.question.text()))
        asked = whole.question if isinstance(whole, GeneratedText | Classification) else ""
        self.question.setToolTip(plain_tip(asked))
        text = shown.text if isinstance(shown, GeneratedText) else ""
        self.text_box.tell(text, is_low=bool(objects))
        thresholds = (self.threshold_name, self.threshold, self.threshold_box)
        for control in thresholds:
            control.setVisible(state.has_threshold)
            control.setEnabled(bool(state.results) or not state.has_failed)
        self.opacity.setToolTip("Moves the line" if is_picture else self.opacity.accessibleName())
        self.objects_heading.setText(things_heading(whole))
        self.objects_heading.setVisible(bool(objects))
        has_none = isinstance(whole, Classification | Features)
        is_text_alone = isinstance(whole, GeneratedText) and not whole.places
        has_overlay = whole is not None and not has_none and not is_text_alone
        self.overlay.setVisible(has_overlay)
        self.opacity.setVisible(has_overlay)
        is_matte = isinstance(whole, Segmentation) and whole.is_matte
        self.cutout.setVisible(is_matte)
        if is_matte and self.cutout.isChecked():  # which these do not change
            for control in (*thresholds, self.opacity):
                control.setVisible(False)

    def _render_details(self, state: ResultsState) -> None:
        result, picture = state.current_result, state.picture
        notes = (*(result.notes if result else ()), *(picture.notes if picture else ()))
        short = (f"{each[:_LONGEST_NOTE]}…" if each[_LONGEST_NOTE:] else each for each in notes)
        lines = list(dict.fromkeys(short))
        if state.weights and state.results:
            lines.append(f"Weights: {state.weights}")
        if result is not None and result.prediction is not None:
            lines.append(timing_text(result))
            lines.append(saved_threshold_text(state) or saved_text(result))
        self.details.setText("\n".join(line for line in lines if line))
        self.details.setVisible(bool(self.details.text()))
        names = [PurePath(file).name for file in result.files] if result else []
        self.details.setToolTip(plain_tip("\n".join(names)))

    def _on_cutout(self, _is_cut_out: bool) -> None:
        self._render(self._results.state)

    def _on_threshold(self, percent: int) -> None:
        self._results.set_threshold(percent / 100)


def _slider(name: str, value: int) -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(0, 100)
    slider.setValue(value)
    slider.setPageStep(10)
    slider.setAccessibleName(name)
    slider.setToolTip(name)
    slider.setMinimumWidth(50)
    return slider


def _heading() -> WrappedLabel:
    return WrappedLabel(tone="heading")
