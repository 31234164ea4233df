"""Memory that the window and its worker share, for results that are large.

The window makes it, before the worker starts, and gives it away without a name where it can: on
Unix as an open file that has none (the worker inherits the descriptor), on Windows as a mapping
with a name of 128 random bits. So nobody else finds it, nothing is left behind whichever of the
two ends how, and the worker, which may open and make nothing, needs to do neither. The file cannot
be made longer or shorter on Linux, so that a worker out of its mind takes no more memory by it.

The window copies what it reads before it looks at it: what lies here may change at any time.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import tempfile
from contextlib import suppress
from typing import Protocol

BLOCK_ARGUMENT = "--result-block"

if sys.platform == "win32":
    import mmap


class SharedBlock(Protocol):
    """Some bytes that two processes see.

    Attributes:
        size: how many.
    """

    size: int

    def read(self, offset: int, size: int) -> bytes:
        """A copy of some of them; shorter where the other side has spoilt the block.

        Raises:
            OSError: they cannot be read.
        """
        ...

    def write(self, offset: int, data: bytes) -> None:
        """Put bytes there; they fit.

        Raises:
            OSError: they cannot be written.
        """
        ...

    def arguments(self) -> tuple[str, str]:
        """What the worker's command line says of it."""
        ...

    @property
    def inherited(self) -> tuple[int, ...]:
        """Descriptors that the worker has to inherit."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class _File:
    """A file without a name, in memory where the system has such."""

    def __init__(self, descriptor: int, size: int) -> None:
        self._descriptor = descriptor
        self.size = size

    @classmethod
    def made(cls, size: int) -> _File:
        if sys.platform == "linux":
            import fcntl  # noqa: PLC0415 - Unix alone

            descriptor = os.memfd_create("ailab-results", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
            os.ftruncate(descriptor, size)
            seals = fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL
            fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, seals)
        else:
            with tempfile.TemporaryFile() as file:
                descriptor = os.dup(file.fileno())
            os.ftruncate(descriptor, size)
        return cls(descriptor, size)

    def read(self, offset: int, size: int) -> bytes:
        pieces = []
        while size > 0 and (piece := os.pread(self._descriptor, size, offset)):
            pieces.append(piece)
            offset, size = offset + len(piece), size - len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def write(self, offset: int, data: bytes) -> None:
        left = memoryview(data)
        while left:
            written = os.pwrite(self._descriptor, left, offset)
            offset, left = offset + written, left[written:]

    def arguments(self) -> tuple[str, str]:
        return BLOCK_ARGUMENT, json.dumps({"descriptor": self._descriptor, "size": self.size})

    @property
    def inherited(self) -> tuple[int, ...]:
        return (self._descriptor,)

    def close(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        with suppress(OSError):
            os.close(descriptor)


if sys.platform == "win32":

    class _Mapping:
        """A mapping of the page file."""

        def __init__(self, name: str, size: int) -> None:
            self._name = name
            self.size = size
            self._bytes = mmap.mmap(-1, size, tagname=name)

        def read(self, offset: int, size: int) -> bytes:
            return self._bytes[offset : offset + size]

        def write(self, offset: int, data: bytes) -> None:
            self._bytes[offset : offset + len(data)] = data

        def arguments(self) -> tuple[str, str]:
            return BLOCK_ARGUMENT, json.dumps({"name": self._name, "size": self.size})

        @property
        def inherited(self) -> tuple[int, ...]:
            return ()

        def close(self) -> None:
            self._bytes.close()


def make_block(size: int) -> SharedBlock:
    """Make a block of some bytes; they take memory as they are used.

    Raises:
        OSError: the system has none.
    """
    if sys.platform == "win32":
        return _Mapping(f"ailab-{secrets.token_hex(16)}", size)
    return _File.made(size)


def inherited_block(arguments: list[str]) -> SharedBlock | None:
    """The block that a worker's command line speaks of; None where it speaks of none.

    Raises:
        OSError: it is not there.
    """
    if BLOCK_ARGUMENT not in arguments:
        return None
    told = json.loads(arguments[arguments.index(BLOCK_ARGUMENT) + 1])
    size = int(told["size"])
    if sys.platform == "win32":
        return _Mapping(str(told["name"]), size)
    return _File(int(told["descriptor"]), size)
