"""Files that a stranger may have made, opened without waiting for what never comes."""

from __future__ import annotations

import errno
import os
import stat
from io import FileIO
from pathlib import Path
from typing import BinaryIO

_HARMLESS = (
    # Opening a pipe that nobody writes to would wait without end; a file is read as ever.
    getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


def open_regular(path: Path) -> BinaryIO:
    """Open a file to read it, by its own name or by a link to it.

    Raises:
        OSError: it is missing, may not be read, or is something else than a regular file: from a
            pipe nothing may ever come, and a device such as /dev/zero never ends.
        ValueError: no file can have such a name.
    """
    return os.fdopen(_regular(path, os.O_RDONLY), "rb")


def open_to_append(path: Path) -> FileIO:
    """Open a file to add to it and to read it; made where it is not there.

    Never through a link: where a stranger's leads, nothing may be written.

    Raises:
        OSError: it is a link or no regular file, or may not be written.
        ValueError: no file can have such a name.
    """
    return FileIO(_own(path, os.O_APPEND), "ab+")


def open_to_go_on(path: Path) -> FileIO:
    """Open a file to read and change it, from its beginning; made where it is not there.

    A link that lies in its place is removed, and not followed.

    Raises:
        OSError: it is no regular file, or may not be written.
        ValueError: no file can have such a name.
    """
    if path.is_symlink():
        path.unlink(missing_ok=True)
    return FileIO(_own(path), "rb+")


def make_new(path: Path) -> FileIO:
    """Make a file to write to, in the place of one that was left there or of a link.

    Raises:
        OSError: a folder lies there, or no file can be made.
        ValueError: no file can have such a name.
    """
    try:
        return FileIO(path, "x")
    except FileExistsError:
        path.unlink()
        return FileIO(path, "x")


def _own(path: Path, flags: int = 0) -> int:
    if not _NO_LINK and path.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    return _regular(path, os.O_RDWR | os.O_CREAT | _NO_LINK | flags)


def _regular(path: Path, flags: int) -> int:
    descriptor = os.open(path, flags | _HARMLESS, 0o666)
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        return descriptor
    except BaseException:
        os.close(descriptor)
        raise
