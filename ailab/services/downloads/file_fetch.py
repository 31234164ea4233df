"""One file brought from the Hub, over as many tries as it takes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ailab.services.byte_size import format_bytes
from ailab.services.downloads.download_error import DownloadError
from ailab.services.downloads.run_to_end import run_to_end
from ailab.services.downloads.write_behind import WriteBehind
from ailab.services.hub.hub_errors import (
    HubError,
    HubFormatError,
    HubOfflineError,
    HubRangeError,
    HubRequestError,
    HubServerError,
    HubTimeoutError,
    RateLimitError,
)

if TYPE_CHECKING:
    from ailab.services.downloads.file_source import FileSource
    from ailab.services.downloads.progress_meter import ProgressMeter
    from ailab.services.downloads.retry_pause import RetryPause
    from ailab.services.downloads.staged_file import StagedFile
    from ailab.services.hub.model_info import RepoFile
    from ailab.services.hub.remote_file import RemoteFile

_log = logging.getLogger(__name__)
_LONGEST_WAIT = 600.0  # seconds that a server may ask to wait before it counts as a failure


class _BrokenOffError(DownloadError):
    """A file arrived in part; another try may bring the rest."""


class _DamagedError(DownloadError):
    """A file has another checksum than it should."""


class _TooLongError(DownloadError):
    """A file does not end where it should."""


_PASSING = (_BrokenOffError, HubOfflineError, HubTimeoutError, HubServerError, RateLimitError)
"""The failures that another try may overcome."""


class FileFetch:
    """Brings a file's content into its staged place, from the byte where it stopped before.

    Args:
        source: where the file comes from.
        model: the model's id.
        commit: the full commit.
        file: the file, its checksum known.
        staged: where its content goes.
        meter: told how far it is.
        delays: seconds to wait before each further try; they begin anew when bytes arrived.
        pause: where it waits before a further try.
    """

    def __init__(
        self,
        source: FileSource,
        *,
        model: str,
        commit: str,
        file: RepoFile,
        staged: StagedFile,
        meter: ProgressMeter,
        delays: Sequence[float],
        pause: RetryPause,
    ) -> None:
        self._source = source
        self._model = model
        self._commit = commit
        self._file = file
        self._staged = staged
        self._meter = meter
        self._delays = delays
        self._pause = pause
        self._was_resumed = False  # the bytes on the disk came with more than one answer
        self._may_resume = file.size is not None
        self._has_begun_anew = False

    async def run(self) -> None:
        """Bring the file and verify it.

        Raises:
            HubError: the Hub does not give it.
            DownloadError: it did not arrive whole, or is not what the Hub says it is.
            OSError: the disk refused it.
        """
        furthest = await self._take_up()
        tries = 0
        while True:
            try:
                return await self._try()
            except _TooLongError:
                await run_to_end(self._staged.discard)
                raise
            except _DamagedError:
                # Some part of it came earlier, and that may be what is wrong.
                if not self._was_resumed or self._has_begun_anew:
                    raise
                self._has_begun_anew = True
            except (HubFormatError, HubRangeError, HubRequestError) as error:
                # A server that cannot give the rest of a file may still give all of it.
                if self._staged.size == 0 or not self._may_resume:
                    raise
                _log.info("%s is begun anew: %s", self._file.path, error.detail or error)
                self._may_resume = False
            except _PASSING as error:
                if self._staged.size > furthest:
                    furthest, tries = self._staged.size, 0
                wait = (error.seconds or 0.0) if isinstance(error, RateLimitError) else 0.0
                if tries >= len(self._delays) or wait > _LONGEST_WAIT:
                    raise
                wait = max(wait, self._delays[tries])
                tries += 1
                await self._wait(wait, error)

    async def _take_up(self) -> int:
        """Hash what lies there from earlier; the number of its bytes."""
        await run_to_end(self._staged.open)
        while await run_to_end(self._staged.take_up):
            # Step by step, so that a pause need not wait for the whole.
            self._meter.note(f"Checking what has arrived of {self._file.path} before.")
        self._meter.note("")
        self._was_resumed = self._staged.size > 0
        return self._staged.size

    async def _try(self) -> None:
        path, size = self._file.path, self._file.size
        staged = self._staged
        await run_to_end(staged.open)
        is_beyond = size is not None and staged.size > size
        if staged.size and (is_beyond or not self._may_resume):
            await self._restart()
        self._meter.begin(path, size, staged.size)
        if size is None or staged.size < size:
            start = staged.size
            async with self._source.open_file(
                self._model, self._commit, path, start=start
            ) as remote:
                await self._go_on(remote, start)
                await self._receive(remote)
        if not await run_to_end(staged.is_right):
            count = staged.size
            await run_to_end(staged.discard)
            self._meter.begin(path, size)
            raise _DamagedError(
                f"{path} of {self._model} arrived damaged: its checksum is not the one that "
                "the Hub names. It was thrown away.",
                "Try again; if it happens again, something on the way changes what is downloaded.",
                detail=f"expected {staged.checksum}, {count} bytes",
            )

    async def _go_on(self, remote: RemoteFile, start: int) -> None:
        """Begin anew where the server gives the file from its beginning, or another file."""
        told = remote.headers.sha256 if len(self._staged.checksum) == 64 else None
        if start and told not in {None, self._staged.checksum}:
            raise HubFormatError(
                f"{self._file.path} of {self._model} has changed on the Hub meanwhile.",
                "Look the model up again, then download it.",
                detail=f"expected {self._staged.checksum}, told {told}",
            )
        if start and remote.start == 0:
            _log.info("%s comes from its beginning", self._file.path)
            await self._restart()
        elif remote.start != start:
            raise HubFormatError(
                f"The Hub sends another part of {self._file.path} of {self._model} than the one "
                "asked for.",
                "Try again; if it stays so, check HF_ENDPOINT and the proxy's settings.",
                detail=f"asked for byte {start}, got byte {remote.start}",
            )
        elif start:
            self._was_resumed = True

    async def _receive(self, remote: RemoteFile) -> None:
        """Write what arrives until the file is whole."""
        size, staged = self._file.size, self._staged
        have = staged.size
        writer = WriteBehind(staged.write)
        failure: HubError | None = None
        try:
            try:
                async for chunk in remote.chunks:
                    have += len(chunk)
                    if size is not None and have > size:
                        raise self._too_long(size)
                    await writer.put(chunk)
                    self._meter.add(self._file.path, len(chunk))
            except (HubOfflineError, HubTimeoutError) as error:
                failure = error
            await writer.flush()
        finally:
            await writer.close()
        if failure is not None or (size is not None and have < size):
            raise self._broken_off(have, failure) from failure

    async def _restart(self) -> None:
        await run_to_end(self._staged.restart)
        self._was_resumed = False
        self._meter.begin(self._file.path, self._file.size)

    async def _wait(self, seconds: float, error: DownloadError | HubError) -> None:
        _log.info("another try for %s in %g s: %s", self._file.path, seconds, error.detail or error)
        if seconds < 1:
            await asyncio.sleep(seconds)
            return
        # Where the Hub names the time, an earlier try would only be refused again.
        can_hurry = not isinstance(error, RateLimitError)
        self._meter.pause(self._file.path, error.message, seconds, can_hurry=can_hurry)
        try:
            await (self._pause.wait(seconds) if can_hurry else asyncio.sleep(seconds))
        finally:
            self._meter.go_on(self._file.path)

    def _too_long(self, size: int) -> _TooLongError:
        return _TooLongError(
            f"{self._file.path} of {self._model} is longer than the {format_bytes(size)} "
            "that the Hub names. It was thrown away.",
            "Try again; if it happens again, the file on the Hub is damaged.",
        )

    def _broken_off(self, have: int, cause: HubError | None) -> _BrokenOffError:
        size = self._file.size
        of_all = f" of {format_bytes(size)}" if size is not None else ""
        return _BrokenOffError(
            f"{self._file.path} of {self._model} did not arrive whole: the connection broke off "
            f"after {format_bytes(have)}{of_all}.",
            "Check the network connection, then try again: it goes on where it stopped.",
            detail=cause.detail if cause else f"{have} of {size} bytes",
        )
