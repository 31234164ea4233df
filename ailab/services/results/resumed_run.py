"""A run that broke off, found again and taken up."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from itertools import takewhile
from pathlib import Path

from ailab.services.images.picture_reference import parse_picture
from ailab.services.inference.picture_result import PictureResult
from ailab.services.results.atomic_file import write_error
from ailab.services.results.journal_lines import DonePicture, Stamp, read_lines, stamps
from ailab.services.results.result_error import ResultError
from ailab.services.results.result_files import ENDINGS, same_name
from ailab.services.results.result_reader import read_result
from ailab.services.results.run_difference import Difference, differences
from ailab.services.results.run_folder import holds_run
from ailab.services.results.run_journal import JOURNAL_FILE, RunJournal, is_being_run
from ailab.services.results.run_json import RUN_FILE, read_record
from ailab.services.results.run_record import RunRecord
from ailab.services.results.safe_name import safe_name
from ailab.services.results.unfinished_run import ResumedRun, UnfinishedRun

SET_ASIDE = "set aside"
"""The folder, in a run's own, of files that were not as the run had left them."""

_NUMBERED = re.compile(r"(.*) \(\d+\)")


def open_journal(folder: Path, pictures: Iterable[str]) -> RunJournal:
    """The journal of a run whose pictures are yet to be run.

    Raises:
        ResultError: the folder cannot be written, or another ailab runs it at this moment.
    """
    return RunJournal(folder, stamps(pictures))


def find_unfinished(save_to: Path, record: RunRecord) -> UnfinishedRun | None:
    """The run that broke off and is most like one that would begin; of several the newest.

    Args:
        save_to: the folder that holds the runs' own, or a run's own.
        record: of the run that would begin.
    """
    found = sorted(_unfinished(save_to, record), key=_likeness)
    return found[0] if found else None


def take_up(
    folder: Path, record: RunRecord, is_given_up: Callable[[], bool] = lambda: False
) -> ResumedRun | None:
    """See what is there of a run, and make room for what is not.

    A picture is taken as done where its file has the size and time that it had before it was run,
    and each file of its result is there with the sha256 that the journal tells. Of the others what
    is half there is removed; what the journal knows, but has changed, is set aside.

    Args:
        folder: the run's own.
        record: of the run.
        is_given_up: is asked before each picture; nothing is touched then.

    Returns:
        What is there; None where it was given up.

    Raises:
        ResultError: the folder cannot be read or written, or another ailab runs it at this moment.
    """
    now = stamps(record.pictures)
    journal = RunJournal(folder, now)
    try:
        done = _lines(folder)
        kept = dict(
            _whole(folder, takewhile(lambda _: not is_given_up(), record.pictures), done, now)
        )
        if is_given_up():
            journal.release()
            return None
        set_aside = _clear(folder, record.pictures, done, kept)
    except OSError as error:
        journal.release()
        raise write_error(folder, error) from error
    except BaseException:
        journal.release()
        raise
    return ResumedRun(journal, kept, set_aside)


def _unfinished(save_to: Path, record: RunRecord) -> Iterator[UnfinishedRun]:
    for folder in (save_to,) if holds_run(save_to) else _folders(save_to):
        if not (folder / JOURNAL_FILE).is_file():
            continue
        with suppress(ResultError):  # of one whose record is damaged nobody knows what it was
            old = read_record(folder)
            told = differences(old, record)
            if is_being_run(folder):
                told[Difference.IS_RUN] = "another ailab runs it at this moment"
            done = len(_lines(folder).keys() & set(old.pictures))
            yield UnfinishedRun(folder, old, done, told)


def _folders(save_to: Path) -> list[Path]:
    with suppress(OSError):
        return list(save_to.iterdir())
    return []


def _likeness(found: UnfinishedRun) -> tuple[bool, int, float]:
    try:
        started = datetime.fromisoformat(found.record.started).timestamp()
    except (ValueError, OverflowError, OSError):  # no time, or none that the system knows
        started = 0.0
    return not found.is_the_same, len(found.differences), -started


def _lines(folder: Path) -> dict[str, DonePicture]:
    try:
        return read_lines(folder / JOURNAL_FILE)
    except OSError:
        return {}


def _whole(
    folder: Path,
    pictures: Iterable[str],
    done: Mapping[str, DonePicture],
    now: Mapping[str, Stamp],
) -> Iterator[tuple[str, PictureResult]]:
    """The results that are as they were, of pictures that are, too."""
    for picture in pictures:
        line = done.get(picture)
        if line is None or line.stamp is None or line.stamp != now[picture]:
            continue
        if line.is_whole(folder):
            with suppress(ResultError):
                result = read_result(folder / line.files[0].name)
                if result.picture == picture and result.prediction is not None:
                    yield picture, result.without_saved_output()


def _clear(
    folder: Path,
    pictures: Iterable[str],
    done: Mapping[str, DonePicture],
    kept: Mapping[str, PictureResult],
) -> int:
    """Take away what lies where the results of the other pictures will; how many were set aside."""
    in_use = {same_name(Path(file).name) for each in kept.values() for file in each.files}
    rest = (parse_picture(each).stem for each in pictures if each not in kept)
    stems = {same_name(safe_name(stem)) for stem in rest}
    owners = {
        file.name: picture
        for picture, line in done.items()
        if picture not in kept
        for file in line.files
    }
    set_aside = set()
    for file in list(folder.iterdir()):
        name = file.name
        if same_name(name) in in_use or name == RUN_FILE or not _is_of(name, stems):
            continue
        if name in owners and file.stat().st_size:
            _set_aside(file)
            set_aside.add(owners[name])
        else:
            file.unlink()
    return len(set_aside)


def _is_of(name: str, stems: set[str]) -> bool:
    """True for a file that may be of the result of one of these pictures."""
    name = same_name(name).removesuffix(".part")
    for ending in ENDINGS:
        if name.endswith(ending):
            stem = name.removesuffix(ending)
            numbered = _NUMBERED.fullmatch(stem)
            if stem in stems or (numbered is not None and numbered[1] in stems):
                return True
    return False


def _set_aside(file: Path) -> None:
    place = file.parent / SET_ASIDE
    if place.is_symlink():  # of a stranger's run, who may have it lead anywhere
        place.unlink()
    place.mkdir(exist_ok=True)
    target, number = place / file.name, 1
    while target.exists():
        number += 1
        target = place / f"{number} {file.name}"
    file.rename(target)
