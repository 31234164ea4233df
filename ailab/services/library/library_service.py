"""The Hugging Face cache on this disk, off the event loop."""

from __future__ import annotations

import asyncio
import errno
import shutil
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ailab.services.downloads.hub_cache import find_cache
from ailab.services.downloads.run_to_end import run_to_end
from ailab.services.library.cache_layout import folder_of_model, kind_and_id
from ailab.services.library.cached_repo import CachedRepo
from ailab.services.library.check_record import CheckRecord
from ailab.services.library.deletion_plan import (
    DeletionPlan,
    Extent,
    plan_damaged,
    plan_repo,
    plan_revision,
)
from ailab.services.library.library import NO_CHECKSUMS, CheckProgress, LibraryPlace
from ailab.services.library.library_error import LibraryError
from ailab.services.library.loaded_models import LoadedModels
from ailab.services.library.repo_check import RepoCheck
from ailab.services.library.repo_deletion import RepoDeletion
from ailab.services.library.repo_locks import held_locks, is_locked
from ailab.services.library.repo_reader import read_repo
from ailab.services.library.shared_store import SharedStore

_SECONDS_AT_ONCE = 0.05
_PARTS = ("blobs", "refs", "snapshots")
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}


class LibraryService:
    """Reads, verifies and deletes in threads; light to import. See `Library`.

    Args:
        folder: the cache's folder; None for the one of the environment.
        record: in which is kept what was verified; None to forget it with the lab.
        loaded: the model that the lab has in memory.
    """

    def __init__(
        self,
        folder: Path | None = None,
        record: CheckRecord | None = None,
        loaded: LoadedModels | None = None,
    ) -> None:
        self._folder = folder
        self._record = record or CheckRecord(None)
        self._loaded = loaded or LoadedModels()
        self._deleting = asyncio.Lock()

    async def place(self) -> LibraryPlace:
        """Where the cache is, and what room there is."""
        return await asyncio.to_thread(_place, self._cache)

    async def read(self) -> AsyncIterator[tuple[CachedRepo, ...]]:
        """Everything in the cache, some repositories at a time.

        Raises:
            LibraryError: the cache can't be read.
        """
        folders: Sequence[Path] = await asyncio.to_thread(_repo_folders, self._cache)
        while folders:
            repos, folders = await asyncio.to_thread(self._read_some, folders)
            yield repos

    async def read_model(self, model_id: str) -> CachedRepo | None:
        """One model as it is now."""
        return await asyncio.to_thread(self._read, folder_of_model(self._cache, model_id))

    async def plan_deletion(
        self, model_id: str, extent: Extent, commit: str | None = None
    ) -> DeletionPlan:
        """What a deletion would do.

        Raises:
            LibraryError: it is in use, gone, or lies outside of the cache.
        """
        return await asyncio.to_thread(self._plan, model_id, extent, commit)

    async def delete(self, plan: DeletionPlan) -> int:
        """Carry a plan out, with the model out of memory; see `Library`.

        Raises:
            LibraryError: it is in use, gone, or the disk refuses.
        """
        folder = folder_of_model(self._cache, plan.repo_id)
        async with self._deleting:
            is_loaded = await asyncio.to_thread(self._is_loaded, folder)
            if is_loaded and not self._loaded.is_running():
                await self._loaded.unload()
            return await run_to_end(self._delete, plan)

    async def verify(
        self,
        model_id: str,
        on_progress: Callable[[CheckProgress], None],
        checksums: Mapping[str, str] = NO_CHECKSUMS,
    ) -> CachedRepo | None:
        """Compare a model's files with their checksums; see `Library`.

        Raises:
            LibraryError: a file can't be read.
        """
        folder = folder_of_model(self._cache, model_id)
        repo = await asyncio.to_thread(self._read, folder)
        if repo is None:
            return None
        loop, is_over = asyncio.get_running_loop(), threading.Event()

        def pass_on(progress: CheckProgress) -> None:
            if not is_over.is_set():
                on_progress(progress)

        def tell(progress: CheckProgress) -> None:
            loop.call_soon_threadsafe(pass_on, progress)

        check = RepoCheck(
            repo, self._record, tell=tell, is_cancelled=is_over.is_set, checksums=checksums
        )
        running = asyncio.ensure_future(asyncio.to_thread(check.run))
        try:
            await asyncio.shield(running)
        finally:
            is_over.set()  # the thread looks at it after each piece
            if not running.done():
                await asyncio.wait({running})
        return await asyncio.to_thread(self._read, folder)

    @property
    def _cache(self) -> Path:
        return self._folder or find_cache()

    def _read_some(self, folders: Sequence[Path]) -> tuple[tuple[CachedRepo, ...], Sequence[Path]]:
        repos, read = [], 0
        end = time.monotonic() + _SECONDS_AT_ONCE
        for folder in folders:
            read += 1
            if (repo := self._read(folder)) is not None:
                repos.append(repo)
            if time.monotonic() >= end:
                break
        return tuple(repos), folders[read:]

    def _read(self, folder: Path) -> CachedRepo | None:
        repo = self._read_alone(folder)
        if repo is None:
            return None
        is_loaded = self._is_loaded(folder)
        is_running = is_loaded and self._loaded.is_running()
        is_in_use = is_running or is_locked(self._cache, folder.name)
        return replace(repo, is_in_use=is_in_use, is_loaded=is_loaded)

    def _read_alone(self, folder: Path) -> CachedRepo | None:
        """As `_read`, without asking whether it is in use."""
        try:
            repo = read_repo(folder)
        except FileNotFoundError:  # deleted meanwhile
            return None
        except OSError:
            named = kind_and_id(folder.name)
            fault = "It can't be read: its owner does not allow it."
            return named and CachedRepo(named[1], named[0], folder, faults=(fault,))
        return repo and replace(repo, check=RepoCheck(repo, self._record).summary())

    def _is_loaded(self, folder: Path) -> bool:
        place = folder.resolve()
        # A file of a snapshot may lead to a store that many repositories share.
        paths = (each for path in self._loaded.paths() for each in (path, path.parent))
        return any(place in path.resolve().parents for path in paths)

    def _plan(self, model_id: str, extent: Extent, commit: str | None) -> DeletionPlan:
        repo = self._read(folder_of_model(self._cache, model_id))
        if repo is not None and repo.is_in_use:
            raise LibraryError(f"{model_id} is in use.", self._way_out(repo))
        plan = self._plan_for(repo, model_id, extent, commit)
        return replace(plan, is_loaded=repo is not None and repo.is_loaded)

    def _plan_for(
        self, repo: CachedRepo | None, model_id: str, extent: Extent, commit: str | None
    ) -> DeletionPlan:
        if repo is None or (extent is Extent.REVISION and repo.revision(commit or "") is None):
            raise LibraryError(
                f"What was to be deleted of {model_id} is not on this disk any more.",
                "Another program has deleted it.",
            )
        for folder in (repo.folder, *(repo.folder / name for name in _PARTS)):
            if folder.is_symlink():
                raise LibraryError(
                    f"{model_id} lies outside of the cache, in {folder.resolve()}.",
                    "Delete it there, then delete the link to it.",
                )
        store = SharedStore(self._cache)
        if extent is Extent.DAMAGED:
            return plan_damaged(repo, store)
        if extent is Extent.REVISION and commit is not None:
            return plan_revision(repo, commit, store)
        return plan_repo(repo, store)

    def _way_out(self, repo: CachedRepo) -> str:
        if repo.is_loaded:
            return "A run uses it: wait for its end, or cancel the run, and try again."
        return "A program is downloading it: wait for its end, or cancel the download."

    def _delete(self, agreed: DeletionPlan) -> int:
        model_id = agreed.repo_id
        folder = folder_of_model(self._cache, model_id)
        commit = agreed.commits[0] if agreed.extent is Extent.REVISION else None
        self._plan(model_id, agreed.extent, commit)  # refuses what is in use
        with held_locks(self._cache, folder.name):
            repo = self._read_alone(folder)
            plan = self._plan_for(repo, model_id, agreed.extent, commit)
            if set(plan.commits) - set(agreed.commits):
                raise LibraryError(
                    f"{model_id} has changed meanwhile: more of it would be deleted.",
                    "Look at it again before you delete it.",
                )
            if repo is None:
                return 0
            try:
                RepoDeletion(self._cache).run(repo, plan)
            except OSError as error:
                raise _refusal(model_id, error) from error
        return plan.freed


def _place(cache: Path) -> LibraryPlace:
    folder = cache.absolute()
    existing = next((path for path in (folder, *folder.parents) if path.exists()), folder)
    try:
        free: int | None = shutil.disk_usage(existing).free
    except OSError:
        free = None
    return LibraryPlace(folder, folder.is_dir(), free)


def _repo_folders(cache: Path) -> list[Path]:
    try:
        return sorted(path for path in cache.iterdir() if kind_and_id(path.name) is not None)
    except FileNotFoundError:
        return []
    except NotADirectoryError as error:
        raise LibraryError(
            f"{cache} is a file, not a folder.",
            "Choose another folder for models in the settings.",
        ) from error
    except OSError as error:
        raise LibraryError(
            f"The folder of models {cache} can't be read.",
            "Ask its owner for permission, or choose another folder for models in the settings.",
            detail=repr(error),
        ) from error


def _refusal(model_id: str, error: OSError) -> LibraryError:
    if error.errno in _REFUSED:
        return LibraryError(
            f"{model_id} was not deleted, or not wholly: the disk does not allow it.",
            "Close other programs that may have it open, or ask the folder's owner for permission.",
            detail=repr(error),
        )
    return LibraryError(
        f"{model_id} was not deleted, or not wholly ({error.strerror or type(error).__name__}).",
        "Look at the folder in the system's own file manager.",
        detail=repr(error),
    )
