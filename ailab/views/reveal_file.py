"""A file, shown by the system's file manager as the one chosen in its folder."""

from __future__ import annotations

import sys
from collections.abc import Callable

from PyQt6.QtCore import QCoreApplication, QDir, QFileInfo, QMetaType, QProcess, QUrl

_NAME, _PATH = "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1"
_PATIENCE_MS = 5000


def reveal(path: str, otherwise: Callable[[], None]) -> None:
    """Show a file in its folder; returns at once.

    Args:
        path: of the file.
        otherwise: is called where the system knows no way.
    """
    path = QFileInfo(path).absoluteFilePath()
    if sys.platform == "win32":
        # Two arguments, though it is one thing: Explorer does not understand it in quotes as one.
        is_asked, _ = QProcess.startDetached(
            "explorer.exe", ["/select,", QDir.toNativeSeparators(path)]
        )
    elif sys.platform == "darwin":
        is_asked, _ = QProcess.startDetached("open", ["-R", path])
    else:
        is_asked = _ask_bus(path, otherwise)
    if not is_asked:
        otherwise()


def _ask_bus(path: str, otherwise: Callable[[], None]) -> bool:
    """Ask whichever file manager is there; False where nobody can be asked.

    By the interface that the desktops share
    (https://www.freedesktop.org/wiki/Specifications/file-manager-interface).
    """
    try:
        from PyQt6.QtDBus import (  # noqa: PLC0415 - seldom wanted, and not everywhere there
            QDBusArgument,
            QDBusConnection,
            QDBusMessage,
            QDBusPendingCallWatcher,
            QDBusPendingReply,
        )
    except ImportError:
        return False
    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        return False
    call = QDBusMessage.createMethodCall(_NAME, _PATH, _NAME, "ShowItems")
    address = QUrl.fromLocalFile(path).toString(QUrl.ComponentFormattingOption.FullyEncoded)
    # A list of Python's would go as one of anything, which is another type there.
    files = QDBusArgument([address], QMetaType.fromName(b"QStringList").id())
    call.setArguments([files, ""])
    pending = bus.asyncCall(call, _PATIENCE_MS)
    watcher = QDBusPendingCallWatcher(pending, QCoreApplication.instance())

    def tell(answered: QDBusPendingCallWatcher) -> None:
        if QDBusPendingReply(pending).isError():
            otherwise()
        answered.deleteLater()

    watcher.finished.connect(tell)
    return True
