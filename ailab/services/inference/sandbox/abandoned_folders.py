"""Folders among the temporary files that belong to a process as long as it lives."""

from __future__ import annotations

import os
import shutil
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path

_AT_LEAST = 3600.0
"""Seconds since something was made in it or taken away: one just made is not held yet."""


def hold(folder: Path) -> ExitStack:
    """Have a folder be in use, until what is given is closed or the process ends in any way.

    Where the system or the disk knows no locks, nobody holds it, and nobody clears it away.
    """
    held = ExitStack()
    if sys.platform != "win32":
        import fcntl  # noqa: PLC0415 - not on Windows

        with suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY)
            held.callback(os.close, descriptor)
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return held


def clear_abandoned(place: Path, prefix: str) -> None:
    """Remove the folders that nobody holds any more, whose processes were killed.

    Of this person alone, and not on Windows, where no folder can be held.

    Args:
        place: the folder they lie in.
        prefix: what their names begin with.
    """
    if sys.platform == "win32":
        return
    with suppress(OSError), os.scandir(place) as entries:
        for entry in entries:
            if entry.name.startswith(prefix) and entry.is_dir(follow_symlinks=False):
                with suppress(OSError):
                    _clear(Path(entry.path), entry.stat(follow_symlinks=False))


def _clear(folder: Path, found: os.stat_result) -> None:
    if sys.platform == "win32":
        return
    import fcntl  # noqa: PLC0415 - not on Windows

    if found.st_uid != os.getuid() or time.time() - found.st_mtime < _AT_LEAST:
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(descriptor)
