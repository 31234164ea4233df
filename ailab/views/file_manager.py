"""Folders, as the system's file manager shows them."""

from __future__ import annotations

from pathlib import PurePath

from PyQt6.QtCore import QUrl
from PyQt6.QtGui import QDesktopServices


def open_folder(folder: str | PurePath) -> None:
    """Have the system show a folder that a person chose or the lab made."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
