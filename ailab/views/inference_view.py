"""The Inference tab: choose a model and pictures, run, look at what was found."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QMimeData, QObject, Qt, QTimer
from PyQt6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QShortcut,
)
from PyQt6.QtWidgets import QApplication, QFrame, QSplitter, QVBoxLayout, QWidget

from ailab.viewmodels.conversion import ConversionViewModel
from ailab.viewmodels.filmstrip import FilmstripViewModel
from ailab.viewmodels.inference import InferenceViewModel
from ailab.viewmodels.reader_state import ReaderState
from ailab.viewmodels.results_state import ResultsState
from ailab.views.column_scroll_area import ColumnScrollArea
from ailab.views.conversion_box import ConversionBox
from ailab.views.filmstrip_view import FilmstripView
from ailab.views.input_panel import InputPanel
from ailab.views.model_panel import ModelPanel
from ailab.views.picture_view import PictureView
from ailab.views.prompt_drawing import PromptDrawing
from ailab.views.prompt_panel import PromptPanel
from ailab.views.ray_box import RayBox
from ailab.views.results_panel import ResultsPanel
from ailab.views.run_panel import RunPanel
from ailab.views.run_place_box import RunPlaceBox
from ailab.views.tab_order import let_follow
from ailab.views.theme import SPACE, SPACE_LARGE, SPACE_SMALL
from ailab.views.transferred_input import local_paths, picture_in

_SIDE_WIDTH = 340
_RESULTS_WIDTH = 290
_NARROW_RESULTS_WIDTH = 225


class InferenceView(QWidget):
    """Steps on the left, the picture in the middle, results on the right, a filmstrip below.

    Files and folders may be dropped anywhere; pictures and files may be pasted.

    Args:
        inference: what is shown and done.
        filmstrip: reads thumbnails.
        conversion: turns the model into ONNX; None where nobody does.
        parent: the widget around it.
    """

    def __init__(
        self,
        inference: InferenceViewModel,
        filmstrip: FilmstripViewModel,
        conversion: ConversionViewModel | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._inference = inference
        self.model_panel = ModelPanel(inference)
        self.conversion = ConversionBox(conversion, inference) if conversion is not None else None
        self.input_panel = InputPanel(inference)
        self.prompt_panel = PromptPanel(inference)
        self.place_box = RunPlaceBox(inference.place)
        self.ray_box = RayBox(inference)
        self.run_panel = RunPanel(inference)
        self.picture = PictureView(inference.results)
        canvas = self.picture.canvas
        self._drawing = PromptDrawing(inference.prompt, inference.results, canvas, self)
        self._thumbnails = filmstrip
        self.steps = filmstrip.filter
        # Built when there is something for them to show, so that the window comes up sooner.
        self.filmstrip: FilmstripView | None = None
        self.results_panel: ResultsPanel | None = None
        self._results_area: ColumnScrollArea | None = None
        self._steps = ColumnScrollArea(QWidget())
        self._wanted_in_sight: QWidget | None = None
        # Once all has its place: what is said below the steps leaves them less room.
        self._laid_out = QTimer(self)
        self._laid_out.setSingleShot(True)
        self._laid_out.setInterval(0)
        self._laid_out.timeout.connect(self.bring_into_sight)
        self._middle = QSplitter(Qt.Orientation.Horizontal)
        self._shown = QVBoxLayout()
        self._whole = QSplitter(Qt.Orientation.Horizontal)
        self._lay_out()
        self.setAcceptDrops(True)
        self.input_panel.paste_wanted.connect(self.paste)
        self.input_panel.refused.connect(self._show_soon)
        inference.reader.changed.connect(self._on_reader)
        self.prompt_panel.appeared.connect(self._on_prompt_appeared)
        self.prompt_panel.shapes.tool_taken.connect(self.picture.canvas.setFocus)
        for field in (
            self.model_panel.model,
            self.model_panel.local,
            self.model_panel.server.field,
            self.model_panel.server.name,
            self.input_panel.input,
            self.prompt_panel.labels.labels,
            self.prompt_panel.question.question,
            self.prompt_panel.reader.field,
        ):
            field.installEventFilter(self)
        for keys, slot in (
            (QKeySequence(QKeySequence.StandardKey.Paste), self.paste),
            (QKeySequence("Ctrl+R"), inference.run),
            (QKeySequence("Esc"), self._escape),
        ):
            shortcut = QShortcut(keys, self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)
        inference.results.changed.connect(self._on_results)
        self._on_results(inference.results.state, inference.results.state)

    def paste(self) -> None:
        """Take what was copied as input: files, or a picture."""
        clipboard = QGuiApplication.clipboard()
        data = None if clipboard is None else clipboard.mimeData()
        paths = local_paths(data)
        if paths:
            self.take(paths)
        elif (picture := picture_in(data)) is not None:
            self._inference.paste_picture(*picture)
        else:
            self.input_panel.tell("There is no picture and no file to paste. Copy one first.")

    def take(self, paths: list[str]) -> None:
        """Take files or folders as input, a saved run's as that; an `.onnx` file as the model."""
        self._inference.take(paths)

    def bring_into_sight(self) -> None:
        """Scroll the steps to what was said last of a choice, in a low window too."""
        if self._wanted_in_sight is not None:
            self._steps.show_whole(self._wanted_in_sight)

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:  # noqa: N802 - Qt's name
        """Welcome files and folders."""
        if event is not None and local_paths(event.mimeData()):
            event.acceptProposedAction()
            self.picture.canvas.invite(True)

    def dragLeaveEvent(self, _event: QDragLeaveEvent | None) -> None:  # noqa: N802 - Qt's name
        """They went elsewhere."""
        self._stop_inviting()

    def dropEvent(self, event: QDropEvent | None) -> None:  # noqa: N802 - Qt's name
        """Take what was dropped."""
        if event is not None:
            self._stop_inviting()
            event.acceptProposedAction()
            self.take(local_paths(event.mimeData()))

    def eventFilter(  # noqa: N802 - Qt's name
        self, watched: QObject | None, event: QEvent | None
    ) -> bool:
        """Let a copied picture be pasted while the keyboard is in a field for text."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.matches(QKeySequence.StandardKey.Paste)
            and _is_no_text(_copied())
        ):
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _lay_out(self) -> None:
        steps = self._steps.widget()
        step_column = QVBoxLayout(steps)
        step_column.setContentsMargins(SPACE_LARGE, SPACE_LARGE, SPACE_LARGE, SPACE)
        step_column.setSpacing(SPACE_LARGE)
        step_column.addWidget(self.model_panel)
        if self.conversion is not None:
            step_column.addWidget(self.conversion)
        step_column.addWidget(_line())
        step_column.addWidget(self.input_panel)
        step_column.addWidget(self.prompt_panel)
        step_column.addStretch()
        run = QWidget()
        run_column = QVBoxLayout(run)
        run_column.setContentsMargins(SPACE_LARGE, SPACE, SPACE_LARGE, SPACE)
        run_column.setSpacing(SPACE)
        run_column.addWidget(self.place_box)
        run_column.addWidget(self.ray_box)
        run_column.addWidget(self.run_panel)
        side = QWidget()
        side_column = QVBoxLayout(side)
        side_column.setContentsMargins(0, 0, 0, 0)
        side_column.setSpacing(0)
        side_column.addWidget(self._steps, 1)
        side_column.addWidget(_line())
        side_column.addWidget(run)
        self._middle.addWidget(self.picture)
        self._middle.setChildrenCollapsible(False)
        shown = QWidget()
        shown.setLayout(self._shown)
        self._shown.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        self._shown.setSpacing(SPACE)
        self._shown.addWidget(self._middle, 1)
        self._whole.addWidget(side)
        self._whole.addWidget(shown)
        self._whole.setChildrenCollapsible(False)
        self._whole.setStretchFactor(1, 1)
        self._whole.setSizes([_SIDE_WIDTH, 4 * _SIDE_WIDTH])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._whole)

    def _on_results(self, _old: ResultsState, new: ResultsState) -> None:
        has_results = bool(new.title or new.results)
        if has_results and self.results_panel is None:
            self.results_panel = self._build_results_panel()
        if len(new.pictures) > 1 and self.filmstrip is None:
            # Without a parent it would be shown as a window of its own for a moment.
            self.filmstrip = FilmstripView(self._inference.results, self._thumbnails, self)
            self._shown.addWidget(self.filmstrip)
            let_follow(self._results_area or self.picture.canvas, self.filmstrip)
        if self._results_area is not None:
            self._results_area.setVisible(has_results)

    def _build_results_panel(self) -> ResultsPanel:
        panel = ResultsPanel(self._inference.results)
        panel.object_selected.connect(self.picture.mark)
        panel.overlay_toggled.connect(self.picture.canvas.show_overlay)
        panel.opacity_changed.connect(self.picture.set_opacity)
        panel.cutout_toggled.connect(self.picture.show_cutout)
        self.picture.canvas.overlay_toggled.connect(panel.overlay.setChecked)
        self.picture.canvas.object_clicked.connect(panel.select_object)
        # In a small window the panel scrolls; its lists scroll by themselves in a large one.
        self._results_area = ColumnScrollArea(panel)
        self._middle.addWidget(self._results_area)
        let_follow(self.picture.canvas, self._results_area)
        self._middle.setHandleWidth(SPACE + SPACE_SMALL)
        self._middle.setStretchFactor(0, 1)
        self._take_room_for_results()
        room = max(self._middle.width(), 2 * _RESULTS_WIDTH)
        width = _RESULTS_WIDTH if room > 3 * _RESULTS_WIDTH else _NARROW_RESULTS_WIDTH
        self._middle.setSizes([room - width, width])
        return panel

    def _take_room_for_results(self) -> None:
        """Take what is lacking beside the picture from the steps, as far as these can spare it."""
        least = self.picture.minimumSizeHint().width() + self._middle.handleWidth()
        lacking = least + _NARROW_RESULTS_WIDTH - self._middle.width()
        if lacking > 0 and self.isVisible():  # else its widths are not known yet
            side, shown = self._whole.sizes()
            self._whole.setSizes([side - lacking, shown + lacking])

    def _on_prompt_appeared(self) -> None:
        # In a low window it would else lie out of sight; who types a model's name goes on typing.
        if not self.model_panel.isAncestorOf(QApplication.focusWidget()):
            self._steps.show_whole(self.prompt_panel)

    def _on_reader(self, old: ReaderState, new: ReaderState) -> None:
        reader = self.prompt_panel.reader
        if old.status != new.status and reader.isVisible():
            self._show_soon(reader)

    def _show_soon(self, words: object) -> None:
        self._wanted_in_sight = words if isinstance(words, QWidget) else None
        self._laid_out.start()

    def _escape(self) -> None:
        """Stop what is being run, else drawing, else let all objects be equal again."""
        if self._inference.state.can_cancel or self._inference.prompt.state.is_running:
            self._inference.cancel()
        elif not self._drawing.leave() and self.results_panel is not None:
            self.results_panel.select_object(None)
            self.picture.mark(None)  # what stands out in B alone, too

    def _stop_inviting(self) -> None:
        self.picture.canvas.invite(self._inference.results.state.current_path is None)


def _line() -> QFrame:
    line = QFrame()
    line.setFixedHeight(1)
    line.setProperty("line", "true")
    return line


def _copied() -> QMimeData | None:
    clipboard = QGuiApplication.clipboard()
    return None if clipboard is None else clipboard.mimeData()


def _is_no_text(data: QMimeData | None) -> bool:
    if data is None:
        return False
    return bool(local_paths(data)) or (data.hasImage() and not data.hasText())
