"""The folder of converted models: each whole or not there."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePath, PurePosixPath

from ailab.services.conversion.conversion_error import ConversionError
from ailab.services.conversion.conversion_json import record_from_text, record_to_text
from ailab.services.conversion.converted_model import ConversionRecord, ConvertedModel
from ailab.services.inference.json_fields import BadFieldError

_RECORD = "conversion.json"
_PARTIAL = ".partial-"
_STALE = 24 * 3600.0  # seconds; another lab may be at it
_LARGEST_RECORD = 2**20
_MODEL_ID = re.compile(r"\w[\w.-]*(/\w[\w.-]*)?")
_ODD, _LONGEST_NAME = re.compile(r"[^\w.-]"), 60
_REVISION = re.compile(r"[0-9a-f]{7,64}")
_READ_ONLY = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


class ConvertedStore:
    """Keeps conversions, one folder each: `owner--name@revision`.

    Those of local folders are `local-name+hash@stamp`, with a hash of the folder's path; of each
    folder the last one alone is kept, since weights that were changed do not come back.

    Every method touches the disk and belongs in a thread.

    Args:
        folder: need not exist yet.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self) -> tuple[ConvertedModel, ...]:
        """All that are whole, the newest first; what is damaged does not count."""
        found: list[ConvertedModel] = []
        with contextlib.suppress(OSError):
            folders = [each for each in self._folder.iterdir() if not each.name.startswith(".")]
            found = [model for each in folders if (model := _read(each)) is not None]
        return tuple(sorted(found, key=lambda each: each.record.converted, reverse=True))

    def find(self, model_id: str, revision: str) -> ConvertedModel | None:
        """The conversion of one revision; None where there is none, or no whole one."""
        return _read(self._place(model_id, revision))

    @contextmanager
    def begun(self) -> Iterator[Path]:
        """A folder to fill, gone afterwards unless `keep` put it in its place.

        Raises:
            ConversionError: none can be made.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._sweep()
            partial = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=self._folder))
        except OSError as error:
            raise _unwritable(self._folder, error) from error
        try:
            yield partial
        finally:
            shutil.rmtree(partial, ignore_errors=True)

    def keep(self, partial: Path, record: ConversionRecord) -> ConvertedModel:
        """Put what was filled in its place, whole, in place of an older one.

        Args:
            partial: what `begun` gave.
            record: what is known of it; its `files` are read from the folder.

        Raises:
            ConversionError: it cannot be written.
        """
        place = self._place(record.model_id, record.revision)
        try:
            (partial / _RECORD).write_text(record_to_text(record), encoding="utf-8")
            if place.exists():
                # Out of the way first: a folder is not replaced by another on any system.
                aside = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=self._folder))
                place.rename(aside / "old")
                shutil.rmtree(aside, ignore_errors=True)
            partial.rename(place)
        except OSError as error:
            raise _unwritable(place, error) from error
        if record.is_local:
            self._drop_others(place)
        return ConvertedModel(place, record)

    def delete(self, model_id: str, revision: str) -> None:
        """Remove a conversion; nothing where there is none.

        Raises:
            ConversionError: it is in use, or may not be removed.
        """
        place = self._place(model_id, revision)
        if not place.exists():
            return
        try:
            # Its record goes first: what is left of it counts no more.
            (place / _RECORD).unlink(missing_ok=True)
            shutil.rmtree(place)
        except OSError as error:
            raise ConversionError(
                f"The conversion of {model_id} could not be deleted whole.",
                "Close what uses it, and try again.",
                detail=repr(error),
            ) from error

    def _place(self, model_id: str, revision: str) -> Path:
        return self._folder / _name(model_id, revision)

    def _drop_others(self, place: Path) -> None:
        """Remove what was made of the same local folder before."""
        beginning = place.name.partition("@")[0] + "@"
        with contextlib.suppress(OSError):
            for entry in self._folder.iterdir():
                if entry.name.startswith(beginning) and entry != place:
                    shutil.rmtree(entry, ignore_errors=True)

    def _sweep(self) -> None:
        """Remove what a lab left that ended in the middle."""
        with contextlib.suppress(OSError):
            for entry in self._folder.iterdir():
                if entry.name.startswith(_PARTIAL) and time.time() - entry.stat().st_mtime > _STALE:
                    shutil.rmtree(entry, ignore_errors=True)


def take_over(made: Path, folder: Path, names: Sequence[str]) -> None:
    """Move files that a worker made; links and whatever is no file are refused.

    Only the first has to be there.

    Args:
        made: the worker's place.
        folder: where they shall lie.
        names: of the files.

    Raises:
        ConversionError: one is missing or odd, or the disk is full.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            source, target = made / name, folder / name
            if name != names[0] and not os.path.lexists(source):
                continue
            if not stat.S_ISREG(source.lstat().st_mode):
                raise OSError(f"{name} is no file")
            if source.stat().st_dev == folder.stat().st_dev:
                source.replace(target)
                continue
            # Not through a link that has come to lie there meanwhile.
            with os.fdopen(os.open(source, _READ_ONLY), "rb") as file, target.open("wb") as copy:
                shutil.copyfileobj(file, copy, 2**20)
            source.unlink()
    except OSError as error:
        raise _unwritable(folder, error) from error


def files_in(folder: Path) -> tuple[tuple[str, int], ...]:
    """Name and size of all files in a folder, in order; POSIX paths."""
    return tuple(
        (path.relative_to(folder).as_posix(), path.stat().st_size)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    )


def _name(model_id: str, revision: str) -> str:
    """What a conversion's folder is called.

    Raises:
        ValueError: it belongs to no model.
    """
    is_known = _MODEL_ID.fullmatch(model_id) or PurePath(model_id).is_absolute()
    if not is_known or not _REVISION.fullmatch(revision):
        raise ValueError(f"no model: {model_id!r} at {revision!r}")
    if _MODEL_ID.fullmatch(model_id):
        return f"{model_id.replace('/', '--')}@{revision}"
    name = _ODD.sub("_", PurePath(model_id).name)[:_LONGEST_NAME]
    return f"local-{name}+{hashlib.sha256(model_id.encode()).hexdigest()[:16]}@{revision}"


def _read(folder: Path) -> ConvertedModel | None:
    try:
        with (folder / _RECORD).open(encoding="utf-8") as file:
            record = record_from_text(file.read(_LARGEST_RECORD))
        is_own = folder.name == _name(record.model_id, record.revision)
        for name, size in record.files:
            path = PurePosixPath(name)
            if path.is_absolute() or ".." in path.parts or (folder / path).stat().st_size != size:
                return None
    except (OSError, BadFieldError, ValueError):
        return None
    return ConvertedModel(folder, record) if is_own and record.files else None


def _unwritable(place: Path, error: OSError) -> ConversionError:
    return ConversionError(
        f"The converted model could not be written to {place.parent}.",
        "Check that the disk has room and that the folder may be written to.",
        detail=repr(error),
    )
