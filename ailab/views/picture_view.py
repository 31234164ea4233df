"""The picture shown, its overlay, and how large it is."""

from __future__ import annotations

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from ailab.services.images.picture import Picture
from ailab.services.images.picture_reference import parse_picture
from ailab.viewmodels.beside_state import BesideState
from ailab.viewmodels.piece_counts_state import PieceCountsState
from ailab.viewmodels.prediction_text import summary
from ailab.viewmodels.results import ResultsViewModel
from ailab.viewmodels.results_state import ResultsState
from ailab.views.beside_pane import BesidePane
from ailab.views.elided_label import ElidedLabel
from ailab.views.linked_canvases import LinkedCanvases
from ailab.views.picture_canvas import PictureCanvas
from ailab.views.picture_caption import PictureCaption
from ailab.views.prediction_overlay import PredictionOverlay
from ailab.views.split_pictures import SplitPictures, captioned
from ailab.views.tab_order import let_follow
from ailab.views.theme import SPACE, SPACE_SMALL, set_tone
from ailab.views.twin_marks import TwinMarks
from ailab.views.wrapped_label import WrappedLabel

_PATIENCE_MS = 200
_LETTERS = 12
"""Of a name; where fewer have room beside the buttons it stands above them."""


class PictureView(QWidget):
    """Shows the current picture, or says in words why there is none.

    Where another run is held beside the one shown, the picture is there twice, each time under the
    overlay of one of both, and how these differ stands above them.

    Args:
        results: what is shown.
        parent: the widget around it.
    """

    def __init__(self, results: ResultsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._results = results
        self.overlay = PredictionOverlay()
        self.canvas = PictureCanvas(self.overlay)
        self.caption = PictureCaption("A")
        self.difference = WrappedLabel("How A and B differ in this picture")
        self.beside: BesidePane | None = None
        self._links: LinkedCanvases | None = None
        self._marks = TwinMarks(results.beside, self.canvas)
        self._split = SplitPictures(captioned(self.caption, self.canvas))
        self._percent, self._is_cut_out, self._is_overlay_shown = 55, False, True
        self.name = ElidedLabel()
        self.name.setAccessibleName("Name of the picture")
        self.zoom = QToolButton()
        self.zoom.setMinimumWidth(self.zoom.fontMetrics().horizontalAdvance("3200%") + SPACE)
        self.title = _centred()
        font = self.title.font()
        font.setPointSizeF(font.pointSizeF() * 1.25)
        self.title.setFont(font)
        self.words = _centred()
        set_tone(self.words, "muted")
        self._bar = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._buttons = QHBoxLayout()
        self._zooming: list[QToolButton] = []
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE_MS)
        self._patience.timeout.connect(self.say_loading)
        self._lay_out()
        self.canvas.zoomed.connect(self._on_zoomed)
        self.canvas.overlay_toggled.connect(self._on_overlay_toggled)
        self._marks.changed.connect(self._on_marked)
        results.changed.connect(self._on_changed)
        results.pieces.changed.connect(self._on_pieces)
        results.beside.changed.connect(self._on_beside)
        self._render_beside(results.beside.state)
        self._render_picture(results.state)
        self._render_overlay(results.state)

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        """Put the picture's name above the buttons where it has no room beside them."""
        super().resizeEvent(event)
        beside, below = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        room = self.width() - self._buttons.sizeHint().width()
        is_narrow = room < _LETTERS * self.fontMetrics().averageCharWidth()
        direction = below if is_narrow else beside
        if direction != self._bar.direction():
            self._bar.setDirection(direction)
            self._bar.update()

    def mark(self, number: object) -> None:
        """Let one object stand out, and the same one beside it; None lets all be equal."""
        self._marks.mark(0, number if isinstance(number, int) else None)

    def set_opacity(self, percent: int) -> None:
        """Set how much the overlay covers, 0 to 100."""
        self._percent = percent
        for canvas in self._canvases:
            canvas.overlay.set_opacity(percent / 100)
            canvas.update()

    def show_cutout(self, is_cut_out: bool) -> None:
        """Show what a matte cuts out, rather than its region."""
        self._is_cut_out = is_cut_out
        for canvas in self._canvases:
            canvas.overlay.show_cutout(is_cut_out)
            canvas.update()

    def say_loading(self) -> None:
        """Say that a picture is on its way, where it takes long enough to be noticed."""
        state = self._results.state
        if state.is_loading_picture and state.current_path is not None:
            self._show(None)
            self._say(f"Opening {parse_picture(state.current_path).name} …", "")

    def _lay_out(self) -> None:
        self._bar.setSpacing(SPACE_SMALL)
        self._bar.addWidget(self.name, 1)
        self._buttons.setSpacing(SPACE_SMALL)
        self._bar.addLayout(self._buttons)
        for button, text, tip, slot in (
            (QToolButton(), "\N{MINUS SIGN}", "Zoom out (Ctrl+-)", self.canvas.zoom_out),
            (self.zoom, "100%", "Show the full size (Ctrl+1)", self.canvas.show_full_size),
            (QToolButton(), "+", "Zoom in (Ctrl++)", self.canvas.zoom_in),
            (QToolButton(), "Fit", "Show the whole picture (Ctrl+0)", self.canvas.fit),
        ):
            button.setText(text)
            button.setToolTip(tip)
            button.setAccessibleName(tip.partition(" (")[0])
            button.setAutoRaise(True)
            button.setEnabled(False)
            button.clicked.connect(slot)
            self._buttons.addWidget(button)
            self._zooming.append(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_SMALL)
        column.addLayout(self._bar)
        column.addWidget(self.difference)
        column.addWidget(self._split, 1)
        words = QVBoxLayout(self.canvas)
        words.setContentsMargins(20, 20, 20, 20)
        words.setSpacing(SPACE)
        words.addStretch()
        words.addWidget(self.title)
        words.addWidget(self.words)
        words.addStretch()

    def _on_changed(self, old: ResultsState, new: ResultsState) -> None:
        if (old.current_path, old.picture, old.is_loading_picture, old.picture_problem) != (
            new.current_path,
            new.picture,
            new.is_loading_picture,
            new.picture_problem,
        ):
            self._render_picture(new)
            self._render_overlay(new)
        elif (
            old.current_result is not new.current_result
            or old.maps is not new.maps
            or old.threshold != new.threshold
            or old.hidden_labels != new.hidden_labels
        ):
            self._render_overlay(new)

    def _on_pieces(self, old: PieceCountsState, new: PieceCountsState) -> None:
        if old.left_out is not new.left_out:
            self._render_overlay(self._results.state)

    def _render_picture(self, state: ResultsState) -> None:
        path = state.current_path
        self.name.setText("" if path is None else parse_picture(path).name)
        self.canvas.invite(path is None)
        self._patience.stop()
        if state.picture is not None:
            self._show(state.picture)
            self._say("", "")
        elif state.picture_problem is not None:
            self._show(None)
            self._say(state.picture_problem.message, state.picture_problem.advice, is_error=True)
        elif state.is_loading_picture:
            # The picture before stays a moment, without its overlay, so that stepping through a
            # folder does not flicker.
            self._say("", "")
            self._patience.start()
        else:
            self._show(None)
            self._say(
                "Drop a picture or a folder here",
                "Or choose one under Input, or paste one with Ctrl+V.",
            )

    def _render_overlay(self, state: ResultsState) -> None:
        result, picture = state.current_result, state.picture
        beside = self._results.beside.state
        if result is None or picture is None or beside.awaits_differences:
            self.overlay.set_prediction(None, 1, 1)
        else:
            size = (picture.full_width, picture.full_height)
            maps, left_out = beside.maps_of(0, state.maps), beside.left_out(0)
            self.overlay.set_prediction(
                result.prediction, *size, maps, pixel_size=result.pixel_size
            )
            self.overlay.filter(state.shown, state.hidden_labels, state.threshold, left_out)
            uncounted = self._results.pieces.state.left_out
            is_its = uncounted is not None and uncounted.result is result
            self.overlay.hatch(uncounted if is_its else None)
        self._marks.refresh()
        if self.beside is not None:
            self._render_beside(beside)

    @property
    def _canvases(self) -> tuple[PictureCanvas, ...]:
        return (self.canvas,) if self.beside is None else (self.canvas, self.beside.canvas)

    def _show(self, picture: Picture | None) -> None:
        for canvas in self._canvases:
            canvas.set_picture(picture)
        if picture is not None:
            self._split.suit(picture.full_width, picture.full_height)

    def _on_overlay_toggled(self, is_shown: bool) -> None:
        self._is_overlay_shown = is_shown
        for canvas in self._canvases:
            canvas.show_overlay(is_shown)

    def _on_marked(self) -> None:
        self._render_beside(self._results.beside.state)

    def _on_beside(self, old: BesideState, new: BesideState) -> None:
        self._marks.follow(old, new)
        if new.is_seen and self.beside is None:
            self._build_beside()
        if (old.differences, old.awaits_differences) != (new.differences, new.awaits_differences):
            self._render_overlay(self._results.state)
        else:
            self._render_beside(new)

    def _build_beside(self) -> None:
        pane = BesidePane(self)
        pane.hide()
        self.beside = pane
        pane.overlay.set_opacity(self._percent / 100)
        pane.overlay.show_cutout(self._is_cut_out)
        pane.canvas.show_overlay(self._is_overlay_shown)
        pane.canvas.set_picture(self._results.state.picture)
        pane.canvas.overlay_toggled.connect(self.canvas.show_overlay)
        pane.close_run.clicked.connect(self._results.beside.let_go)
        self._links = LinkedCanvases(self.canvas, pane.canvas)
        self._marks.take(pane.canvas)
        self._split.add(pane)
        let_follow(self.canvas, pane)

    def _render_beside(self, state: BesideState) -> None:
        results = self._results.state
        is_split = state.is_seen and bool(results.results)
        self.caption.setVisible(is_split)
        self.difference.setVisible(is_split)
        if self.beside is None or self._links is None:
            return
        if is_split and self.beside.isHidden():
            self._links.follow_first()
        self.beside.setVisible(is_split)
        if is_split:
            shown, marks = results.shown, self._marks
            found = summary(shown) if shown else ""
            mine = results.title, results.weights, found
            self.caption.tell(*mine, lacks_marked=marks.is_alone(1))
            self.beside.render_run(state, results, lacks_marked=marks.is_alone(0))
            marks.refresh()
            self.difference.setText(state.words or ("Comparing …" if state.is_comparing else " "))

    def _say(self, title: str, words: str, *, is_error: bool = False) -> None:
        self.title.setText(title)
        self.words.setText(words)
        set_tone(self.title, "error" if is_error else "")
        self.title.setVisible(bool(title))
        self.words.setVisible(bool(words))

    def _on_zoomed(self, percent: float) -> None:
        has_picture = self._results.state.picture is not None
        self.zoom.setText(f"{percent:.0f}%" if has_picture else "100%")
        for button in self._zooming:
            button.setEnabled(has_picture)


def _centred() -> QLabel:
    label = WrappedLabel(longest_part=16)  # in the least window there is room for no more
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    return label
