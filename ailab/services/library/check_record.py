"""What was found when contents were verified, kept from one start of the lab to the next."""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ailab.services.whole_file import replace_whole

_log = logging.getLogger(__name__)
_VERSION = 1
_END_OF_TIME = 2**37  # in the year 6325: further than `datetime` needs to go


@dataclass(frozen=True, slots=True)
class BlobFinding:
    """One content's verification.

    Attributes:
        size: bytes that it had then.
        modified: when it had been written, in nanoseconds; another time means another content.
        is_sound: it had its checksum.
        when: seconds since 1970.
    """

    size: int
    modified: int
    is_sound: bool
    when: float

    @property
    def moment(self) -> datetime:
        """When it was verified; UTC."""
        return datetime.fromtimestamp(self.when, UTC)


class CheckRecord:
    """Findings by the content's path; every method belongs in a thread, several may be at it.

    Args:
        file: where they are kept; None to forget them with the lab.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._findings: dict[str, BlobFinding] | None = None
        self._lock = threading.Lock()

    def finding(self, blob: Path) -> BlobFinding | None:
        """What was found of a content, where it has not changed since."""
        found = self._all().get(str(blob))
        if found is None:
            return None
        try:
            status = blob.stat()
        except OSError:
            return None
        return found if (found.size, found.modified) == _state(status) else None

    def add(self, findings: dict[Path, BlobFinding]) -> None:
        """Keep further findings; what another lab has added meanwhile stays."""
        with self._lock:
            if self._file is not None:
                self._findings = _read(self._file)
            every = dict(self._all())
            every.update({str(blob): found for blob, found in findings.items()})
            for gone in [path for path in every if not os.path.lexists(path)]:
                del every[gone]
            self._findings = every
            if self._file is not None:
                self._write(self._file, every)

    def add_sound(self, blobs: Iterable[Path]) -> None:
        """Keep that contents had their checksums just now, as those that were downloaded."""
        now = datetime.now(UTC)
        found = {}
        for blob in blobs:
            with suppress(OSError):  # gone already
                found[blob] = found_now(blob, is_sound=True, when=now)
        self.add(found)

    def _all(self) -> dict[str, BlobFinding]:
        if self._findings is None:
            self._findings = {} if self._file is None else _read(self._file)
        return self._findings

    def _write(self, file: Path, every: dict[str, BlobFinding]) -> None:
        rows = {
            path: [each.size, each.modified, each.is_sound, each.when]
            for path, each in every.items()
        }
        text = json.dumps({"version": _VERSION, "blobs": rows}, indent=0)
        try:
            replace_whole(file, text.encode())
        except OSError as error:  # the findings are told all the same, and made again next time
            _log.warning("what was verified could not be kept in %s: %r", file, error)


def found_now(blob: Path, *, is_sound: bool, when: datetime) -> BlobFinding:
    """The finding of a content as it lies there now."""
    return BlobFinding(*_state(blob.stat()), is_sound, when.timestamp())


def _state(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns


def _read(file: Path) -> dict[str, BlobFinding]:
    """The findings of a file; one that is missing or damaged holds none."""
    try:
        text = file.read_text("utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeError) as error:
        _log.warning("%s can't be read: %r", file, error)
        return {}
    try:
        document = json.loads(text)
        if document["version"] != _VERSION:
            return {}
        return {
            str(path): BlobFinding(int(size), int(modified), is_sound is True, _seconds(when))
            for path, (size, modified, is_sound, when) in document["blobs"].items()
        }
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        RecursionError,
        OverflowError,
    ) as error:
        _log.warning("%s is damaged, and begun anew: %r", file, error)
        return {}


def _seconds(when: object) -> float:
    if not isinstance(when, int | float) or not 0 <= when < _END_OF_TIME:
        raise ValueError("no time")
    return float(when)
