"""Which places a worker must be able to read for a model."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from ailab.services.inference.companions import COMPANIONS
from ailab.services.inference.model_layout import INNER_FOLDERS
from ailab.services.local_path import is_folder

_SNAPSHOT = re.compile(r"models--.+/snapshots/[^/]+(/onnx)?")
_OF_A_MODEL = (".onnx", ".json", ".txt", ".safetensors", ".data", ".model")
_TOKENS = ("token", "stored_tokens")
_MOST_FILES = 500
_MOST_KEPT = 16


@dataclass(frozen=True, slots=True)
class ModelPlace:
    """A folder or file, and which one it is, should another come to lie there.

    Attributes:
        path: absolute.
        device: number of its disk.
        inode: its number on that disk.
    """

    path: str
    device: int
    inode: int


def model_places(path: Path) -> frozenset[ModelPlace]:
    """The Hub cache where a model lies in one; else its folder, and that alone.

    Where more than models lies in the cache's folder, its repository alone, and those of which
    models need tokenizers. Of a folder that
    holds a person's whole home, only the files that can belong to a model.
    Touches the disk.

    Args:
        path: absolute, as in `RunnableModel`.
    """
    root = model_root(path)
    repo = snapshot_repo(root)
    if repo is not None:
        cache = repo.parent
        # Some keep the Hub's cache and its tokens in one folder.
        if not _is_around_home(cache) and not any((cache / name).exists() for name in _TOKENS):
            return frozenset(_places([cache]))
        beside = chain.from_iterable(each.repositories(cache) for each in COMPANIONS)
        return frozenset(_places([repo, cache / "blobs", *beside]))
    if not _is_around_home(root):
        return frozenset(_places([root]))
    return frozenset(_places(_files_of_models(root)))


def is_within(places: Iterable[ModelPlace], readable: frozenset[ModelPlace]) -> bool:
    """True where all places are among those that a worker may read, or in a folder of these."""
    folders = tuple(f"{place.path.rstrip(os.sep)}{os.sep}" for place in readable)
    return all(place in readable or place.path.startswith(folders) for place in places)


def joined_places(
    places: frozenset[ModelPlace], before: frozenset[ModelPlace]
) -> frozenset[ModelPlace]:
    """What a new worker may read: what is needed, and a few of the folders that were."""
    paths = {place.path for place in places}
    kept = [each for each in before if each.path not in paths]
    return places | frozenset(kept[:_MOST_KEPT]) if len(places) < _MOST_KEPT else places


def model_root(path: Path) -> Path:
    """The folder that a model's path means.

    That of an `.onnx` file is its parent, or the one above its `onnx` folder.
    """
    if is_folder(path):
        return path
    return path.parent.parent if path.parent.name == "onnx" else path.parent


def snapshot_repo(root: Path) -> Path | None:
    """The folder of the repository that a folder is a snapshot of; None for any other folder."""
    return root.parents[1] if _SNAPSHOT.fullmatch("/".join(root.parts[-3:])) else None


def _is_around_home(folder: Path) -> bool:
    home = os.path.realpath(Path.home())
    path = os.path.realpath(folder)
    return path == os.sep or f"{home}{os.sep}".startswith(f"{path}{os.sep}")


def _files_of_models(folder: Path) -> list[Path]:
    try:
        inner = (sorted((folder / name).glob("*")) for name in INNER_FOLDERS)
        entries = [*sorted(folder.iterdir()), *chain.from_iterable(inner)]
    except OSError:
        return []
    named = (each for each in entries if ".onnx" in each.name or each.suffix in _OF_A_MODEL)
    return [each for each in named if not each.name.startswith(".") and each.is_file()][
        :_MOST_FILES
    ]


def _places(paths: list[Path]) -> list[ModelPlace]:
    places = []
    for path in paths:
        try:
            found = path.stat()
        except OSError:
            continue  # gone: loading says so
        places.append(ModelPlace(str(path), found.st_dev, found.st_ino))
    return places
