"""Compares a content with its checksum."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_CHUNK = 2**20


def has_checksum(blob: Path, checksum: str, on_bytes: Callable[[int], bool]) -> bool | None:
    r"""True where a content has a checksum.

    Args:
        blob: the file; it may be a link.
        checksum: the sha256 of the content (64 hexadecimal digits), or the id of the git blob
            (40), which is the sha1 of `blob <size>\0` and the content.
        on_bytes: called with the number of bytes read since; False from it ends the reading.

    Returns:
        None where the reading was ended.

    Raises:
        OSError: the file can't be read.
    """
    status = blob.stat()
    if len(checksum) == 64:
        digest = hashlib.sha256()
    else:
        digest = hashlib.sha1(b"blob %d\0" % status.st_size, usedforsecurity=False)
    try:
        with blob.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                if not on_bytes(len(chunk)):
                    return None
    finally:
        # Verifying is not using: "last used" stays what it was.
        with suppress(OSError):
            os.utime(blob, ns=(status.st_atime_ns, status.st_mtime_ns))
    return digest.hexdigest() == checksum
