"""Paths inside a model's repository that are safe to be made on a disk."""

from __future__ import annotations

import os
import re

_MAX_LENGTH = 1024
_DRIVE = re.compile(r"[A-Za-z]:")
_IS_WINDOWS = os.name == "nt"
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]) *(\.|$)", re.IGNORECASE)
"""Names of devices there, whatever ending they have, and in any folder (Microsoft, "Naming Files,
Paths, and Namespaces")."""


def is_safe_repo_path(path: str) -> bool:
    """True for a relative POSIX path that stays inside the folder it is joined to.

    Refused are absolute paths, `.` and `..`, empty parts, backslashes and drive letters (which
    mean more on Windows than on the Hub), and characters that no terminal should see.
    """
    return (
        0 < len(path) <= _MAX_LENGTH
        and path.isprintable()
        and "\\" not in path
        and _DRIVE.match(path) is None
        and not any(part in {"", ".", ".."} for part in path.split("/"))
    )


def can_be_made_here(path: str) -> bool:
    """True for a safe path that on this system, too, means the file that it says.

    On Windows a colon begins the name of a second content of the same file, some names are those
    of devices, and dots and blanks at the end of a name are left away.
    """
    if not is_safe_repo_path(path):
        return False
    return not _IS_WINDOWS or not (
        ":" in path
        or any(part.endswith((".", " ")) or _DEVICE.match(part) for part in path.split("/"))
    )
