"""Paths inside a model's repository that are safe to be made on a disk."""

from __future__ import annotations

import os
import re

_MAX_LENGTH = 1024
_DRIVE = re.compile(r"[A-Za-z]:")
_STREAM = frozenset(":" if os.name == "nt" else "")
"""What begins the name of a second content of the same file, on Windows."""


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
    """True for a safe path that on this system, too, means the file that it says."""
    return is_safe_repo_path(path) and _STREAM.isdisjoint(path)
