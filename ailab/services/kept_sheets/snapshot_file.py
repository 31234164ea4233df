"""A file in the Hugging Face cache, by what the Hub calls it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ailab.services.inference.sandbox.model_places import model_root, snapshot_repo
from ailab.services.library.cache_layout import is_checksum, kind_and_id, link_target


@dataclass(frozen=True, slots=True)
class SnapshotFile:
    """A file of a model at one revision.

    Attributes:
        model_id: the Hub's id.
        revision: the full commit.
        file: POSIX path inside the repository.
        content: its checksum, as the cache names blobs; empty where links are not used.
    """

    model_id: str
    revision: str
    file: str
    content: str = ""


def snapshot_file(path: Path) -> SnapshotFile | None:
    """What a path in the cache stands for; None for one elsewhere. Touches the disk.

    Args:
        path: absolute, links not followed, of a file at a snapshot's root or in its `onnx` folder.
    """
    root = model_root(path)
    repo = snapshot_repo(root)
    named = None if repo is None else kind_and_id(repo.name)
    if named is None:
        return None
    return SnapshotFile(named[1], root.name, path.relative_to(root).as_posix(), _content(path))


def _content(path: Path) -> str:
    try:
        blob = link_target(path).name
    except OSError:  # no link
        return ""
    return blob if is_checksum(blob) else ""
