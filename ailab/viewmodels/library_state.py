"""What the Library tab shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from types import MappingProxyType

from ailab.services.library.cached_repo import CachedRepo
from ailab.services.library.deletion_plan import DeletionPlan
from ailab.services.library.library import CheckProgress, LibraryPlace
from ailab.services.problem import Problem


class LibrarySort(Enum):
    """How the list is ordered; the value is the word for it."""

    NAME = "Name"
    SIZE = "Size"
    LAST_USED = "Last used"


class Update(Enum):
    """Whether the Hub has a newer commit of a model's main branch; the value is the word for it."""

    AVAILABLE = "update available"
    NONE = "up to date"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class LibraryState:
    """Everything the Library tab shows.

    Attributes:
        place: the cache in use; None before it was looked at.
        models: every model in the cache.
        shown: those that the filter leaves, in order.
        size: bytes of all models; a content that several share is counted once.
        other_count: how many data sets, spaces and kernels lie there beside the models.
        other_size: bytes of these.
        filter: text to be found in the models' ids.
        sort: the order.
        is_descending: largest, newest, or last letter first.
        selected_id: the selected model; None for none.
        is_reading: the cache is being read.
        has_read: it was read to its end.
        problem: why it could not be read.
        plan: a deletion that waits for the person's agreement.
        is_deleting: the agreed one is under way.
        action_problem: why a deletion, a verification or a look at the Hub failed.
        notice: what the last one came to; empty for nothing to tell.
        checking: the verification under way.
        updates: by model id, what the Hub said.
        is_asking_updates: the Hub is being asked.
        asked_updates: how many models it was asked about so far.
    """

    place: LibraryPlace | None = None
    models: tuple[CachedRepo, ...] = ()
    shown: tuple[CachedRepo, ...] = ()
    size: int = 0
    other_count: int = 0
    other_size: int = 0
    filter: str = ""
    sort: LibrarySort = LibrarySort.NAME
    is_descending: bool = False
    selected_id: str | None = None
    is_reading: bool = False
    has_read: bool = False
    problem: Problem | None = None
    plan: DeletionPlan | None = None
    is_deleting: bool = False
    action_problem: Problem | None = None
    notice: str = ""
    checking: CheckProgress | None = None
    updates: Mapping[str, Update] = field(default_factory=lambda: MappingProxyType({}))
    is_asking_updates: bool = False
    asked_updates: int = 0

    @property
    def selected(self) -> CachedRepo | None:
        """The selected model; None for none."""
        return None if self.selected_id is None else self.model(self.selected_id)

    def model(self, model_id: str) -> CachedRepo | None:
        """A model by its id; None where it is not here."""
        return next((repo for repo in self.models if repo.id == model_id), None)

    @property
    def is_checking(self) -> bool:
        """A verification is under way."""
        return self.checking is not None


def shown_models(
    models: tuple[CachedRepo, ...], text: str, sort: LibrarySort, *, is_descending: bool
) -> tuple[CachedRepo, ...]:
    """The models that a filter leaves, in order; equal ones by name."""
    words = text.casefold().split()
    kept = [repo for repo in models if all(word in repo.id.casefold() for word in words)]
    kept.sort(key=lambda repo: repo.id.casefold())
    if sort is LibrarySort.NAME:
        kept.sort(key=lambda repo: repo.id.casefold(), reverse=is_descending)
    elif sort is LibrarySort.SIZE:
        kept.sort(key=size_on_disk, reverse=is_descending)
    else:
        kept.sort(key=lambda repo: repo.last_used or _NEVER, reverse=is_descending)
    return tuple(kept)


def content_of(repos: tuple[CachedRepo, ...]) -> frozenset[tuple[str, int]]:
    """Which repositories there are, and of what size: what people see of a change."""
    return frozenset((repo.id, size_on_disk(repo)) for repo in repos)


def size_on_disk(repo: CachedRepo) -> int:
    """Bytes that a model takes, what was not ended or is not shown any more included."""
    return repo.size + repo.incomplete + repo.unused


def total_size(repos: tuple[CachedRepo, ...]) -> int:
    """Bytes of several repositories; a content that they share is counted once."""
    contents = {
        file.content: file.size
        for repo in repos
        for revision in repo.revisions
        for file in revision.files
    }
    return sum(contents.values()) + sum(repo.incomplete + repo.unused for repo in repos)


_NEVER = datetime.fromtimestamp(0, UTC)
