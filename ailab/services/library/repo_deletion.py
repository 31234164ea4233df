"""Deletes what a plan names, in an order that leaves nothing that lies.

What is shown goes first (branches and tags, then a whole snapshot in one step), the contents
last. Whatever ends the deletion halfway leaves contents that nothing shows, never a snapshot
whose files are gone.
"""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path

from ailab.services.library.cached_repo import CachedRepo
from ailab.services.library.deletion_plan import DeletionPlan, Extent
from ailab.services.library.shared_store import SharedStore

_TRASH = ".ailab-deleted"


class RepoDeletion:
    """Carries out deletions in one cache; every method belongs in a thread.

    Nothing outside of the cache is touched: of a link the link itself is deleted, and a
    content only where it lies in the repository's own `blobs`.

    Args:
        cache: the cache's folder.
    """

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._store = SharedStore(cache)
        self._trash = cache / _TRASH

    def run(self, repo: CachedRepo, plan: DeletionPlan) -> None:
        """Delete what `plan` names, which was made for `repo` as it is now.

        Raises:
            OSError: the disk refuses; what is still shown is whole.
        """
        shared = {self._store.content_of(blob) for blob in plan.blobs}
        if self._trash.is_symlink():
            self._trash.unlink()
        try:
            if plan.extent is Extent.REPO:
                self._throw_away(repo.folder)
            elif plan.extent is Extent.REVISION:
                self._delete_revision(repo, plan)
            else:
                self._delete_files(repo, plan)
            for content in shared:
                if content is not None:
                    self._store.release(content)
        finally:
            # What an earlier deletion had to leave goes along; what can't go now, the next time.
            shutil.rmtree(self._trash, ignore_errors=True)

    def _delete_revision(self, repo: CachedRepo, plan: DeletionPlan) -> None:
        for ref in plan.refs:
            path = repo.folder / "refs" / ref
            path.unlink(missing_ok=True)
            self._remove_empty(path.parent, repo.folder / "refs")
        for commit in plan.commits:
            self._throw_away(repo.folder / "snapshots" / commit)
            # What the Hub's client notes of a revision beside it; of no use without it.
            (repo.folder / "trees" / f"{commit}.json").unlink(missing_ok=True)
            self._throw_away(repo.folder / ".no_exist" / commit)
        self._delete_blobs(repo, plan)

    def _delete_files(self, repo: CachedRepo, plan: DeletionPlan) -> None:
        for revision in repo.revisions:
            for file in revision.files:
                if file.blob in plan.blobs:
                    (revision.folder / file.path).unlink(missing_ok=True)
        self._delete_blobs(repo, plan)

    def _delete_blobs(self, repo: CachedRepo, plan: DeletionPlan) -> None:
        folder = repo.folder / "blobs"
        if folder.is_symlink():
            return
        for blob in plan.blobs:
            if blob.parent == folder:
                blob.unlink(missing_ok=True)

    def _throw_away(self, path: Path) -> None:
        # One step, so that nobody finds a half-deleted folder in its place. It fails on Windows
        # where a program has one of the files open.
        while path.exists():
            self._trash.mkdir(exist_ok=True)
            try:
                path.rename(self._trash / f"{path.name}.{secrets.token_hex(4)}")
            except FileNotFoundError:  # gone, or another lab has emptied the trash meanwhile
                continue

    def _remove_empty(self, folder: Path, top: Path) -> None:
        while folder != top:
            try:
                folder.rmdir()
            except OSError:  # another branch lies in it
                return
            folder = folder.parent
