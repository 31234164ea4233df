"""The models used last, kept in memory."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from ailab.services.inference.freed_memory import give_memory_back
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.model_layout import INNER_FOLDERS
from ailab.services.inference.open_model import model_files
from ailab.services.inference.runnable_model import RunnableModel

if TYPE_CHECKING:
    from ailab.services.inference.loaded_model import LoadedModel

_log = logging.getLogger(__name__)


class WorkerFull(Exception):  # noqa: N818 - not an error: a new worker has room
    """Every model kept had to go for the next one, and their memory may not come back here."""


@dataclass(frozen=True, slots=True)
class _Source:
    """What a model was loaded from."""

    model: RunnableModel
    files: tuple[tuple[str, int, int], ...]

    def is_of(self, other: _Source) -> bool:
        """The same weights, whatever state their files are in."""
        mine, its = self.model, other.model
        return (mine.path, mine.variant, mine.engine, mine.device, mine.address, mine.reader) == (
            *(its.path, its.variant, its.engine, its.device, its.address, its.reader),
        )

    def has_weights_of(self, other: _Source) -> bool:
        """Another sheet is tried on the same, unchanged files."""
        return (
            self.is_of(other)
            and self.model.sheet != other.model.sheet
            and self.model.token == other.model.token
            and self.files == other.files
        )


@dataclass(slots=True, eq=False)
class _Kept:
    """A model in memory."""

    source: _Source
    loaded: LoadedModel
    bytes: int


class ModelCache:
    """Keeps the models used last, as long as they fit the memory meant for them.

    Models are found by any thread, but loaded and dropped by one alone.

    Args:
        load: loads a model's weights.
        most: bytes that the models kept may take together. One is always kept, however large.
        held: tells how many bytes this process holds.
    """

    def __init__(
        self,
        load: Callable[[RunnableModel], LoadedModel],
        most: int,
        held: Callable[[], int],
    ) -> None:
        self._load = load
        self._most = most
        self._held = held
        self._held_at_first = held()
        self._kept: list[_Kept] = []  # the one used last is the last
        self._lock = threading.Lock()

    @property
    def paths(self) -> tuple[Path, ...]:
        """The places of the models kept."""
        with self._lock:
            paths = (kept.source.model.paths for kept in self._kept)
            return tuple(dict.fromkeys(chain.from_iterable(paths)))

    def find(self, model: RunnableModel) -> LoadedModel | None:
        """A model, where it is kept and its files have not changed since."""
        source = _Source(model, _files_state(model))
        with self._lock:
            kept = next((kept for kept in self._kept if kept.source == source), None)
            if kept is None:
                return None
            self._kept.remove(kept)
            self._kept.append(kept)
            return kept.loaded

    def load(self, model: RunnableModel) -> LoadedModel:
        """A model that is kept, or else is loaded now and kept.

        Raises:
            ModelFileError: the files are damaged or not what they say they are.
            WorkerFull: see there; nothing is kept any more.
        """
        found = self.find(model)
        if found is not None:
            return found
        source = _Source(model, _files_state(model))
        similar = next((kept for kept in self._kept if source.has_weights_of(kept.source)), None)
        if similar is not None:
            loaded = similar.loaded.described_by(model)
            with self._lock:
                similar.source, similar.loaded = source, loaded
            return loaded
        self._drop([kept.source for kept in self._kept if source.is_of(kept.source)])
        expected = _weights_size(model)
        self._make_room(expected)
        before = self._held()
        loaded = self._load(model)
        size = max(expected, self._held() - before)
        with self._lock:
            self._kept.append(_Kept(source, loaded, size))
        return loaded

    def unload(self, path: Path) -> None:
        """Let go of the models at a place."""
        self._drop([each.source for each in self._kept if path in each.source.model.paths])

    def _make_room(self, needed: int) -> None:
        """Let go of the models used longest ago, until another fits.

        What the process really holds counts too: a network takes more once it has run, and what
        an allocator keeps of those that went is taken as well.
        """
        had_some = bool(self._kept)
        if had_some and self._taken() + needed > self._most:
            give_memory_back()  # networks reckon in memory that is kept for their next picture
        while self._kept and self._taken() + needed > self._most:
            self._drop([self._kept[0].source])
        if had_some and not self._kept:
            raise WorkerFull

    def _taken(self) -> int:
        return max(sum(kept.bytes for kept in self._kept), self._held() - self._held_at_first)

    def _drop(self, going: Collection[_Source]) -> None:
        if not going:
            return
        with self._lock:
            self._kept = [kept for kept in self._kept if kept.source not in going]
        give_memory_back()
        _log.debug("let go of %s", ", ".join(source.model.name for source in going))


def _weights_size(model: RunnableModel) -> int:
    """Bytes of the files that are read; 0 where loading will say what is wrong with them."""
    more = 0 if model.reader is None else _weights_size(model.reader)
    with contextlib.suppress(ModelFileError, OSError):
        files = model_files(model.path, model.variant or None, sheet=model.sheet)
        return more + sum(path.stat().st_size for _, path in files)
    return more


def _files_state(model: RunnableModel) -> tuple[tuple[str, int, int], ...]:
    """Names, sizes and times of a model's files, so that a file written anew is loaded anew."""
    state = []
    with contextlib.suppress(OSError):  # vanished: loading says what it lacks
        for path in model.paths:
            for file in sorted(_files_that_count(path), key=lambda file: file.path):
                found = file.stat()
                state.append((file.path, found.st_size, found.st_mtime_ns))
    return tuple(state)


def _files_that_count(path: Path) -> list[os.DirEntry[str]]:
    # Asked for each picture: `Path.glob` would take three times as long.
    if path.is_dir():
        files = _entries(path)
        inner = [file.path for file in files if file.name in INNER_FOLDERS]
        return files + [file for folder in inner for file in _entries(folder)]
    files = [
        file
        for file in _entries(path.parent)
        if file.name.startswith(path.stem) or file.name.endswith(".json")
    ]
    if path.parent.name == "onnx":
        files += [file for file in _entries(path.parents[1]) if file.name.endswith(".json")]
    return files


def _entries(folder: Path | str) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return list(entries)
