"""Models' files brought from the Hub into the standard Hugging Face cache."""

from __future__ import annotations

import asyncio
import errno
import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from ailab.services.downloads.blob_locks import BlobLocks
from ailab.services.downloads.download_error import DownloadError
from ailab.services.downloads.download_progress import DownloadProgress, FileProgress
from ailab.services.downloads.download_run import DownloadRun
from ailab.services.downloads.file_slots import FileSlots
from ailab.services.downloads.file_source import FileSource
from ailab.services.downloads.hub_cache import HubCache, find_cache
from ailab.services.downloads.kept_ids import kept_ids
from ailab.services.downloads.kept_model import KeptModel
from ailab.services.downloads.progress_meter import ProgressMeter
from ailab.services.downloads.retry_pause import RetryPause
from ailab.services.downloads.run_to_end import run_to_end
from ailab.services.hub.hub_json import commit_of
from ailab.services.hub.model_id import is_model_id
from ailab.services.hub.model_info import ModelDetails, RepoFile
from ailab.services.hub.repo_path import can_be_made_here, is_safe_repo_path

_log = logging.getLogger(__name__)
_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}


class ModelDownloader:
    """Downloads into the cache that `huggingface_hub` and `transformers` read.

    Each file is verified before anybody can see it, and all of a download's files appear
    together, so a snapshot is never half-made. What has arrived is kept until it is discarded,
    and the next download goes on from there.

    Args:
        source: where the files come from.
        folder: the cache's folder; None for the one of the environment.
        retry_delays: seconds to wait before each further try after a failing connection; they
            begin anew when bytes have arrived.
        uses_links: False to put the files themselves into snapshots; where links are not
            allowed, that happens by itself.
        on_verified: is told, in a thread, which contents were verified and lie in their place.
    """

    def __init__(
        self,
        source: FileSource,
        folder: Path | None = None,
        *,
        retry_delays: Sequence[float] = (1.0, 2.0, 4.0, 8.0, 16.0),
        uses_links: bool = True,
        on_verified: Callable[[Sequence[Path]], None] = lambda _: None,
    ) -> None:
        self._source = source
        self._folder = folder
        self._retry_delays = tuple(retry_delays)
        self._uses_links = uses_links
        self._on_verified = on_verified

    async def holds(self, details: ModelDetails, files: Sequence[str]) -> bool:
        """See `ModelDownloads.holds`."""
        known, ref = details.revision, details.ref
        if not is_model_id(details.info.id) or not is_safe_repo_path(ref):
            return False
        cache = HubCache(self._folder or find_cache(), details.info.id)
        sizes = {file.path: file.size for file in details.files}

        def look() -> bool:
            commit = commit_of(cache.commit_at(ref) if known is None else known)
            return commit is not None and all(
                is_safe_repo_path(path) and cache.holds(commit, path, sizes.get(path))
                for path in files
            )

        return await asyncio.to_thread(look)

    async def kept(self, model_id: str, revision: str | None) -> KeptModel | None:
        """What is on this disk of a model; see `ModelDownloads.kept`."""
        ref = revision or "main"
        if not is_model_id(model_id) or not is_safe_repo_path(ref):
            return None
        cache = HubCache(self._folder or find_cache(), model_id)

        def look() -> KeptModel | None:
            commit = commit_of(ref) or commit_of(cache.commit_at(ref))
            if commit is None or not cache.snapshot(commit).is_dir():
                return None
            return KeptModel(model_id, commit, cache.snapshot(commit))

        return await asyncio.to_thread(look)

    async def kept_ids(self) -> frozenset[str]:
        """Ids of the models of which files are on this disk."""
        return await asyncio.to_thread(kept_ids, self._folder or find_cache())

    async def download(
        self,
        details: ModelDetails,
        files: Sequence[str],
        on_progress: Callable[[DownloadProgress], None],
        slots: FileSlots | None = None,
        pause: RetryPause | None = None,
    ) -> Path:
        """Bring `files` into the cache and return the snapshot's folder.

        Files already there are not fetched again. A failure or a cancellation keeps what has
        arrived, unseen by anybody.

        Args:
            details: the model at one revision.
            files: paths inside its repository.
            on_progress: called on the event loop, at most about ten times a second.
            slots: how many files at once, where downloads share them.
            pause: where tries wait, for somebody to cut that short.

        Raises:
            HubError: the Hub does not give a file.
            DownloadError: a file did not arrive whole, or the disk refused it.
        """
        wanted = self.wanted(details, files)
        folder = self._folder or find_cache()
        run = DownloadRun(
            self._source,
            HubCache(folder, details.info.id, uses_links=self._uses_links),
            details=details,
            wanted=wanted,
            meter=ProgressMeter(wanted, on_progress),
            delays=self._retry_delays,
            slots=slots or FileSlots(),
            pause=pause or RetryPause(),
            on_verified=self._on_verified,
        )
        try:
            return await run.run()
        except OSError as error:
            raise _disk_failure(error, folder, details.info.id) from error

    def wanted(self, details: ModelDetails, files: Sequence[str]) -> tuple[RepoFile, ...]:
        """What the details know of the files wanted, each once.

        Raises:
            DownloadError: a name would reach outside the model's own folder, or none is wanted.
        """
        _check(details, files)
        known = {file.path: file for file in details.files}
        return tuple(known.get(path, RepoFile(path)) for path in dict.fromkeys(files))

    async def arrived(self, details: ModelDetails) -> tuple[FileProgress, ...]:
        """How much of each file of `details` is on this disk."""
        cache = HubCache(self._folder or find_cache(), details.info.id)

        def look() -> tuple[FileProgress, ...]:
            return tuple(
                FileProgress(file.path, _bytes_of(cache, details.revision, file), file.size)
                for file in details.files
            )

        return await asyncio.to_thread(look)

    async def discard(self, details: ModelDetails) -> None:
        """Remove what has arrived of unfinished files, unless another program fetches them."""
        cache = HubCache(self._folder or find_cache(), details.info.id)
        checksums = [file.sha256 or file.git_sha1 for file in details.files]

        def remove() -> None:
            for checksum in filter(None, checksums):
                if not cache.partial(checksum).exists():
                    continue
                locks = BlobLocks([cache.lock_path(checksum)])
                try:
                    if locks.acquire_now():
                        cache.partial(checksum).unlink(missing_ok=True)
                finally:
                    locks.release()
            cache.tidy(details.revision)

        try:
            await run_to_end(remove)
        except OSError as error:
            _log.info("what has arrived of %s stays: %s", details.info.id, error)


def _bytes_of(cache: HubCache, commit: str | None, file: RepoFile) -> int:
    checksum = file.sha256 or file.git_sha1
    is_there = (commit is not None and cache.holds(commit, file.path, file.size)) or (
        checksum is not None and cache.has_blob(checksum, file.size)
    )
    if is_there:
        return file.size or 0
    return cache.arrived(checksum) if checksum else 0


def _check(details: ModelDetails, files: Sequence[str]) -> None:
    """Refuse everything that would reach outside the model's own folder."""
    names = [details.ref, *files]
    bad = [name for name in names if not can_be_made_here(name)]
    if not is_model_id(details.info.id):
        bad.append(details.info.id)
    if details.revision is not None and commit_of(details.revision) is None:
        bad.append(details.revision)
    if bad:
        raise DownloadError(
            f"{details.info.id} holds a name that is not safe on this disk: {bad[0]!r}.",
            "Choose another model: this one cannot be downloaded.",
        )
    if not files:
        raise DownloadError(
            f"No file of {details.info.id} is wanted.", "Choose a model that has files to run."
        )


def _disk_failure(error: OSError, folder: Path, model: str) -> DownloadError:
    detail = f"{type(error).__name__}: {error}"
    if error.errno in _FULL:
        return DownloadError(
            f"The disk of {folder} became full while {model} was downloaded.",
            "Free some space, or choose a folder of models on a larger disk, in the settings or "
            "by HF_HUB_CACHE.",
            detail=detail,
        )
    if error.errno in _REFUSED:
        return DownloadError(
            f"{model} cannot be downloaded: the cache folder {folder} cannot be written.",
            "Make the folder writable, or choose another folder of models, in the settings or by "
            "HF_HUB_CACHE.",
            detail=detail,
        )
    return DownloadError(
        f"{model} cannot be downloaded: the disk of {folder} failed"
        f" ({error.strerror or type(error).__name__}).",
        "Check the folder and its disk, or choose another folder of models, in the settings or by "
        "HF_HUB_CACHE.",
        detail=detail,
    )
