"""Caches as the Hub's own client lays them out."""

from __future__ import annotations

import hashlib
import itertools
import os
from collections.abc import Callable
from pathlib import Path

import pytest

COMMIT_A = "a" * 40
COMMIT_B = "b" * 40


class CacheMaker:
    """Lays out repositories file by file, as `huggingface_hub` does with and without links."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)

    def repo(self, name: str = "models--acme--nuclei") -> Path:
        """The folder of a repository, made where it is not there."""
        folder = self.folder / name
        for part in ("blobs", "refs", "snapshots"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        return folder

    def add(
        self,
        files: dict[str, bytes],
        commit: str = COMMIT_A,
        *,
        repo: str = "models--acme--nuclei",
        refs: tuple[str, ...] = (),
        links: bool = True,
    ) -> Path:
        """Add a revision; a small file's blob is named as git names it, a large one's by sha256."""
        folder = self.repo(repo)
        for path, content in files.items():
            pointer = folder / "snapshots" / commit / path
            pointer.parent.mkdir(parents=True, exist_ok=True)
            if not links:
                pointer.write_bytes(content)
                continue
            blob = folder / "blobs" / self.checksum(content)
            if not blob.exists():
                blob.write_bytes(content)
            pointer.symlink_to(os.path.relpath(blob, pointer.parent))
        for ref in refs:
            (folder / "refs" / ref).parent.mkdir(parents=True, exist_ok=True)
            (folder / "refs" / ref).write_text(commit, encoding="utf-8")
        return folder

    def checksum(self, content: bytes) -> str:
        """The name of a content's blob."""
        if len(content) > 1000:
            return hashlib.sha256(content).hexdigest()
        return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()

    def blob(self, content: bytes, repo: str = "models--acme--nuclei") -> Path:
        """Where a content lies."""
        return self.folder / repo / "blobs" / self.checksum(content)

    def everything(self) -> set[str]:
        """All paths in the cache, for comparing before with after."""
        return {path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*")}


@pytest.fixture
def cache(tmp_path: Path) -> CacheMaker:
    """An empty cache."""
    return CacheMaker(tmp_path / "hub")


@pytest.fixture
def make_cache(tmp_path: Path) -> Callable[[], CacheMaker]:
    """Makes empty caches, each of its own."""
    numbers = itertools.count()
    return lambda: CacheMaker(tmp_path / f"hub {next(numbers)}")
