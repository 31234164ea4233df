"""Which models lie in the cache."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from ailab.services.library.cache_layout import kind_and_id
from ailab.services.library.cached_repo import RepoKind


def kept_ids(cache: Path) -> frozenset[str]:
    """Ids of the models that have a snapshot; touches the disk, and belongs in a thread."""
    ids: set[str] = set()
    with suppress(OSError), os.scandir(cache) as folders:
        for folder in folders:
            found = kind_and_id(folder.name)
            if found is not None and found[0] is RepoKind.MODEL and _has_snapshot(folder.path):
                ids.add(found[1])
    return frozenset(ids)


def _has_snapshot(folder: str) -> bool:
    """True where a commit's folder holds anything."""
    with suppress(OSError), os.scandir(Path(folder) / "snapshots") as commits:
        for commit in commits:
            with suppress(OSError), os.scandir(commit.path) as files:
                if next(files, None) is not None:
                    return True
    return False
