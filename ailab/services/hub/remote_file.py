"""A file of the Hub while it arrives."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from ailab.services.hub.file_headers import FileHeaders


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """What the Hub says about a file, and the file itself.

    Attributes:
        headers: its commit, size and checksum.
        chunks: the content in pieces of about 1 MiB, to be read once.
        start: the byte of the file that the chunks begin at: what was asked for, or 0 where the
            server gives no parts.
    """

    headers: FileHeaders
    chunks: AsyncIterator[bytes] = field(repr=False)
    start: int = 0
