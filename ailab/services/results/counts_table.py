"""`counts.csv`: how many objects of each label are in each picture of a run, none included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ailab.services.inference.background_label import is_background
from ailab.services.inference.json_fields import BadFieldError
from ailab.services.inference.label_name import label_name
from ailab.services.results.counted_labels import (
    SEGMENTATION,
    Counts,
    counted_labels,
    counts_labels,
    counts_places,
)
from ailab.services.results.picture_columns import PictureColumns
from ailab.services.results.piece_fields import PIECES
from ailab.services.results.result_error import ResultError
from ailab.services.results.run_record import RunRecord
from ailab.services.results.saved_predictions import saved_prediction
from ailab.services.results.table_file import table_file

COUNTS_FILE = "counts.csv"
_DIGITS = 6
_NONE = "none"
# What spreadsheets open; a run of more pictures and labels has its zeros left out.
_MOST_ROWS = 1_000_000
_ALL_FAILED = frozenset(
    {
        "image-segmentation",
        "keypoint-detection",
        "mask-generation",
        "object-detection",
        "zero-shot-object-detection",
    }
)
"""Tasks of which the table is written even where no picture could be run."""


@dataclass(frozen=True, slots=True)
class _Counted:
    """What is kept of a picture until all labels are known."""

    picture: str
    counts: Counts = ()
    problem: str = ""
    note: str = ""


def write_counts(folder: Path, record: RunRecord) -> None:
    """Write how many objects of each label reach the threshold of a run, picture by picture.

    A row for each picture and each label that reaches the threshold anywhere in the run, or was
    asked for: 0 where the picture has none of it. A picture that failed has one row, without a
    number, that says why. Of a segmentation the share of the area stands beside the number of
    regions, and, of a network that labels pixels alone, that of their pieces. Nothing is written
    where nothing is counted: of classes, depths, vectors, pictures made, words without places, and
    points of interest.

    The counts of all pictures are in memory, some hundred bytes for each, but no prediction.

    Raises:
        ResultError: the folder is gone, full or read-only.
    """
    gathered = _Gathered(folder, record)
    pictures = list(gathered.pictures())
    if not pictures or not gathered.is_counted:
        return
    labels = gathered.labels
    if len(labels) * len(pictures) > _MOST_ROWS:
        labels = {}
    numbers: tuple[str, ...] = ("count",)
    if gathered.kind == SEGMENTATION:
        numbers = ("regions", "area", PIECES) if gathered.has_pieces else ("regions", "area")
    columns = PictureColumns(record)
    with table_file(folder / COUNTS_FILE) as write_row:
        heads = ("label", *numbers, "threshold", "problem", "note")
        write_row((*columns.heads(), *heads))
        for each in pictures:
            for label, *values in _rows(each, labels):
                shown = values[: len(numbers)]
                rest = (record.threshold, each.problem, each.note)
                write_row((*columns.cells(each.picture), label, *shown, *rest))


class _Gathered:
    """Counts a run's pictures, and learns of which kind they are and which labels they have."""

    def __init__(self, folder: Path, record: RunRecord) -> None:
        self._folder = folder
        self._record = record
        self._reasons = dict(record.failures)
        self._has_places = False
        self._notes: dict[str, str] = {}
        self.kind = ""
        self.has_pieces = True
        self.labels = dict.fromkeys(_asked(record))

    @property
    def is_counted(self) -> bool:
        """The run's pictures hold what can be counted; where all failed, the task tells."""
        if not self.kind:
            return self._record.task in _ALL_FAILED
        return self.kind != _NONE and (self.kind != "text" or self._has_places)

    def pictures(self) -> Iterator[_Counted]:
        """Each picture that was done."""
        for picture, name in zip(self._record.pictures, self._record.results, strict=False):
            if not name:
                yield _Counted(picture, problem=self._reasons.get(picture, "It failed."))
                continue
            try:
                yield self._count(picture, name)
            except (ResultError, BadFieldError):
                gone = f"Its result {name} was damaged or removed before the run was summed up."
                yield _Counted(picture, problem=gone)

    def _count(self, picture: str, name: str) -> _Counted:
        saved = saved_prediction(self._folder, name)
        if not self.kind:
            self.kind = saved.kind if counts_labels(saved) else _NONE
        if saved.kind != self.kind:
            return _Counted(picture)
        self._has_places = self._has_places or counts_places(saved)
        self.has_pieces = self.has_pieces and saved.fields.has(PIECES)
        counts = tuple(
            (label, number, round(area, _DIGITS), pieces)
            for label, number, area, pieces in counted_labels(saved, self._record.threshold)
        )
        self.labels.update(dict.fromkeys(label for label, *_ in counts))
        note = " ".join(saved.notes)
        return _Counted(picture, counts, note=self._notes.setdefault(note, note))


def _asked(record: RunRecord) -> tuple[str, ...]:
    """The labels that were looked for: of one that was found nowhere there are none, too."""
    return tuple(label_name(each) for each in record.prompts.every.labels if each.strip())


def _rows(each: _Counted, labels: dict[str, None]) -> Iterator[tuple[str | float | None, ...]]:
    if each.problem:
        yield "", "", "", ""
        return
    yield from each.counts
    found = {label for label, *_ in each.counts}
    missing = [label for label in labels if label not in found]
    if not each.counts and not missing:
        missing = [""]
    for label in missing:
        yield label, 0, 0, None if is_background(label) else 0
