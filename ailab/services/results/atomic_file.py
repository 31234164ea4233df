"""Files that appear whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from io import BufferedWriter, UnsupportedOperation
from pathlib import Path

from ailab.services.inference.sandbox.worker_folder import is_of_worker
from ailab.services.regular_file import make_new
from ailab.services.results.result_error import ResultError

# Windows knows no quotas by that name.
_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that is there whole even where the power fails; see `whole_file`."""
    with whole_file(path) as file:
        file.write(data)
        file.sync()


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[_Writer]:
    """A file to write to under another name beside its place; it is put there in the end.

    Nothing is left of it where that raises.

    Raises:
        ResultError: the folder is gone, full or read-only.
    """
    partial = path.with_name(f"{path.name}.part")
    try:
        with _Writer(make_new(partial)) as file:
            yield file
        partial.replace(path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            partial.unlink()
        if isinstance(error, OSError):
            raise write_error(path, error) from error
        raise


class _Writer(BufferedWriter):
    """Keeps its descriptor to itself.

    To a descriptor Pillow writes without looking whether all was taken, which a full disk does
    not.
    """

    def fileno(self) -> int:
        raise UnsupportedOperation

    def sync(self) -> None:
        """Have all on the disk before it goes on.

        Else some systems put a file's new name there before its bytes, and the old ones are gone.
        """
        self.flush()
        os.fsync(super().fileno())


def write_error(path: Path, error: OSError) -> ResultError:
    """What it means that `path` could not be written."""
    detail = repr(error)
    if error.errno in {*_FULL, errno.EFBIG} and is_of_worker(path):
        return ResultError(
            f"The folder for temporary files has no room: {path.name} could not be made.",
            "Make room in it, or name another one by the variable TMPDIR (on Windows TEMP) and "
            "start ailab again.",
            detail=detail,
        )
    if error.errno in _FULL:
        return ResultError(
            f"The disk is full: {path} could not be saved.",
            "Make room on it, or save to a folder on another disk.",
            detail=detail,
        )
    if error.errno in _FORBIDDEN:
        return ResultError(
            f"The folder {path.parent} does not allow writing.",
            "Choose another folder to save to.",
            detail=detail,
        )
    if error.errno == errno.ENOENT and not path.parent.exists():
        return ResultError(
            f"The folder {path.parent} is not there any more.",
            "Bring it back, or choose another folder to save to.",
            detail=detail,
        )
    if error.errno == errno.ENAMETOOLONG:
        return ResultError(
            f"The path {path} is too long for this system.",
            "Choose a folder with a shorter path to save to.",
            detail=detail,
        )
    return ResultError(
        f"{path} could not be saved ({error.strerror or type(error).__name__}).",
        "Choose another folder to save to.",
        detail=detail,
    )
