"""A file that the embedded Hub gives out."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

_LARGE = 64 * 1024
_LARGE_SUFFIXES = frozenset({".bin", ".ckpt", ".h5", ".onnx", ".pt", ".pth", ".safetensors"})


@dataclass(frozen=True, slots=True)
class ZeroPadded:
    """Some bytes and then zeros, which nobody need keep: weights at their true size.

    Attributes:
        head: the bytes.
        size: of the whole, zeros included.
    """

    head: bytes = field(repr=False)
    size: int


@dataclass(frozen=True, slots=True)
class DemoFile:
    """A file of a repository.

    Attributes:
        path: POSIX path inside the repository.
        content: the bytes themselves, what stands for them, or the file on this disk that
            holds them.
    """

    path: str
    content: bytes | ZeroPadded | Path = field(repr=False)

    @property
    def size(self) -> int:
        """Bytes."""
        if isinstance(self.content, bytes):
            return len(self.content)
        if isinstance(self.content, ZeroPadded):
            return self.content.size
        return self.content.stat().st_size

    @property
    def is_large(self) -> bool:
        """True where the Hub keeps the file outside git (LFS) and serves it from the CDN."""
        return PurePosixPath(self.path).suffix in _LARGE_SUFFIXES or self.size > _LARGE

    def read(self, start: int = 0, length: int | None = None) -> bytes:
        """Up to `length` bytes from `start`, all of the rest for None; call it in a thread."""
        end = self.size if length is None else min(start + length, self.size)
        if isinstance(self.content, bytes):
            return self.content[start:end]
        if isinstance(self.content, ZeroPadded):
            return self.content.head[start:end].ljust(max(0, end - start), b"\0")
        with self.content.open("rb") as stream:
            stream.seek(start)
            return stream.read(max(0, end - start))
