"""Libraries of the system that Qt loads, and what to say where some of them are missing."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable

QT_LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
}
"""What Qt loads on Linux even without a display: the library and Debian's package of it."""

WINDOW_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-shape.so.0": "libxcb-shape0",
}
"""What Qt loads besides to open a window under X11."""


def missing_among(libraries: Iterable[str]) -> tuple[str, ...]:
    """Those that the system's loader does not find."""
    return tuple(library for library in libraries if not _can_load(library))


def how_to_install(libraries: Iterable[str]) -> str:
    """What is missing and the command that brings it, in sentences of a line each."""
    missing = tuple(libraries)
    known = QT_LIBRARIES | WINDOW_LIBRARIES
    packages = [known[library] for library in missing if library in known]
    what = f"Qt, which draws the window, lacks libraries of the system: {', '.join(missing)}."
    by = f" On Debian and Ubuntu: sudo apt install {' '.join(packages)}" if packages else ""
    return f"{what}\n       Install them, then try again.{by}"


def lacked_by(error: ImportError) -> tuple[str, ...]:
    """The libraries for want of which an import failed; none where it failed for another reason."""
    library, _, reason = str(error).partition(": cannot open shared object file")
    if not reason:
        return ()
    others = missing_among(QT_LIBRARIES)
    return others if library in others else (library, *others)


def _can_load(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
