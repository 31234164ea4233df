"""A file on its way into the cache, not yet verified."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import IO


class StagedFile:
    """Content beside the place where it belongs; every method belongs in a thread.

    Args:
        path: where the content is written.
        checksum: what it must have: a sha256 (64 hexadecimal digits) of the content, or the id
            (40) of the git blob that holds it, as the Hub gives it for large and small files.
    """

    def __init__(self, path: Path, checksum: str) -> None:
        self.path = path
        self.checksum = checksum
        self._file: IO[bytes] | None = None
        self._sha256 = hashlib.sha256()

    def begin(self) -> None:
        """Start with nothing, whatever was written before."""
        self._close()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self.path.open("wb")
        self._sha256 = hashlib.sha256()

    def write(self, chunk: bytes) -> None:
        """Append to the content; `begin` comes first."""
        if self._file is None:
            raise ValueError("the file is not open")
        self._file.write(chunk)
        if len(self.checksum) == 64:
            self._sha256.update(chunk)

    def is_right(self) -> bool:
        """End the content; True where it has the checksum."""
        self._close()
        if len(self.checksum) == 64:
            return self._sha256.hexdigest() == self.checksum
        return git_blob_id(self.path) == self.checksum

    def discard(self) -> None:
        """Remove what was written."""
        with suppress(OSError):  # a full disk refuses the rest of the buffer once more
            self._close()
        self.path.unlink(missing_ok=True)

    def _close(self) -> None:
        if self._file is not None:
            file, self._file = self._file, None
            file.close()


def git_blob_id(path: Path) -> str:
    r"""The id that git gives a file's content: the sha1 of `blob <size>\0` and the content."""
    digest = hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)
    with path.open("rb") as file:
        while chunk := file.read(2**20):
            digest.update(chunk)
    return digest.hexdigest()
