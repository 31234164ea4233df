"""Dialogs that choose files and folders, without stopping the lab meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFileDialog, QWidget

from ailab.services.images.heic_support import HEIC_ENDINGS
from ailab.services.images.picture_files import EXTENSIONS

# HEIC everywhere: where it is not read, choosing one tells what installs that.
_ENDINGS = EXTENSIONS | HEIC_ENDINGS
_PICTURES = f"Pictures ({' '.join(sorted(f'*{each}' for each in _ENDINGS))})"
_EVERYTHING = "All files (*)"


def choose_pictures(
    parent: QWidget, start: str, on_chosen: Callable[[list[str]], None]
) -> QFileDialog:
    """Open a dialog for picture files; `on_chosen` is given their paths."""
    dialog = _dialog(parent, "Choose pictures", start)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setNameFilters([_PICTURES, _EVERYTHING])
    dialog.filesSelected.connect(on_chosen)
    dialog.open()
    return dialog


def choose_file(
    parent: QWidget, title: str, name_filter: str, start: str, on_chosen: Callable[[str], None]
) -> QFileDialog:
    """Open a dialog for one file; `on_chosen` is given its path."""
    dialog = _dialog(parent, title, start)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters([name_filter, _EVERYTHING])
    dialog.fileSelected.connect(on_chosen)
    dialog.open()
    return dialog


def choose_folder(
    parent: QWidget, title: str, start: str, on_chosen: Callable[[str], None]
) -> QFileDialog:
    """Open a dialog for a folder; `on_chosen` is given its path."""
    dialog = _dialog(parent, title, start)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.fileSelected.connect(on_chosen)
    dialog.open()
    return dialog


def _dialog(parent: QWidget, title: str, start: str) -> QFileDialog:
    dialog = QFileDialog(parent, title, start)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return dialog
