"""The lab's window."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QAction, QActionGroup, QKeySequence
from PyQt6.QtWidgets import QMainWindow, QMenu, QMessageBox, QTabWidget, QWidget

from ailab import __version__
from ailab.viewmodels.filmstrip import FilmstripViewModel
from ailab.viewmodels.inference import InferenceViewModel
from ailab.viewmodels.results import ResultsState
from ailab.views.inference_view import InferenceView
from ailab.views.theme import Theme, app_icon

_KEYS = QKeySequence.StandardKey


class MainWindow(QMainWindow):
    """Tabs, menus and the status bar.

    Args:
        inference: what the Inference tab shows and does.
        filmstrip: reads thumbnails.
        theme: the theme worn, marked in the menu.
        parent: the widget around it.

    Signals:
        theme_chosen(theme): the person chose another theme, a `Theme`.
    """

    theme_chosen = pyqtSignal(object)

    def __init__(
        self,
        inference: InferenceViewModel,
        filmstrip: FilmstripViewModel,
        *,
        theme: Theme = Theme.SYSTEM,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("AI Image Lab")
        self.setWindowIcon(app_icon())
        self.inference_view = InferenceView(inference, filmstrip)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.inference_view, "Inference")
        self.setCentralWidget(self.tabs)
        self._themes = QActionGroup(self)
        self._add_file_menu()
        self._add_view_menu(inference, theme)
        self._add_help_menu()
        self.setMinimumSize(640, 440)
        self.resize(1280, 800)
        inference.results.changed.connect(self._on_results)

    def _add_file_menu(self) -> None:
        menu = self._menu("&File")
        view = self.inference_view
        _add(menu, "Open &pictures…", QKeySequence(_KEYS.Open), view.input_panel.ask_for_pictures)
        _add(
            menu,
            "Open &folder…",
            QKeySequence("Ctrl+Shift+O"),
            view.input_panel.ask_for_folder,
        )
        _add(menu, "&Load results…", QKeySequence("Ctrl+L"), view.run_panel.ask_for_results)
        menu.addSeparator()
        quit_action = _add(menu, "&Quit", QKeySequence("Ctrl+Q"), self.close)
        quit_action.setMenuRole(QAction.MenuRole.QuitRole)

    def _add_view_menu(self, inference: InferenceViewModel, theme: Theme) -> None:
        menu = self._menu("&View")
        picture = self.inference_view.picture.canvas
        results = inference.results
        _add(menu, "Zoom &in", QKeySequence(_KEYS.ZoomIn), picture.zoom_in)
        _add(menu, "Zoom &out", QKeySequence(_KEYS.ZoomOut), picture.zoom_out)
        _add(menu, "&Fit the picture", QKeySequence("Ctrl+0"), picture.fit)
        _add(menu, "Full &size", QKeySequence("Ctrl+1"), picture.show_full_size)
        menu.addSeparator()
        _add(menu, "&Previous picture", QKeySequence("Alt+Left"), results.go_back)
        _add(menu, "&Next picture", QKeySequence("Alt+Right"), results.go_on)
        menu.addSeparator()
        themes = menu.addMenu("&Theme")
        if themes is None:
            return
        for each in Theme:
            action = QAction(each.value, self._themes)
            action.setCheckable(True)
            action.setChecked(each is theme)
            action.setData(each)
            themes.addAction(action)
        self._themes.triggered.connect(self._on_theme)

    def _add_help_menu(self) -> None:
        about = _add(self._menu("&Help"), "&About AI Image Lab", QKeySequence(), self.show_about)
        about.setMenuRole(QAction.MenuRole.AboutRole)

    def show_about(self) -> None:
        """Say what the lab is."""
        box = QMessageBox(self)
        box.setWindowTitle("About AI Image Lab")
        box.setIconPixmap(app_icon().pixmap(64, 64))
        box.setText(f"<b>AI Image Lab</b> {__version__}")
        box.setInformativeText(
            "Find a vision model, run it on your own pictures, look at the result, keep it.\n\n"
            "Your pictures stay on this computer. Free software under the GNU General Public "
            "License, version 3 or later."
        )
        box.open()

    def _menu(self, title: str) -> QMenu:
        menu = QMenu(title, self)
        bar = self.menuBar()
        if bar is not None:
            bar.addMenu(menu)
        return menu

    def _on_theme(self, action: QAction) -> None:
        self.theme_chosen.emit(action.data())

    def _on_results(self, old: ResultsState, new: ResultsState) -> None:
        bar = self.statusBar()
        if bar is None or (old.current_path, old.picture, old.folder) == (
            new.current_path,
            new.picture,
            new.folder,
        ):
            return
        parts = [new.current_path] if new.current_path is not None else []
        if new.picture is not None:
            parts.append(f"{new.picture.full_width} × {new.picture.full_height} pixels")
        if new.folder:
            parts.append(f"results in {new.folder}")
        bar.showMessage(" · ".join(parts))


def _add(menu: QMenu, text: str, keys: QKeySequence, slot: Callable[[], object]) -> QAction:
    action = QAction(text, menu)
    action.setShortcut(keys)
    action.triggered.connect(slot)
    menu.addAction(action)
    return action
