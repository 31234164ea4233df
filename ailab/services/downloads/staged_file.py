"""A file on its way into the cache, not yet verified."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import IO

from ailab.services.downloads.make_folder import make_folder
from ailab.services.regular_file import open_to_go_on

_STEP = 2**20
_STEPS_AT_ONCE = 64


class StagedFile:
    """Content beside the place where it belongs; every method belongs in a thread.

    What was written stays on the disk until it is discarded, so that a later file of the same
    path goes on where this one stopped, even if the process was killed in between.

    Args:
        path: where the content is written.
        checksum: what it must have: a sha256 (64 hexadecimal digits) of the content, or the id
            (40) of the git blob that holds it, as the Hub gives it for large and small files.

    Attributes:
        size: bytes of the content so far, as far as it is open.
    """

    def __init__(self, path: Path, checksum: str) -> None:
        self.path = path
        self.checksum = checksum
        self.size = 0
        self._file: IO[bytes] | None = None
        self._sha256 = hashlib.sha256()

    @property
    def is_open(self) -> bool:
        """Content can be appended."""
        return self._file is not None

    def open(self) -> None:
        """Open what lies there from before, or begin with nothing; `take_up` comes next."""
        if self._file is None:
            make_folder(self.path.parent)
            # Unbuffered, so that what was written is there even if the process is killed.
            self._file = open_to_go_on(self.path)
            self._sha256 = hashlib.sha256()
            self.size = 0

    def take_up(self) -> bool:
        """Hash some more of what lies there from before; False once all of it is."""
        file = self._opened()
        for _ in range(_STEPS_AT_ONCE):
            chunk = file.read(_STEP)
            if not chunk:
                return False
            self._take(chunk)
        return True

    def write(self, chunk: bytes) -> None:
        """Append to the content."""
        file = self._opened()
        rest = memoryview(chunk)
        while rest:
            rest = rest[file.write(rest) :]
        self._take(chunk)

    def restart(self) -> None:
        """Begin with nothing again."""
        file = self._opened()
        file.seek(0)
        file.truncate()
        self._sha256 = hashlib.sha256()
        self.size = 0

    def is_right(self) -> bool:
        """End the content; True where it has the checksum."""
        self.close()
        if len(self.checksum) == 64:
            return self._sha256.hexdigest() == self.checksum
        return git_blob_id(self.path) == self.checksum

    def close(self) -> None:
        """Keep what was written."""
        if self._file is not None:
            file, self._file = self._file, None
            file.close()

    def discard(self) -> None:
        """Remove what was written."""
        self.close()
        self.size = 0
        self.path.unlink(missing_ok=True)

    def _take(self, chunk: bytes) -> None:
        self.size += len(chunk)
        if len(self.checksum) == 64:
            self._sha256.update(chunk)

    def _opened(self) -> IO[bytes]:
        if self._file is None:
            raise ValueError("the file is not open")
        return self._file


def git_blob_id(path: Path) -> str:
    r"""The id that git gives a file's content: the sha1 of `blob <size>\0` and the content."""
    digest = hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)
    with path.open("rb") as file:
        while chunk := file.read(_STEP):
            digest.update(chunk)
    return digest.hexdigest()
