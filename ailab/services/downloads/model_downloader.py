"""Models' files brought from the Hub into the standard Hugging Face cache."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from ailab.services.downloads.download_error import DownloadError
from ailab.services.downloads.download_progress import DownloadProgress
from ailab.services.downloads.download_run import DownloadRun
from ailab.services.downloads.file_source import FileSource
from ailab.services.downloads.hub_cache import HubCache, find_cache
from ailab.services.downloads.kept_model import KeptModel
from ailab.services.downloads.progress_meter import ProgressMeter
from ailab.services.hub.hub_json import commit_of
from ailab.services.hub.model_id import is_model_id
from ailab.services.hub.model_info import ModelDetails, RepoFile
from ailab.services.hub.repo_path import is_safe_repo_path

_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}


class ModelDownloader:
    """Downloads into the cache that `huggingface_hub` and `transformers` read.

    Each file is verified before anybody can see it, and all of a download's files appear
    together, so a snapshot is never half-made.

    Args:
        source: where the files come from.
        folder: the cache's folder; None for the one of the environment.
        retry_delays: seconds to wait before each further try after a failing connection.
        uses_links: False to put the files themselves into snapshots; where links are not
            allowed, that happens by itself.
    """

    def __init__(
        self,
        source: FileSource,
        folder: Path | None = None,
        *,
        retry_delays: Sequence[float] = (1.0, 4.0),
        uses_links: bool = True,
    ) -> None:
        self._source = source
        self._folder = folder
        self._retry_delays = tuple(retry_delays)
        self._uses_links = uses_links

    async def holds(self, details: ModelDetails, files: Sequence[str]) -> bool:
        """True where all of a model's `files` at its revision are on this disk already."""
        commit = details.revision
        if commit is None or commit_of(commit) is None or not is_model_id(details.info.id):
            return False
        cache = HubCache(self._folder or find_cache(), details.info.id)
        sizes = {file.path: file.size for file in details.files}

        def look() -> bool:
            return all(
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

    async def download(
        self,
        details: ModelDetails,
        files: Sequence[str],
        on_progress: Callable[[DownloadProgress], None],
    ) -> Path:
        """Bring `files` into the cache and return the snapshot's folder.

        Files already there are not fetched again. A failure or a cancellation leaves nothing.

        Args:
            details: the model at one revision.
            files: paths inside its repository.
            on_progress: called on the event loop, at most about ten times a second.

        Raises:
            HubError: the Hub does not give a file.
            DownloadError: a file did not arrive whole, or the disk refused it.
        """
        _check(details, files)
        known = {file.path: file for file in details.files}
        wanted = [known.get(path, RepoFile(path)) for path in dict.fromkeys(files)]
        folder = self._folder or find_cache()
        run = DownloadRun(
            self._source,
            HubCache(folder, details.info.id, uses_links=self._uses_links),
            details=details,
            wanted=wanted,
            meter=ProgressMeter(wanted, on_progress),
            delays=self._retry_delays,
        )
        try:
            return await run.run()
        except OSError as error:
            raise _disk_failure(error, folder, details.info.id) from error


def _check(details: ModelDetails, files: Sequence[str]) -> None:
    """Refuse everything that would reach outside the model's own folder."""
    names = [details.ref, *files]
    bad = [name for name in names if not is_safe_repo_path(name)]
    if not is_model_id(details.info.id):
        bad.append(details.info.id)
    if details.revision is not None and commit_of(details.revision) is None:
        bad.append(details.revision)
    if os.name == "nt":
        bad += [name for name in names if ":" in name]
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
            "Free some space, or set HF_HUB_CACHE to a folder on a larger disk.",
            detail=detail,
        )
    if error.errno in _REFUSED:
        return DownloadError(
            f"{model} cannot be downloaded: the cache folder {folder} cannot be written.",
            "Make the folder writable, or set HF_HUB_CACHE to one that is.",
            detail=detail,
        )
    return DownloadError(
        f"{model} cannot be downloaded: the disk of {folder} failed"
        f" ({error.strerror or type(error).__name__}).",
        "Check the folder and its disk, or set HF_HUB_CACHE to another folder.",
        detail=detail,
    )
