"""Links among a model's files, which may not lead out of its place.

A folder that came from somewhere may hold links to anything on this disk, and what they lead to
would be read as a model's, shown as its labels, or told in an error. The Hub's cache is made of
links: a snapshot's files lead to `blobs` of the same repository, or on to the store that the
repositories of a cache share (`blobs/<2 digits>/<64 digits>` beside them).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.sandbox.model_places import model_root, snapshot_repo

_SHARED = re.compile(r"[0-9a-f]{2}/[0-9a-f]{64}")


def check_links(root: Path, files: Iterable[str]) -> None:
    """Refuse a model of which a file lies outside its folder, or outside its repository's blobs.

    Args:
        root: the model's folder.
        files: POSIX paths in it, of files that need not be there.

    Raises:
        ModelFileError: one is a link that leads out; says which, and where to.
    """
    for file in files:
        target = Path(os.path.realpath(root / file))
        if not _is_inside(root, target):
            raise ModelFileError(
                f"{file.rpartition('/')[2]} is a link that leads out of the model's folder, and "
                "ailab does not follow it.",
                f"Put the file itself into the folder, or open the model where it lies: {target}.",
            )


def is_inside(path: Path) -> bool:
    """True for a file of a model's folder that is no link leading out of it."""
    return _is_inside(model_root(path), Path(os.path.realpath(path)))


def _is_inside(root: Path, target: Path) -> bool:
    repo = snapshot_repo(root)
    if repo is None:
        return Path(os.path.realpath(root)) in target.parents
    real = Path(os.path.realpath(repo))
    # Where links are not allowed, the files themselves lie in the snapshot.
    if {real / "blobs", real / "snapshots" / root.name} & set(target.parents):
        return True
    shared = Path(os.path.realpath(repo.parent)) / "blobs"
    return shared in target.parents and bool(
        _SHARED.fullmatch(target.relative_to(shared).as_posix())
    )
