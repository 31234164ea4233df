"""The lines of a run's journal: which pictures are done, and by what that is proved.

One JSON object a line, in UTF-8: `picture` (its reference), `size` (bytes) and `modified`
(nanoseconds) of the picture's file as they were before it was run, or null where nobody knew them,
and `files`: of each of the result's files its name, its bytes and its sha256, the JSON file first.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import TypeAlias

from ailab.services.images.picture_reference import parse_picture
from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.regular_file import open_regular
from ailab.services.results.result_files import ENDINGS

_LONGEST = 2**16
"""Characters of a line: more than a path and a dozen file names have."""
_MOST_BYTES = 2**32
"""Of a journal: what ten million pictures take. A stranger's may be of any length, and nearly
nothing on the disk."""

_MOST_FILES = 100
_LARGEST = 2**63
_PIECE = 2**20
_DIGEST = re.compile(r"[0-9a-f]{64}")

Stamp: TypeAlias = tuple[int, int] | None
"""Bytes of a picture's file and when it was changed last, in nanoseconds; None where unknown."""


@dataclass(frozen=True, slots=True)
class DoneFile:
    """A file of a result as it was when it was saved.

    Attributes:
        name: in the run's folder.
        size: in bytes.
        digest: sha256, 64 hexadecimal digits.
    """

    name: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class DonePicture:
    """A line of the journal.

    Attributes:
        picture: its reference.
        stamp: of its file, from before it was run.
        files: of its result, the JSON file first.
    """

    picture: str
    stamp: Stamp
    files: tuple[DoneFile, ...]

    def is_whole(self, folder: Path) -> bool:
        """True where all of its files are in the run's folder as they were; reads them."""
        try:
            return all(_is_as_told(folder / each.name, each) for each in self.files)
        except OSError:
            return False


def describe(path: Path) -> DoneFile:
    """What a line tells of a file; reads it.

    Raises:
        OSError: it cannot be read.
    """
    with open_regular(path) as file:
        digest = hashlib.sha256()
        while piece := file.read(_PIECE):
            digest.update(piece)
        return DoneFile(path.name, file.tell(), digest.hexdigest())


def _is_as_told(path: Path, told: DoneFile) -> bool:
    # What is much longer now need not be read.
    return path.stat().st_size == told.size and describe(path) == told


def stamps(pictures: Iterable[str]) -> dict[str, Stamp]:
    """Size and time of the file of each picture, by its reference."""
    by_path: dict[str, Stamp] = {}
    found = {}
    for picture in pictures:
        path = parse_picture(picture).path
        if path not in by_path:
            by_path[path] = _stamp(path)
        found[picture] = by_path[path]
    return found


def to_line(done: DonePicture) -> bytes:
    """A line of the journal, with its end."""
    size, modified = done.stamp or (None, None)
    body = {
        "picture": done.picture,
        "size": size,
        "modified": modified,
        "files": [[each.name, each.size, each.digest] for each in done.files],
    }
    # JSON's own escapes stand for all that is no ASCII: names may hold bytes that are no text.
    return (json.dumps(body) + "\n").encode("ascii")


def read_lines(path: Path) -> dict[str, DonePicture]:
    """What a journal tells, by picture; the last line of each counts.

    A line that was cut off when the machine went down, or was changed, tells nothing.

    Raises:
        OSError: the file is not there, or cannot be read.
    """
    found = {}
    with open_regular(path) as file:
        pieces = iter(lambda: file.readline(_LONGEST), b"")
        for line in _bounded(takewhile(lambda _: file.tell() <= _MOST_BYTES, pieces)):
            try:
                done = _from_line(line)
            except (BadFieldError, ValueError, RecursionError):
                continue
            found[done.picture] = done
    return found


def _bounded(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The lines that are whole: what is longer than any line comes in pieces, and is none."""
    is_rest = False
    for piece in pieces:
        is_end = piece.endswith(b"\n")
        if is_end and not is_rest:
            yield piece
        is_rest = not is_end


def _from_line(line: bytes) -> DonePicture:
    fields = Fields(json.loads(line))
    size = fields.integer_or_none("size", 0, _LARGEST)
    modified = fields.integer_or_none("modified", -_LARGEST, _LARGEST)
    files = tuple(_file(each) for each in fields.list_of("files"))
    if not 0 < len(files) <= _MOST_FILES or not files[0].name.endswith(".json"):
        raise BadFieldError("files are not those of a result")
    stamp = None if size is None or modified is None else (size, modified)
    return DonePicture(fields.text("picture"), stamp, files)


def _file(value: object) -> DoneFile:
    if not isinstance(value, list) or len(value) != 3:
        raise BadFieldError("files holds something that is no file")
    name, size, digest = value
    is_name = isinstance(name, str) and name.endswith(ENDINGS)
    # A name that leads elsewhere is none of a result's.
    if not is_name or any(mark in name for mark in "/\\:\0") or name.startswith("."):
        raise BadFieldError(f"{name!r} is not the name of a result's file")
    if type(size) is not int or size < 0:
        raise BadFieldError("size of a file is no number")
    if not isinstance(digest, str) or _DIGEST.fullmatch(digest) is None:
        raise BadFieldError("digest of a file is none")
    return DoneFile(name, size, digest)


def _stamp(path: str) -> Stamp:
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return None
    return found.st_size, found.st_mtime_ns
