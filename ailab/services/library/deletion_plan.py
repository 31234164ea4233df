"""What a deletion would do, to be shown before it is done."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from ailab.services.library.cached_repo import CachedFile, CachedRepo
from ailab.services.library.shared_store import SharedStore


class Extent(Enum):
    """How much of a repository is deleted."""

    REPO = "everything"
    REVISION = "one revision"
    DAMAGED = "damaged files"


@dataclass(frozen=True, slots=True)
class DeletionPlan:
    """A deletion that a person can agree to.

    Attributes:
        repo_id: whose files.
        extent: how much of it.
        freed: bytes that the disk gets back.
        commits: the revisions that it takes something from.
        refs: the branches and tags that name none of its revisions any more.
        files: paths of the files that go; only for damaged ones.
        blobs: contents that nothing else in the repository shows.
        is_loaded: the lab has the model in memory, and takes it out first.
    """

    repo_id: str
    extent: Extent
    freed: int
    commits: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    blobs: frozenset[Path] = frozenset()
    is_loaded: bool = False


def plan_repo(repo: CachedRepo, store: SharedStore) -> DeletionPlan:
    """Delete a repository as a whole, what it left half-downloaded too."""
    files = {file.blob: file for each in repo.revisions for file in each.files}
    return DeletionPlan(
        repo_id=repo.id,
        extent=Extent.REPO,
        freed=_freed(files, store) + repo.incomplete + repo.unused,
        commits=tuple(each.commit for each in repo.revisions),
        refs=tuple(ref for each in repo.revisions for ref in each.refs),
        blobs=frozenset(files),
    )


def plan_revision(repo: CachedRepo, commit: str, store: SharedStore) -> DeletionPlan:
    """Delete one revision; the last one takes the repository along, as with `huggingface_hub`."""
    others = [each for each in repo.revisions if each.commit != commit]
    revision = repo.revision(commit)
    if revision is None or not others:
        return plan_repo(repo, store)
    kept = {file.blob for each in others for file in each.files}
    files = {file.blob: file for file in revision.files if file.blob not in kept}
    return DeletionPlan(
        repo_id=repo.id,
        extent=Extent.REVISION,
        freed=_freed(files, store),
        commits=(commit,),
        refs=revision.refs,
        blobs=frozenset(files),
    )


def plan_damaged(repo: CachedRepo, store: SharedStore) -> DeletionPlan:
    """Delete the files that verifying found damaged, from every revision that shows them."""
    blobs = repo.check.damaged_blobs
    files = [
        (each.commit, file) for each in repo.revisions for file in each.files if file.blob in blobs
    ]
    return DeletionPlan(
        repo_id=repo.id,
        extent=Extent.DAMAGED,
        freed=_freed({file.blob: file for _, file in files}, store),
        commits=tuple(dict.fromkeys(commit for commit, _ in files)),
        files=tuple(sorted({file.path for _, file in files})),
        blobs=blobs,
    )


def _freed(files: dict[Path, CachedFile], store: SharedStore) -> int:
    """Bytes that the disk gets back for these blobs: a content with another name stays."""
    freed = 0
    shared: set[Path] = set()
    names: dict[str, list[CachedFile]] = {}
    for blob, file in files.items():
        if (content := store.content_of(blob)) is not None:
            shared.add(content)
        elif not blob.is_symlink():  # elsewhere nothing is deleted
            names.setdefault(file.content, []).append(file)
    for same in names.values():
        if len(same) >= same[0].names:
            freed += same[0].size
    blobs: Set[Path] = set(files)
    return freed + sum(store.freed(content, blobs) for content in shared)
