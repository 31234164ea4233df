"""The locks of a repository's downloads, those of `huggingface_hub` and the lab's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ailab.services.library.library_error import LibraryError


def is_locked(cache: Path, folder_name: str) -> bool:
    """True where a program holds a lock of a repository's files."""
    try:
        with held_locks(cache, folder_name):
            return False
    except LibraryError:
        return True


@contextmanager
def held_locks(cache: Path, folder_name: str) -> Iterator[None]:
    """Hold all locks of a repository, so that no download of these files begins meanwhile.

    Where the file system knows no locks, or they may not be written, nothing is held.

    Raises:
        LibraryError: a program holds one of them.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415 - not before the window is painted

    folder = cache / ".locks" / folder_name
    try:
        paths = sorted(folder.glob("*.lock"))
    except OSError:
        paths = []
    with ExitStack() as held:
        for path in paths:
            lock = FileLock(path, blocking=False)
            try:
                lock.acquire()
            except Timeout:
                raise LibraryError(
                    "The model is being downloaded now.",
                    "Wait for the download's end, or cancel it, and try again.",
                    detail=str(path),
                ) from None
            except (OSError, NotImplementedError):
                continue
            held.callback(lock.release)
        yield
