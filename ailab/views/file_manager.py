"""Folders and files, as the system's file manager shows them."""

from __future__ import annotations

from functools import partial
from pathlib import PurePath

from PyQt6.QtCore import QUrl
from PyQt6.QtGui import QDesktopServices

from ailab.views.reveal_file import reveal


def open_folder(folder: str | PurePath) -> None:
    """Have the system show a folder that a person chose or the lab made."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def show_file(path: str) -> None:
    """Have the system show a file in its folder, chosen there where the system knows how."""
    reveal(path, partial(open_folder, PurePath(path).parent))
