"""The tokenizers of other repositories, as they lie on this disk; weights are never looked at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ailab.services.inference.companions import Companion
from ailab.services.inference.model_layout import ModelLayout
from ailab.services.inference.model_links import is_inside
from ailab.services.inference.sandbox.model_places import snapshot_repo
from ailab.services.inference.text_files import vocabulary_among


def companion_files(companion: Companion, root: Path, layout: ModelLayout) -> tuple[Path, ...]:
    """The tokenizer of another repository, and what belongs to it; empty where it is not here.

    A model's own folder comes first; where it lies in a Hugging Face cache, that is searched too,
    since there others' downloads lie beside it, and the worker may read it.

    Args:
        companion: whose.
        root: the model's folder.
        layout: the model's files.
    """
    own = vocabulary_among(set(layout.texts), f"{companion.folder}/")
    if own:
        return tuple(root / name for name in own)
    repo = snapshot_repo(root)
    if repo is None:
        return ()
    for place in companion.repositories(repo.parent):
        for snapshot in _snapshots(place):
            files = {path.name for path in snapshot.iterdir() if path.is_file()}
            found = tuple(snapshot / name for name in vocabulary_among(files))
            if found and all(map(is_inside, found)):
                return found
    return ()


def _snapshots(repo: Path) -> Iterator[Path]:
    """The snapshots of a repository, that of its main branch first."""
    folder = repo / "snapshots"
    try:
        main = (repo / "refs" / "main").read_text("utf-8").strip()
    except (OSError, ValueError):
        main = ""
    try:
        names = sorted(path.name for path in folder.iterdir() if path.is_dir())
    except OSError:
        names = []
    yield from (folder / name for name in sorted(names, key=lambda name: name != main))
