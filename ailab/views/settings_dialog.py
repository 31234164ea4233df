"""The dialog of the lab's settings."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QWidget,
)

from ailab.services.byte_size import format_bytes
from ailab.services.hub.hub_endpoint import DEFAULT_ENDPOINT
from ailab.viewmodels.settings import SettingsViewModel
from ailab.viewmodels.settings_state import SettingsState
from ailab.views.banner import Banner
from ailab.views.device_box import DeviceBox
from ailab.views.dialog_column import DialogColumn
from ailab.views.file_dialogs import choose_folder
from ailab.views.fit_height import fit_height
from ailab.views.path_field import PathField
from ailab.views.question import ask_before
from ailab.views.theme import SPACE, SPACE_LARGE, make_primary, set_tone
from ailab.views.time_limit_field import TimeLimitField
from ailab.views.wrapped_label import WrappedLabel

_WIDTH = 600
_OWN_TIME = (
    "0 is automatic: half an hour for a picture until the model's pace is known, then ten times "
    "what its pictures take, five minutes at least, and more for a larger one. What takes longer "
    "is ended, and the run goes on with the next."
)
_FIXED_TIME = (
    "A picture that takes longer is ended, and the run goes on with the next; 0 for automatic."
)
_NEXT_START = "Counts from the next start of ailab on."


class SettingsDialog(QDialog):
    """Folder, address, proxy and time, saved by a button; device, previews and offline, at once.

    Attributes:
        folder: the cache folder; its hint says what is there now.
        endpoint: the Hub's address.
        proxy: the proxy's address.
        device: what models run on.
        time_limit: how long a picture may take.
        previews: whether pictures of models are shown.
        offline: whether the Hub is asked.
        hints: the line below each field, by the setting's name.
        save: keeps what was typed.
        reset: sets everything as it comes with the lab.
        banner: what went wrong, or that a new start is needed.
        question: the last one asked before a reset; None before that.
    """

    def __init__(self, view_model: SettingsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view_model = view_model
        self.setWindowTitle("Settings")
        self.folder = PathField("Folder of models", view_model.usual_folder)
        self.endpoint = PathField("Address of the Hub", DEFAULT_ENDPOINT, shows_end=False)
        self.proxy = PathField("Proxy", "The system's own", shows_end=False)
        self.browse = QPushButton("&Browse…")
        self.device = DeviceBox()
        self.time_limit = TimeLimitField()
        self.previews = QCheckBox("Show &pictures of models in the browser")
        self.offline = QCheckBox("&Offline: search only what is on this computer")
        self.hints = {
            name: WrappedLabel(f"About {name}", "muted")
            for name in ("cache_folder", "endpoint", "proxy", "time_limit", "is_offline")
        }
        self.banner = Banner()
        self.question: QMessageBox | None = None
        self.save = QPushButton("&Save")
        self.reset = QPushButton("&Reset all…")
        make_primary(self.save)
        self._lay_out()
        self._connect()
        view_model.open()
        self._show(view_model.state)

    def _lay_out(self) -> None:
        folder = QHBoxLayout()
        folder.setSpacing(SPACE)
        folder.addWidget(self.folder, 1)
        folder.addWidget(self.browse)
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_LARGE)
        grid.setVerticalSpacing(SPACE)
        grid.setColumnStretch(1, 1)
        rows: tuple[tuple[str, PathField, str], ...] = (
            ("&Folder of models", self.folder, "cache_folder"),
            ("&Hub", self.endpoint, "endpoint"),
            ("Pro&xy", self.proxy, "proxy"),
        )
        for row, (text, field, name) in enumerate(rows):
            label = QLabel(text)
            label.setBuddy(field)
            grid.addWidget(label, 2 * row, 0, Qt.AlignmentFlag.AlignVCenter)
            if field is self.folder:
                grid.addLayout(folder, 2 * row, 1)
            else:
                grid.addWidget(field, 2 * row, 1)
            grid.addWidget(self.hints[name], 2 * row + 1, 1)
        runs_on = QLabel("&Run models on")
        runs_on.setBuddy(self.device.choice)
        grid.addWidget(runs_on, 2 * len(rows), 0, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self.device.choice, 2 * len(rows), 1, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(self.device, 2 * len(rows) + 1, 1)
        time = QLabel("&Time for a picture")
        time.setBuddy(self.time_limit)
        grid.addWidget(time, 2 * len(rows) + 2, 0, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self.time_limit, 2 * len(rows) + 2, 1, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(self.hints["time_limit"], 2 * len(rows) + 3, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.save, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self.reset, QDialogButtonBox.ButtonRole.ResetRole)
        buttons.rejected.connect(self.reject)
        layout = DialogColumn(self)
        layout.addWidget(self.banner)
        layout.addLayout(grid)
        layout.addSpacing(SPACE)
        layout.addWidget(self.previews)
        layout.addWidget(self.offline)
        layout.addWidget(self.hints["is_offline"])
        layout.addStretch(1)
        layout.addSpacing(SPACE)
        layout.addWidget(buttons)
        self.setMinimumWidth(_WIDTH)
        self.save.setDefault(True)  # now that it is in the dialog: Enter in a field presses it

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        """Wrapped words are lower where the dialog is wider."""
        super().resizeEvent(event)
        fit_height(self)

    def _connect(self) -> None:
        model = self._view_model
        self.folder.textEdited.connect(model.set_cache_folder)
        self.endpoint.textEdited.connect(model.set_endpoint)
        self.proxy.textEdited.connect(model.set_proxy)
        self.previews.clicked.connect(model.set_shows_previews)
        self.offline.clicked.connect(model.set_offline)
        self.device.chosen.connect(model.set_device)
        self.time_limit.valueChanged.connect(model.set_time_limit)
        self.browse.clicked.connect(self._on_browse)
        self.save.clicked.connect(model.save)
        self.reset.clicked.connect(self._on_reset)
        self.banner.dismissed.connect(model.dismiss)
        model.changed.connect(self._on_changed)

    def _on_changed(self, _: SettingsState, new: SettingsState) -> None:
        self._show(new)

    def _show(self, state: SettingsState) -> None:
        draft = state.draft
        # Of a variable that names a folder only the folder that comes of it is of use.
        self.folder.show_text("" if "cache_folder" in state.overrides else draft.cache_folder)
        self.endpoint.show_text(_in_use("endpoint", draft.endpoint, state))
        self.proxy.show_text(_in_use("proxy", draft.proxy, state))
        self.previews.setChecked(draft.shows_previews)
        self.offline.setChecked(draft.is_offline or "is_offline" in state.overrides)
        for name, widgets in {
            "cache_folder": (self.folder, self.browse),
            "endpoint": (self.endpoint,),
            "proxy": (self.proxy,),
            "is_offline": (self.offline,),
        }.items():
            for widget in widgets:
                widget.setEnabled(name not in state.overrides)
            self._show_hint(name, state)
        self.device.show_state(state)
        self.time_limit.show_seconds(draft.time_limit)
        self._show_hint("time_limit", state)
        self.save.setEnabled(state.can_save)
        self.reset.setEnabled(state.can_reset)
        if state.problem is not None:
            self.banner.tell(state.problem.message, state.problem.advice)
        elif state.needs_restart:
            self.banner.tell("Saved. Start ailab again to use it.", tone="success")
        else:
            self.banner.tell("")
        self.banner.dismiss.setVisible(state.problem is not None)
        fit_height(self)

    def _show_hint(self, name: str, state: SettingsState) -> None:
        hint, problem = self.hints[name], state.problems.get(name)
        override = state.overrides.get(name)
        if override is not None:
            now = f" {_about_folder(state)}" if name == "cache_folder" else ""
            hint.setText(f"{override.variable} is set in the environment, and wins.{now}")
        elif problem is not None:
            hint.setText(f"{problem.message} {problem.advice}")
        elif name == "cache_folder":
            hint.setText(f"{_about_folder(state)} {_NEXT_START}")
        elif name == "endpoint":
            words = state.endpoint_notice or "The real one, or a mirror."
            hint.setText(f"{words} {_NEXT_START}")
        elif name == "time_limit":
            hint.setText(_FIXED_TIME if state.draft.time_limit else _OWN_TIME)
        elif name == "proxy":
            hint.setText(f"For all requests to the Hub. {_NEXT_START}")
        hint.setVisible(bool(hint.text()))
        set_tone(hint, "error" if problem is not None and override is None else "muted")

    def _on_reset(self) -> None:
        self.question = ask_before(
            self,
            title="Reset all settings",
            question="Set everything as it comes with ailab?",
            consequence="Folder, Hub, proxy, device, time, pictures and offline are forgotten. "
            "Downloaded models, saved searches and who is signed in stay.",
            verb="Reset all",
            act=self._view_model.reset,
        )

    def _on_browse(self) -> None:
        start = self._view_model.state.draft.cache_folder or self._view_model.usual_folder
        choose_folder(self, "Folder of models", start, self._view_model.set_cache_folder)


def _in_use(name: str, typed: str, state: SettingsState) -> str:
    override = state.overrides.get(name)
    return typed if override is None else override.value


def _about_folder(state: SettingsState) -> str:
    folder = state.folder
    if folder is None:
        return "Looking…"
    free = f"{format_bytes(folder.free)} free"
    if not folder.is_there:
        return f"Will be made when it is needed; {free}."
    models = "1 model" if folder.models == 1 else f"{folder.models} models"
    return f"{models if folder.models else 'No models'} there now; {free}."
