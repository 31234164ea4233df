"""What lies in the cache, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from pathlib import Path

from ailab.services.library.check_summary import CheckSummary


class RepoKind(Enum):
    """What a repository holds; the value is how its folder's name begins."""

    MODEL = "models"
    DATASET = "datasets"
    SPACE = "spaces"
    KERNEL = "kernels"


@dataclass(frozen=True, slots=True)
class CachedFile:
    """A file of a revision, with its content on this disk.

    Attributes:
        path: POSIX path inside the repository.
        blob: the file in the repository's `blobs` that the revision links to, or the revision's
            own file where links are not allowed. It may be a link into the shared store.
        content: what tells one content on the disk from another, under whichever names it lies.
        size: bytes.
        names: how many names the content has on the disk (hard links).
    """

    path: str
    blob: Path
    content: str
    size: int
    names: int = 1


@dataclass(frozen=True, slots=True)
class CachedRevision:
    """One commit's files.

    Attributes:
        commit: the folder's name, the full commit.
        folder: the snapshot.
        refs: the branches and tags that named it when they were last asked for.
        files: the files that are there, by path.
        missing: paths of files whose content is gone, or leads out of the cache.
        size: bytes; a content of several names is counted once.
        modified: when its newest content was written; UTC.
    """

    commit: str
    folder: Path
    refs: tuple[str, ...] = ()
    files: tuple[CachedFile, ...] = ()
    missing: tuple[str, ...] = ()
    size: int = 0
    modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class CachedRepo:
    """One repository's place in the cache.

    Attributes:
        id: `owner/name`, or a bare `name`.
        kind: what it holds.
        folder: its place.
        revisions: newest first.
        size: bytes of all revisions' files; a content of several names is counted once.
        file_count: how many contents these are.
        last_used: when any of them was last read, as far as the system notes it; UTC.
        modified: when any of them was last written; UTC.
        incomplete: bytes of downloads that were not ended.
        unused: bytes that no revision shows.
        is_in_use: a program is downloading it, or a run of the lab uses it.
        is_loaded: the lab has it in memory.
        faults: sentences about what is wrong with it; empty for a sound one.
        check: what verifying it came to.
    """

    id: str
    kind: RepoKind
    folder: Path
    revisions: tuple[CachedRevision, ...] = ()
    size: int = 0
    file_count: int = 0
    last_used: datetime | None = None
    modified: datetime | None = None
    incomplete: int = 0
    unused: int = 0
    is_in_use: bool = False
    is_loaded: bool = False
    faults: tuple[str, ...] = ()
    check: CheckSummary = field(default_factory=CheckSummary)

    def revision(self, commit: str) -> CachedRevision | None:
        """The revision of a commit; None where it is not there."""
        return next((each for each in self.revisions if each.commit == commit), None)

    @property
    def main_commit(self) -> str | None:
        """The commit that the main branch was when it was last asked for; None where unknown."""
        return next((each.commit for each in self.revisions if "main" in each.refs), None)
