"""A bare model in the Hub's cache, as a download leaves it there."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from onnx_files import write_colour_model

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def write_bare(path: Path) -> Path:
    """A tiny network that says which colour a picture is, without its sheet."""
    write_colour_model(path)
    path.with_suffix(".ailab.json").unlink()
    return path


def keep_bare(
    cache: Path,
    model_id: str = "acme/colours",
    file: str = "colours.onnx",
    *,
    commit: str = COMMIT,
    more: bytes = b"",
) -> Path:
    """Put one into a cache; returns its path in the snapshot.

    Args:
        cache: the cache's folder.
        model_id: the Hub's id.
        file: its path in the repository.
        commit: of the snapshot.
        more: what its content differs by.
    """
    repo = cache / f"models--{model_id.replace('/', '--')}"
    (repo / "blobs").mkdir(parents=True, exist_ok=True)
    data = write_bare(cache / "made.onnx").read_bytes() + more
    (cache / "made.onnx").unlink()
    blob = repo / "blobs" / hashlib.sha256(data).hexdigest()
    blob.write_bytes(data)
    link = repo / "snapshots" / commit / file
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(os.path.relpath(blob, link.parent))
    (repo / "refs").mkdir(exist_ok=True)
    (repo / "refs" / "main").write_text(commit, "utf-8")
    return link
