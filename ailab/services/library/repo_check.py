"""Verifies a repository's contents by their checksums."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from ailab.services.library.blob_check import has_checksum
from ailab.services.library.cache_layout import is_checksum
from ailab.services.library.cached_repo import CachedFile, CachedRepo
from ailab.services.library.check_record import BlobFinding, CheckRecord, found_now
from ailab.services.library.check_summary import CheckSummary
from ailab.services.library.library import NO_CHECKSUMS, CheckProgress
from ailab.services.library.library_error import LibraryError

_SECONDS_BETWEEN = 0.1


class RepoCheck:
    """One repository's verification; every method belongs in a thread.

    Args:
        repo: what lies there.
        record: where what is found is kept.
        tell: called with the progress, at most ten times a second.
        is_cancelled: asked after each piece of a file.
        checksums: by `commit/path`, of files that are not named by theirs.
        clock: seconds of a clock that never goes back.
    """

    def __init__(
        self,
        repo: CachedRepo,
        record: CheckRecord,
        *,
        tell: Callable[[CheckProgress], None] = lambda _: None,
        is_cancelled: Callable[[], bool] = lambda: False,
        checksums: Mapping[str, str] = NO_CHECKSUMS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._repo = repo
        self._record = record
        self._tell = tell
        self._is_cancelled = is_cancelled
        self._clock = clock
        self._told = clock() - _SECONDS_BETWEEN
        self._done = 0
        self._files = {file.blob: file for each in repo.revisions for file in each.files}
        self._checksums = {blob: blob.name for blob in self._files if self._is_named(blob)}
        for each in repo.revisions:
            for file in each.files:
                checksum = checksums.get(f"{each.commit}/{file.path}", "")
                if file.blob not in self._checksums and is_checksum(checksum):
                    self._checksums[file.blob] = checksum
        self._total = sum(self._files[blob].size for blob in self._checksums)

    def summary(self) -> CheckSummary:
        """What is known from before."""
        found = {blob: self._record.finding(blob) for blob in self._files}
        known = {blob: each for blob, each in found.items() if each is not None}
        named = [blob for blob in self._files if blob in known or blob in self._checksums]
        damaged = {blob for blob, each in known.items() if not each.is_sound}
        return CheckSummary(
            sound=len(known) - len(damaged),
            damaged=tuple(sorted({file.path for file in self._all() if file.blob in damaged})),
            damaged_blobs=frozenset(damaged),
            unchecked=len(named) - len(known),
            unnamed=len(self._files) - len(named),
            since=min((each.moment for each in known.values()), default=None),
        )

    def run(self) -> None:
        """Read everything that has a checksum, until it is cancelled.

        Raises:
            LibraryError: a file can't be read.
        """
        findings: dict[Path, BlobFinding] = {}
        try:
            for blob, checksum in self._checksums.items():
                file = self._files[blob]
                try:
                    before = found_now(blob, is_sound=False, when=datetime.now(UTC))
                    is_sound = has_checksum(blob, checksum, partial(self._add, file))
                    after = found_now(blob, is_sound=is_sound is True, when=datetime.now(UTC))
                except OSError as error:
                    raise LibraryError(
                        f"{file.path} of {self._repo.id} can't be read.",
                        "Verify it again; if that fails too, the disk may be failing.",
                        detail=repr(error),
                    ) from error
                if is_sound is None:
                    return
                if (before.size, before.modified) == (after.size, after.modified):
                    findings[blob] = after
        finally:
            if findings:
                self._record.add(findings)

    def _add(self, file: CachedFile, count: int) -> bool:
        self._done += count
        now = self._clock()
        if now - self._told >= _SECONDS_BETWEEN:
            self._told = now
            self._tell(CheckProgress(self._repo.id, file.path, self._done, self._total))
        return not self._is_cancelled()

    def _is_named(self, blob: Path) -> bool:
        return blob.parent == self._repo.folder / "blobs" and is_checksum(blob.name)

    def _all(self) -> list[CachedFile]:
        return [file for each in self._repo.revisions for file in each.files]
