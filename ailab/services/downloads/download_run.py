"""One download: from the files wanted to a snapshot that holds them all."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ailab.services.byte_size import format_bytes
from ailab.services.downloads.blob_locks import BlobLocks
from ailab.services.downloads.download_error import DownloadError
from ailab.services.downloads.run_to_end import run_to_end
from ailab.services.hub.hub_errors import (
    HubError,
    HubFormatError,
    HubOfflineError,
    HubServerError,
    HubTimeoutError,
)

if TYPE_CHECKING:
    from pathlib import Path

    from ailab.services.downloads.file_source import FileSource
    from ailab.services.downloads.hub_cache import HubCache
    from ailab.services.downloads.progress_meter import ProgressMeter
    from ailab.services.downloads.staged_file import StagedFile
    from ailab.services.hub.model_info import ModelDetails, RepoFile
    from ailab.services.hub.remote_file import RemoteFile

_log = logging.getLogger(__name__)


class _BrokenOffError(DownloadError):
    """A file arrived in part; another try may bring it whole."""


_PASSING = (_BrokenOffError, HubOfflineError, HubTimeoutError, HubServerError)
"""The failures that another try may overcome."""


class DownloadRun:
    """Fetches files beside their place, verifies each, and shows them when all are there.

    Args:
        source: where the files come from.
        cache: where they go.
        details: the model they belong to.
        wanted: the files.
        meter: told how far it is.
        delays: seconds to wait before each further try of a file.
    """

    def __init__(
        self,
        source: FileSource,
        cache: HubCache,
        *,
        details: ModelDetails,
        wanted: Sequence[RepoFile],
        meter: ProgressMeter,
        delays: Sequence[float],
    ) -> None:
        self._source = source
        self._cache = cache
        self._details = details
        self._wanted = wanted
        self._meter = meter
        self._delays = delays
        self._model = details.info.id
        self._commit = details.revision
        self._checksums: dict[str, str] = {}  # by path, of what is to be shown
        self._staged: dict[str, StagedFile] = {}  # by checksum

    async def run(self) -> Path:
        """Bring all files and return the snapshot's folder.

        Raises:
            LabError: the Hub, the disk or a checksum failed.
        """
        missing = await run_to_end(self._find_missing)
        for file in self._wanted:
            if file not in missing:
                self._meter.skip(file.path, file.size)
        if missing:
            await self._bring(missing)
        self._meter.tell()
        if self._commit is None:
            raise self._unknown_commit()
        return self._cache.snapshot(self._commit)

    async def _bring(self, missing: list[RepoFile]) -> None:
        await run_to_end(self._check_space, missing)
        locks = BlobLocks(
            self._cache.lock_path(checksum) for file in missing if (checksum := _checksum(file))
        )
        try:
            await run_to_end(self._cache.prepare)
            await locks.acquire()
            for file in missing:
                await self._fetch(file)
            await run_to_end(self._publish)
        finally:
            await run_to_end(self._clean_up, locks)

    def _find_missing(self) -> list[RepoFile]:
        """The files that are not there; where none is missing, nothing needs to be written."""
        commit = self._commit
        missing = [
            file
            for file in self._wanted
            if commit is None or not self._cache.holds(commit, file.path, file.size)
        ]
        if commit and not missing:
            try:
                self._cache.set_ref(self._details.ref, commit)
            except OSError as error:
                _log.info("a reference cannot be written, the files are there: %s", error)
        return missing

    def _check_space(self, missing: list[RepoFile]) -> None:
        needed = sum(
            file.size or 0
            for file in missing
            if not ((checksum := _checksum(file)) and self._cache.has_blob(checksum, file.size))
        )
        free = self._cache.free_bytes()
        if needed > free:
            raise DownloadError(
                f"{self._model} needs {format_bytes(needed)}, but only {format_bytes(free)} are "
                f"free on the disk of {self._cache.folder}.",
                "Free some space, or set HF_HUB_CACHE to a folder on a larger disk.",
            )

    async def _fetch(self, file: RepoFile) -> None:
        for delay in self._delays:
            try:
                return await self._try(file)
            except _PASSING as error:
                _log.info("another try for %s in %g s: %s", file.path, delay, error.detail or error)
                await asyncio.sleep(delay)
        return await self._try(file)

    async def _try(self, file: RepoFile) -> None:
        at = self._commit or self._details.ref
        checksum = _checksum(file)
        if checksum and self._commit and await self._has(checksum, file.size):
            self._take(file.path, checksum, file.size)
            return
        async with self._source.open_file(self._model, at, file.path) as remote:
            headers = remote.headers
            self._commit = self._commit or headers.commit
            if self._commit is None:
                raise self._unknown_commit()
            size = headers.size if file.size is None else file.size
            checksum = checksum or headers.sha256 or headers.git_sha1
            if checksum is None:
                raise HubFormatError(
                    f"The Hub names no checksum for {file.path} of {self._model}, so the file "
                    "cannot be verified.",
                    "Check that HF_ENDPOINT names a Hugging Face Hub.",
                )
            if await self._has(checksum, size):
                self._take(file.path, checksum, size)
                return
            self._meter.begin(file.path, size)
            staged = self._staged.setdefault(checksum, self._cache.stage(checksum))
            received = await self._receive(file, remote, staged, size)
        if not await run_to_end(staged.is_right):
            self._meter.take_back(received)
            raise DownloadError(
                f"{file.path} of {self._model} arrived damaged: its checksum is not the one that "
                "the Hub names. It was thrown away.",
                "Try again; if it happens again, something on the way changes what is downloaded.",
                detail=f"expected {checksum}, {received} bytes",
            )
        self._checksums[file.path] = checksum

    async def _receive(
        self, file: RepoFile, remote: RemoteFile, staged: StagedFile, size: int | None
    ) -> int:
        """Write what arrives; the number of bytes, which is `size` where that is known."""
        received = 0
        failure: HubError | None = None
        await run_to_end(staged.begin)
        try:
            async for chunk in remote.chunks:
                received += len(chunk)
                if size is not None and received > size:
                    raise DownloadError(
                        f"{file.path} of {self._model} is longer than the {format_bytes(size)} "
                        "that the Hub names. It was thrown away.",
                        "Try again; if it happens again, the file on the Hub is damaged.",
                    )
                await run_to_end(staged.write, chunk)
                self._meter.add(len(chunk))
        except (HubOfflineError, HubTimeoutError) as error:
            failure = error
        if failure is not None or (size is not None and received < size):
            self._meter.take_back(received)
            of_all = f" of {format_bytes(size)}" if size is not None else ""
            raise _BrokenOffError(
                f"{file.path} of {self._model} did not arrive whole: the connection broke off "
                f"after {format_bytes(received)}{of_all}.",
                "Check the network connection, then try again.",
                detail=failure.detail if failure else f"{received} of {size} bytes",
            ) from failure
        return received

    async def _has(self, checksum: str, size: int | None) -> bool:
        if checksum in self._checksums.values():
            return True
        return await run_to_end(self._cache.has_blob, checksum, size)

    def _take(self, path: str, checksum: str, size: int | None) -> None:
        """The content is here already, from another revision or as another file."""
        self._checksums[path] = checksum
        self._meter.skip(path, size)

    def _publish(self) -> None:
        if self._commit is not None:
            used = set(self._checksums.values())
            staged = {key: file for key, file in self._staged.items() if key in used}
            self._cache.publish(self._commit, self._checksums, staged)
            self._cache.set_ref(self._details.ref, self._commit)

    def _clean_up(self, locks: BlobLocks) -> None:
        try:
            for staged in self._staged.values():
                staged.discard()
            self._cache.tidy(self._commit)
        finally:
            locks.release()

    def _unknown_commit(self) -> HubFormatError:
        return HubFormatError(
            f"The Hub does not say which commit of {self._model} it gives.",
            "Check that HF_ENDPOINT names a Hugging Face Hub.",
        )


def _checksum(file: RepoFile) -> str | None:
    return file.sha256 or file.git_sha1
