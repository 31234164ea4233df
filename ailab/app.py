"""The desktop lab: puts services, view models and views together, and runs them on one loop."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

# qasync takes the Qt binding that is imported first.
from PyQt6.QtCore import (
    QByteArray,
    QMessageLogContext,
    QSettings,
    QStandardPaths,
    QtMsgType,
    qInstallMessageHandler,
)
from PyQt6.QtWidgets import QApplication, QMessageBox
from qasync import QEventLoop

from ailab import __version__
from ailab.services.lab_folders import find_folders, find_log_folder
from ailab.system_libraries import WINDOW_LIBRARIES, how_to_install, missing_among
from ailab.views.main_window import MainWindow
from ailab.views.theme import Theme, apply_theme

if TYPE_CHECKING:
    from ailab.lab import Lab
    from ailab.viewmodels.inference import InferenceViewModel

_log = logging.getLogger(__name__)

_THEMES = {"system": Theme.SYSTEM, "light": Theme.LIGHT, "dark": Theme.DARK}

_THE_LAB = (
    "ailab.lab_opener",
    "ailab.views.inference_view",
    "ailab.views.model_browser_picker",
)
"""Imported in a thread once the empty window is painted."""

_WANTED_SOON = (
    "ailab.services.hub.hub_connection",
    "ailab.services.images.image_reader",
    "ailab.views.model_browser_dialog",
)
"""Imported in a thread once the lab is in the window, so that the first search need not wait."""


def open_lab(*, is_demo: bool = False, theme: str | None = None, tour: str | None = None) -> int:
    """Open the desktop lab and return its exit status when its window is closed.

    Args:
        is_demo: on the embedded Hub.
        theme: `system`, `light` or `dark`; None for the one chosen last.
        tour: folder for screenshots and results of the workflow carried out without a display;
            None for a window.
    """
    if tour is None and (why := _why_no_window()):
        sys.stderr.write(f"ailab: {why}\n")
        return 1
    if tour is not None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    qInstallMessageHandler(_log_qt)
    app = QApplication(sys.argv[:1])
    app.setApplicationName("ailab")
    app.setApplicationDisplayName("AI Image Lab")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("ailab")
    app.setQuitOnLastWindowClosed(False)
    # PyQt ends the process where an exception leaves a slot and nobody takes it.
    sys.excepthook = _report_bug
    with asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
        if tour is not None:
            _log_to_file()
            from ailab.tour import take_tour  # noqa: PLC0415 - a window needs none of it

            return runner.run(take_tour(app, Path(tour)))
        runner.run(_live(app, is_demo=is_demo, theme=theme))
    return 0


async def _live(app: QApplication, *, is_demo: bool, theme: str | None) -> None:
    """Show the window and live until it is closed."""
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_report_stray_error)
    closed = asyncio.Event()
    app.lastWindowClosed.connect(closed.set)
    if sys.platform != "win32":  # where Qt's loop wakes for no signal
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, closed.set)
    settings = _settings()
    chosen = _THEMES.get(theme or str(settings.value("theme", "system")), Theme.SYSTEM)
    apply_theme(app, chosen)
    window = MainWindow(theme=chosen)
    memory = _Memory(settings, window, is_demo=is_demo)
    memory.place_window()
    painted = asyncio.Event()
    window.painted.connect(painted.set)
    window.show()
    await _first_of(painted, closed)
    _log_to_file()
    await asyncio.to_thread(_import_all, _THE_LAB)
    from ailab.lab_opener import LabOpener  # noqa: PLC0415 - the window was painted before it
    from ailab.views.model_browser_picker import ModelBrowserPicker  # noqa: PLC0415
    from ailab.views.sending_question import SendingQuestion  # noqa: PLC0415

    opener = LabOpener(is_demo=is_demo)
    async with opener as lab:
        window.show_lab(lab)
        lab.inference.set_picker(ModelBrowserPicker(lab.browser, window, window.dialogs))
        lab.inference.place.set_asker(SendingQuestion(window))
        lab.open()
        memory.restore(lab, opener.pictures)
        window.theme_chosen.connect(memory.choose_theme)
        warming = asyncio.create_task(asyncio.to_thread(_import_all, _WANTED_SOON))
        await closed.wait()
        memory.keep(lab)
        window.hide()
        await warming
    window.deleteLater()


def _settings() -> QSettings:
    """Where the window is remembered: beside all else of the lab, where that has a place."""
    if not os.environ.get("AILAB_HOME", "").strip():
        return QSettings("ailab", "ailab")
    return QSettings(str(find_folders().config / "window.ini"), QSettings.Format.IniFormat)


async def _first_of(*events: asyncio.Event) -> None:
    """Wait for any of several events."""
    waiting = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()


def _import_all(names: Sequence[str]) -> None:
    for name in names:
        import_module(name)


class _Memory:
    """What the lab remembers from one start to the next."""

    def __init__(self, settings: QSettings, window: MainWindow, *, is_demo: bool) -> None:
        self._settings = settings
        self._window = window
        self._is_demo = is_demo
        self._save_to_key = "demo/save_to" if is_demo else "save_to"

    def place_window(self) -> None:
        """Bring the window back to where it was."""
        geometry = self._settings.value("geometry")
        if isinstance(geometry, QByteArray):
            self._window.restoreGeometry(geometry)
        if self._is_demo:
            self._window.setWindowTitle("Demo")

    def restore(self, lab: Lab, pictures: Path | None) -> None:
        """Bring back the model and the folder for results; in the demo, offer its pictures."""
        home = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        default = str(Path(home or Path.home()) / "ailab results")
        lab.inference.set_save_to(str(self._settings.value(self._save_to_key, default)))
        if pictures is not None:
            lab.inference.set_inputs([str(pictures / "nuclei")])
        else:
            self._restore_model(lab.inference)

    def choose_theme(self, theme: Theme) -> None:
        """Wear a theme, and remember it."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, theme)
        names = {value: name for name, value in _THEMES.items()}
        self._settings.setValue("theme", names[theme])

    def keep(self, lab: Lab) -> None:
        """Remember the window's place, the model and the folder for results."""
        self._settings.setValue("geometry", self._window.saveGeometry())
        self._settings.setValue(self._save_to_key, lab.inference.state.save_to)
        if not self._is_demo:
            state = lab.inference.state
            self._settings.setValue("model", state.model_text)
            self._settings.setValue("local_model", state.local_path)
            self._settings.setValue("served_model", state.served_model)
            self._settings.setValue("model_source", state.model_source.name)

    def _restore_model(self, inference: InferenceViewModel) -> None:
        inference.set_model_text(str(self._settings.value("model", "")))
        inference.set_local_path(str(self._settings.value("local_model", "")))
        inference.set_served_model(str(self._settings.value("served_model", "")))
        name = str(self._settings.value("model_source", ""))
        sources = {each.name: each for each in type(inference.state.model_source)}
        inference.set_model_source(sources.get(name, inference.state.model_source))


def _why_no_window() -> str:
    """Why no window can be opened; empty where one can. Qt itself would end the process."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return ""
    if os.environ.get("WAYLAND_DISPLAY"):
        return ""
    if os.environ.get("DISPLAY"):
        missing = missing_among(WINDOW_LIBRARIES)
        return how_to_install(missing) if missing else ""
    return (
        "there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set), so that no window "
        "can be opened.\n"
        "       Use the commands search, info and run, or “ailab --demo --tour DIR” to see "
        "the lab at work in screenshots."
    )


_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
}


def _log_qt(kind: QtMsgType, _: QMessageLogContext, text: str | None) -> None:
    """Keep what Qt has to say in the log: a person on a terminal can do nothing about it."""
    _log.log(_QT_LEVELS.get(kind, logging.ERROR), "Qt: %s", text)
    if kind is not QtMsgType.QtFatalMsg:  # the process ends with it
        return
    has_platform = "no Qt platform plugin" not in (text or "")
    sys.stderr.write(f"ailab: {text if has_platform else _no_platform()}\n")
    if not has_platform:  # nothing was begun, so that a core dump would only alarm
        sys.stderr.flush()
        os._exit(1)


def _no_platform() -> str:
    display = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY")
    why = f"the display {display} does not answer" if display else "Qt finds no display"
    return (
        f"no window can be opened: {why}.\n"
        "       Correct the variable DISPLAY, WAYLAND_DISPLAY or QT_QPA_PLATFORM, or use the "
        "commands search, info and run."
    )


def _log_to_file() -> None:
    """Keep a small log beside the app's data; the log never holds a token."""
    from logging.handlers import RotatingFileHandler  # noqa: PLC0415 - the paint comes first

    folder = find_log_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(
            folder / "ailab.log", maxBytes=1_000_000, backupCount=1, encoding="utf-8"
        )
    except OSError:  # a home that cannot be written: the lab still works
        handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])


def _report_bug(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Log an exception that nobody expected and tell of it; the lab stays open."""
    if issubclass(kind, KeyboardInterrupt):
        QApplication.quit()
        return
    text = "".join(traceback.format_exception(kind, error, trace))
    _log.error("unexpected error\n%s", text)
    sys.stderr.write(text)
    box = QMessageBox(
        QMessageBox.Icon.Warning,
        "AI Image Lab",
        "Something went wrong inside the lab. Your pictures and results are safe; "
        "if the lab acts strangely, start it again.",
        parent=QApplication.activeWindow(),
    )
    box.setDetailedText(text)
    box.open()


def _report_stray_error(_: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
    error = context.get("exception")
    if isinstance(error, BaseException):
        _report_bug(type(error), error, error.__traceback__)
    else:
        _log.error("%s", context.get("message"))
