"""One download: from the files wanted to a snapshot that holds them all."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from ailab.services.architecture.onnx_external import external_locations, files_inside
from ailab.services.byte_size import format_bytes
from ailab.services.downloads.blob_locks import BlobLocks
from ailab.services.downloads.download_error import DownloadError
from ailab.services.downloads.file_fetch import FileFetch
from ailab.services.downloads.run_to_end import run_all, run_to_end
from ailab.services.hub.hub_errors import FileNotFoundOnHubError, HubFormatError
from ailab.services.hub.model_info import RepoFile

if TYPE_CHECKING:
    from pathlib import Path

    from ailab.services.downloads.file_slots import FileSlots
    from ailab.services.downloads.file_source import FileSource
    from ailab.services.downloads.hub_cache import HubCache
    from ailab.services.downloads.progress_meter import ProgressMeter
    from ailab.services.downloads.retry_pause import RetryPause
    from ailab.services.downloads.staged_file import StagedFile
    from ailab.services.hub.model_info import ModelDetails

_log = logging.getLogger(__name__)
_SECONDS_BETWEEN_TICKS = 0.5
_MOST_ASKED_FOR = 50
"""Files that are named and not in the repository, after which the Hub is asked for no other."""


class DownloadRun:
    """Fetches files beside their place, verifies each, and shows them when all are there.

    An ONNX file says itself which files hold its tensors, whatever their names. Those of its
    repository that nobody knew of before are fetched too, while the locks are still held.

    A failure or a cancellation keeps what has arrived, for the next run to go on from.

    Args:
        source: where the files come from.
        cache: where they go.
        details: the model they belong to.
        wanted: the files.
        meter: told how far it is.
        delays: seconds to wait before each further try of a file.
        slots: how many files at once.
        pause: where tries wait for one another.
        on_verified: is told, in a thread, which contents were verified and lie in their place.
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
        slots: FileSlots,
        pause: RetryPause,
        on_verified: Callable[[Sequence[Path]], None],
    ) -> None:
        self._source = source
        self._cache = cache
        self._details = details
        self._wanted = tuple(wanted)
        self._nowhere: set[str] = set()  # named, but not in the repository
        self._meter = meter
        self._delays = delays
        self._slots = slots
        self._pause = pause
        self._on_verified = on_verified
        self._model = details.info.id
        self._commit = details.revision
        self._checksums: dict[str, str] = {}  # by path, of what is to be shown
        self._staged: dict[str, StagedFile] = {}  # by checksum

    async def run(self) -> Path:
        """Bring all files and return the snapshot's folder.

        Raises:
            LabError: the Hub, the disk or a checksum failed.
            OSError: the disk refused something.
        """
        while True:
            missing = await run_to_end(self._find_missing)
            for file in self._wanted:
                if file not in missing:
                    self._meter.skip(file.path, file.size)
            if not missing and not await self._ask_for_more():
                break
            if missing:
                async with self._ticking():
                    if await self._bring([await self._known(file) for file in missing]):
                        break
        self._meter.tell()
        return self._cache.snapshot(self._known_commit())

    async def _bring(self, missing: Sequence[RepoFile]) -> bool:
        """Fetch files and what they name, and show all; False where that has to begin anew."""
        blobs = _by_checksum(missing)
        await run_to_end(self._check_space, blobs)
        locks = BlobLocks(map(self._cache.lock_path, blobs))
        try:
            await run_to_end(self._cache.prepare)
            await locks.acquire(self._tell_of_another)
            self._meter.note("")
            while blobs:
                await run_all(
                    self._fetch(checksum, files, is_alone=locks.are_real)
                    for checksum, files in blobs.items()
                )
                blobs = _by_checksum(await self._ask_for_more())
                await run_to_end(self._check_space, blobs)
                if not await run_to_end(locks.add_now, map(self._cache.lock_path, blobs)):
                    return False
            await run_to_end(self._publish)
            return True
        finally:
            await run_to_end(self._clean_up, locks)

    async def _ask_for_more(self) -> Sequence[RepoFile]:
        """Want what the ONNX files that have arrived name; the files that are new."""
        named = await run_to_end(self._named_files)
        more: list[RepoFile] = []
        listed = {file.path: file for file in self._details.files}
        for path in sorted(named - {file.path for file in self._wanted} - self._nowhere):
            if path not in listed and len(self._nowhere) >= _MOST_ASKED_FOR:
                continue
            try:
                more.append(await self._known(listed.get(path, RepoFile(path))))
            except FileNotFoundOnHubError:  # whoever loads the model will say so
                _log.warning("%s names a file that it has not: %s", self._model, path)
                self._nowhere.add(path)
        self._wanted = (*self._wanted, *more)
        return more

    def _named_files(self) -> set[str]:
        named: set[str] = set()
        for file in self._wanted:
            if not file.path.endswith(".onnx"):
                continue
            checksum = self._checksums.get(file.path)
            staged = self._staged.get(checksum or "")
            place = staged and staged.path
            try:
                found = external_locations(
                    place or self._cache.arrived_content(self._commit, file.path, checksum)
                )
            except (OSError, ValueError) as error:  # whoever loads the model will say so
                _log.info(
                    "%s of %s tells nothing of its tensors: %s", file.path, self._model, error
                )
                continue
            named |= files_inside(file.path, found)
        at = self._commit
        return {path for path in named if at is None or not self._cache.holds(at, path, None)}

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

    async def _known(self, file: RepoFile) -> RepoFile:
        """A file with its checksum; the Hub is asked where the model's details have none."""
        if self._commit is not None and _checksum(file) is not None:
            return file
        at = self._commit or self._details.ref
        async with self._source.open_file(self._model, at, file.path) as remote:
            headers = remote.headers
        self._commit = self._commit or headers.commit
        size = headers.size if file.size is None else file.size
        if _checksum(file) is None:
            file = replace(file, sha256=headers.sha256, git_sha1=headers.git_sha1)
        if _checksum(file) is None:
            raise HubFormatError(
                f"The Hub names no checksum for {file.path} of {self._model}, so the file "
                "cannot be verified.",
                "Check that HF_ENDPOINT names a Hugging Face Hub.",
            )
        self._known_commit()
        return replace(file, size=size)

    def _check_space(self, blobs: dict[str, list[RepoFile]]) -> None:
        needed = 0
        for checksum, (file, *_) in blobs.items():
            if file.size and not self._cache.has_blob(checksum, file.size):
                needed += max(0, file.size - self._cache.arrived(checksum))
        free = self._cache.free_bytes()
        if needed > free:
            raise DownloadError(
                f"{self._model} needs {format_bytes(needed)}, but only {format_bytes(free)} are "
                f"free on the disk of {self._cache.folder}.",
                "Free some space, or choose a folder of models on a larger disk, in the settings "
                "or by HF_HUB_CACHE.",
            )

    async def _fetch(self, checksum: str, files: list[RepoFile], *, is_alone: bool) -> None:
        """Bring one blob, which may be several files."""
        file = files[0]
        async with self._slots.place_for(file.size):
            is_there = checksum in self._staged  # by another name
            if not (is_there or await run_to_end(self._cache.has_blob, checksum, file.size)):
                staged = self._cache.stage(checksum, is_alone=is_alone)
                self._staged[checksum] = staged
                fetch = FileFetch(
                    self._source,
                    model=self._model,
                    commit=self._known_commit(),
                    file=file,
                    staged=staged,
                    meter=self._meter,
                    delays=self._delays,
                    pause=self._pause,
                )
                await fetch.run()
        for file in files:
            self._meter.skip(file.path, file.size)
            self._checksums[file.path] = checksum

    def _publish(self) -> None:
        commit = self._known_commit()
        self._cache.publish(commit, self._checksums, self._staged)
        self._cache.set_ref(self._details.ref, commit)
        self._on_verified(
            [
                self._cache.content(commit, path, checksum)
                for path, checksum in self._checksums.items()
                if checksum in self._staged
            ]
        )

    def _clean_up(self, locks: BlobLocks) -> None:
        try:
            for staged in self._staged.values():
                staged.close()
                if staged.size == 0 or not locks.are_real:
                    staged.discard()
            # Without the locks, another lab may put in its place what has arrived.
            self._staged.clear()
            self._cache.tidy(self._commit)
        finally:
            locks.release()

    @asynccontextmanager
    async def _ticking(self) -> AsyncIterator[None]:
        """Tell of progress now and then even where nothing arrives, so that the speed falls."""

        async def tick() -> None:
            while True:
                await asyncio.sleep(_SECONDS_BETWEEN_TICKS)
                self._meter.tell()

        ticker = asyncio.ensure_future(tick())
        try:
            yield
        finally:
            ticker.cancel()

    def _tell_of_another(self) -> None:
        self._meter.note("Another program is downloading the same files; waiting for it.")

    def _known_commit(self) -> str:
        if self._commit is None:
            raise HubFormatError(
                f"The Hub does not say which commit of {self._model} it gives.",
                "Check that HF_ENDPOINT names a Hugging Face Hub.",
            )
        return self._commit


def _by_checksum(files: Sequence[RepoFile]) -> dict[str, list[RepoFile]]:
    blobs: dict[str, list[RepoFile]] = {}
    for file in files:
        blobs.setdefault(_checksum(file) or "", []).append(file)
    return blobs


def _checksum(file: RepoFile) -> str | None:
    return file.sha256 or file.git_sha1
