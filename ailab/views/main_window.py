"""The lab's window."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PyQt6.QtCore import QTimer, pyqtSignal
from PyQt6.QtGui import QAction, QActionGroup, QKeyEvent, QKeySequence, QPaintEvent
from PyQt6.QtWidgets import QMainWindow, QMenu, QMessageBox, QWidget

from ailab import __version__
from ailab.services.images.picture_reference import parse_picture
from ailab.views.elided_label import ElidedLabel
from ailab.views.enter_key import take_enter
from ailab.views.lab_tabs import LabTabs
from ailab.views.screen_room import resize_within_screen
from ailab.views.theme import SPACE, Theme, app_icon

if TYPE_CHECKING:
    from ailab.viewmodels.account_state import AccountState
    from ailab.viewmodels.inference import InferenceViewModel
    from ailab.viewmodels.lab_view_models import LabViewModels
    from ailab.viewmodels.results_state import ResultsState
    from ailab.views.inference_view import InferenceView
    from ailab.views.lab_dialogs import LabDialogs

_KEYS = QKeySequence.StandardKey


class MainWindow(QMainWindow):
    """Tabs, menus and the status bar: first an empty frame, soon painted, then the lab in it.

    Args:
        theme: the theme worn, marked in the menu.
        parent: the widget around it.

    Attributes:
        tabs: the tabs.
        shown: in the status bar, what is shown.

    Signals:
        painted(): the window was painted for the first time.
        theme_chosen(theme): the person chose another theme, a `Theme`.
    """

    painted = pyqtSignal()
    theme_chosen = pyqtSignal(object)

    def __init__(self, *, theme: Theme = Theme.SYSTEM, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("AI Image Lab")
        self.tabs = LabTabs()
        self.setCentralWidget(self.tabs)
        self._theme = theme
        self._themes = QActionGroup(self)
        self._file, self._view = self._menu("&File"), self._menu("&View")
        self._account, self._help = self._menu("&Account"), self._menu("&Help")
        self._dialogs: LabDialogs | None = None
        self.shown = ElidedLabel()
        self._was_painted = False
        self.setMinimumSize(640, 440)
        resize_within_screen(self, 1280, 800)

    @property
    def inference_view(self) -> InferenceView:
        """The Inference tab, once there is a lab in the window."""
        return self.tabs.inference_view

    def show_lab(self, lab: LabViewModels) -> None:
        """Put the lab into the window."""
        # Here and not above: the empty window is painted before these are even imported.
        from ailab.views.account_button import AccountButton  # noqa: PLC0415
        from ailab.views.download_status import DownloadStatus  # noqa: PLC0415
        from ailab.views.keyboard_place import KeyboardPlace  # noqa: PLC0415
        from ailab.views.lab_dialogs import LabDialogs  # noqa: PLC0415

        self.setWindowIcon(app_icon())
        KeyboardPlace(self)
        self._dialogs = dialogs = LabDialogs(lab, self)
        self.tabs.show_lab(lab, dialogs)
        view = self.tabs.inference_view
        self._add_file_actions(view, dialogs)
        self._add_view_actions(view, lab.inference)
        self._sign_in = _add(self._account, "", QKeySequence(), dialogs.show_account)
        self._on_account(lab.account.state, lab.account.state)
        lab.account.changed.connect(self._on_account)
        help_keys = QKeySequence(_KEYS.HelpContents)
        _add(self._help, "&Documentation…", help_keys, dialogs.show_documentation)
        about = _add(self._help, "&About AI Image Lab", QKeySequence(), self.show_about)
        about.setMenuRole(QAction.MenuRole.AboutRole)
        # Not as a message of the bar, which each opening of a menu would wipe away.
        if (bar := self.statusBar()) is not None:
            bar.setContentsMargins(SPACE, 0, 0, 0)
            status, account = DownloadStatus(lab.downloads), AccountButton(lab.account)
            bar.addWidget(self.shown, 1)
            bar.addPermanentWidget(status)
            bar.addPermanentWidget(account)
            status.clicked.connect(self.tabs.show_downloads)
            account.clicked.connect(dialogs.show_account)
        lab.inference.results.changed.connect(self._on_results)

    @property
    def dialogs(self) -> LabDialogs:
        """The dialogs over the window.

        Raises:
            RuntimeError: nothing was put into the window yet.
        """
        if self._dialogs is None:
            raise RuntimeError("the window is still empty")
        return self._dialogs

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        """Tell of the first time, once the paint is through."""
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self.painted.emit)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802 - Qt's name
        """Enter presses the button that has the keyboard, as it does in dialogs."""
        if not take_enter(self, event):
            super().keyPressEvent(event)

    def _add_file_actions(self, view: InferenceView, dialogs: LabDialogs) -> None:
        menu = self._file
        _add(menu, "Open &pictures…", QKeySequence(_KEYS.Open), view.input_panel.ask_for_pictures)
        _add(
            menu,
            "Open &folder…",
            QKeySequence("Ctrl+Shift+O"),
            view.input_panel.ask_for_folder,
        )
        _add(menu, "&Load results…", QKeySequence("Ctrl+L"), view.run_panel.ask_for_results)
        menu.addSeparator()
        _add(menu, "Offline &catalogue…", QKeySequence(), dialogs.show_catalog)
        settings = _add(menu, "&Settings…", QKeySequence(_KEYS.Preferences), dialogs.show_settings)
        settings.setMenuRole(QAction.MenuRole.PreferencesRole)
        menu.addSeparator()
        quit_action = _add(menu, "&Quit", QKeySequence("Ctrl+Q"), self.close)
        quit_action.setMenuRole(QAction.MenuRole.QuitRole)

    def _add_view_actions(self, view: InferenceView, inference: InferenceViewModel) -> None:
        menu, picture, steps = self._view, view.picture.canvas, view.steps
        _add(menu, "Zoom &in", QKeySequence(_KEYS.ZoomIn), picture.zoom_in)
        _add(menu, "Zoom &out", QKeySequence(_KEYS.ZoomOut), picture.zoom_out)
        _add(menu, "&Fit the picture", QKeySequence("Ctrl+0"), picture.fit)
        _add(menu, "Full &size", QKeySequence("Ctrl+1"), picture.show_full_size)
        menu.addSeparator()
        _add(menu, "&Previous picture", QKeySequence("Alt+Left"), steps.go_back)
        _add(menu, "&Next picture", QKeySequence("Alt+Right"), steps.go_on)
        menu.addSeparator()
        themes = menu.addMenu("&Theme")
        if themes is None:
            return
        for each in Theme:
            action = QAction(each.value, self._themes)
            action.setCheckable(True)
            action.setChecked(each is self._theme)
            action.setData(each)
            themes.addAction(action)
        self._themes.triggered.connect(self._on_theme)

    def show_about(self) -> None:
        """Say what the lab is."""
        box = QMessageBox(self)
        box.setWindowTitle("About AI Image Lab")
        box.setIconPixmap(app_icon().pixmap(64, 64))
        box.setText(f"<b>AI Image Lab</b> {__version__}")
        box.setInformativeText(
            "Find a vision model, run it on your own pictures, look at the result, keep it.\n\n"
            "Your pictures stay on this computer unless you choose to run them elsewhere.\n\n"
            "Free software under the GNU General Public License, version 3 or later."
        )
        box.open()

    def _menu(self, title: str) -> QMenu:
        menu = QMenu(title, self)
        bar = self.menuBar()
        if bar is not None:
            bar.addMenu(menu)
        return menu

    def _on_account(self, _: AccountState, new: AccountState) -> None:
        self._sign_in.setText(f"{new.headline}…" if new.origin is not None else "&Sign in…")

    def _on_theme(self, action: QAction) -> None:
        self.theme_chosen.emit(action.data())

    def _on_results(self, old: ResultsState, new: ResultsState) -> None:
        if (old.current_path, old.picture, old.folder) == (
            new.current_path,
            new.picture,
            new.folder,
        ):
            return
        path = new.current_path
        parts = [] if path is None else [parse_picture(path).words]
        if new.picture is not None:
            size = new.picture.pixel_size
            of_size = f" of {size.words}" if size else ""
            parts.append(f"{new.picture.full_width} × {new.picture.full_height} pixels{of_size}")
        if new.folder:
            parts.append(f"results in {new.folder}")
        self.shown.setText(" · ".join(parts))


def _add(menu: QMenu, text: str, keys: QKeySequence, slot: Callable[[], object]) -> QAction:
    action = QAction(text, menu)
    action.setShortcut(keys)
    action.triggered.connect(slot)
    menu.addAction(action)
    return action
