"""What the view models ask of the models on this disk."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from ailab.services.library.cached_repo import CachedRepo
from ailab.services.library.deletion_plan import DeletionPlan, Extent

NO_CHECKSUMS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class LibraryPlace:
    """The cache in use.

    Attributes:
        folder: where it is.
        is_there: False before anything was downloaded.
        free: bytes that its disk has left; None where the system does not say.
    """

    folder: Path
    is_there: bool
    free: int | None = None


@dataclass(frozen=True, slots=True)
class CheckProgress:
    """How far a verification is.

    Attributes:
        repo_id: whose files.
        file: the path of the file that is read now.
        done: bytes read.
        total: bytes to be read in all.
    """

    repo_id: str
    file: str
    done: int
    total: int


class Library(Protocol):
    """The cache as the view models see it; every method raises `LabError`."""

    async def place(self) -> LibraryPlace:
        """Where the cache is, and what room there is."""
        ...

    def read(self) -> AsyncIterator[tuple[CachedRepo, ...]]:
        """Everything in the cache, some repositories at a time, as they are read."""
        ...

    async def read_model(self, model_id: str) -> CachedRepo | None:
        """One model as it is now; None where nothing of it is here."""
        ...

    async def plan_deletion(
        self, model_id: str, extent: Extent, commit: str | None = None
    ) -> DeletionPlan:
        """What a deletion would do.

        Args:
            model_id: whose files.
            extent: how much of it.
            commit: which revision, for `Extent.REVISION`.
        """
        ...

    async def delete(self, plan: DeletionPlan) -> int:
        """Carry a plan out and return the bytes that became free; refuses what is in use.

        The plan is made anew first: what was downloaded meanwhile is not lost.
        """
        ...

    async def verify(
        self,
        model_id: str,
        on_progress: Callable[[CheckProgress], None],
        checksums: Mapping[str, str] = NO_CHECKSUMS,
    ) -> CachedRepo | None:
        """Read a model's files anew and compare them with their checksums.

        What was found is kept. Cancelling keeps what was found so far.

        Args:
            model_id: whose files.
            on_progress: called at most ten times a second.
            checksums: by `commit/path`, of files that are not named by theirs.

        Returns:
            The model with what was found; None where nothing of it is here any more.
        """
        ...
