"""How many objects of each label are in each picture of a run, none included.

`counts.csv` has a row for each picture and label, `pictures.csv` a row for each picture.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ailab.services.inference.background_label import is_background
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.json_fields import BadFieldError
from ailab.services.inference.label_name import label_name
from ailab.services.inference.predictions import Segmentation
from ailab.services.results.counted_labels import (
    CountedLabel,
    counted_labels,
    counts_labels,
    counts_places,
)
from ailab.services.results.picture_columns import PictureColumns
from ailab.services.results.piece_counts_json import AT_BORDER, LEFT_OUT, PIECES
from ailab.services.results.region_pieces import RegionPieces
from ailab.services.results.result_error import ResultError
from ailab.services.results.run_record import RunRecord
from ailab.services.results.saved_predictions import saved_prediction
from ailab.services.results.scale_columns import AREA_HEAD, ScaleColumns, area_of
from ailab.services.results.table_file import table_file

COUNTS_FILE = "counts.csv"
PICTURES_FILE = "pictures.csv"
_DIGITS = 6
_NONE = "none"
# What spreadsheets open; a run of more pictures and labels has its zeros left out.
_MOST_ROWS = 1_000_000
_MOST_COLUMNS = 16_000
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
    """What is kept of a picture until all labels are known; its whole area in µm², if known."""

    picture: str
    counts: tuple[CountedLabel, ...] = ()
    problem: str = ""
    note: str = ""
    whole: float | None = None


def write_counts(folder: Path, record: RunRecord) -> None:
    """Write how many objects of each label reach the threshold of a run, picture by picture.

    A row for each picture and each label that reaches the threshold anywhere in the run, or was
    asked for: 0 where the picture has none of it. A picture that failed has one row, without a
    number, that says why. Of a segmentation the share of the area stands beside the number of
    regions, in µm², too, where the size of pixels is known; and, of a network that labels pixels
    alone, the numbers of their pieces. A second table has the numbers of things in a row for each
    picture and a column for each label. Nothing is written
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
    columns, numbers = PictureColumns(record), _Numbers(record, gathered)
    with table_file(folder / COUNTS_FILE) as write_row:
        heads = ("label", *numbers.heads, "threshold", "problem", "note")
        write_row((*columns.heads(), *heads))
        for each in pictures:
            picture, rest = columns.cells(each.picture), (record.threshold, each.problem, each.note)
            if each.problem:
                write_row((*picture, "", *("" for _ in numbers.heads), *rest))
                continue
            for counted in _all_labels(each, labels):
                write_row((*picture, counted.label, *numbers.cells(counted, each.whole), *rest))
    if len(gathered.labels) <= _MOST_COLUMNS:
        _write_pictures(folder / PICTURES_FILE, record, gathered, pictures)


def _write_pictures(
    path: Path, record: RunRecord, gathered: _Gathered, pictures: list[_Counted]
) -> None:
    """Write a row for each picture, with a column for each label, the most frequent first."""
    is_segmentation = gathered.kind == Segmentation.kind
    has_pieces = is_segmentation and gathered.has_pieces
    things = [{each.label: _things(each, has_pieces) for each in one.counts} for one in pictures]
    totals = Counter(
        {
            label: sum(each.get(label, 0) for each in things)
            for label in gathered.labels
            if not (is_segmentation and is_background(label))
        }
    )
    labels = [label for label, _ in totals.most_common()]
    columns = PictureColumns(record)
    with table_file(path) as write_row:
        heads = ("threshold", "problem", "note", "result")
        write_row((*columns.heads(), "total", *labels, *heads))
        # What the picture's files are called: those of two folders' IMG_0001 differ in a number.
        for one, numbers, file in zip(pictures, things, record.results, strict=False):
            found = [numbers.get(label, 0) for label in labels]
            cells = [""] * (len(found) + 1) if one.problem else [sum(found), *found]
            rest = (record.threshold, one.problem, one.note, file)
            write_row((*columns.cells(one.picture), *cells, *rest))


def _things(counted: CountedLabel, has_pieces: bool) -> int:
    """How many there are: pieces, where these are counted."""
    if not has_pieces:
        return counted.number
    return 0 if counted.pieces is None else counted.pieces.number


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
        return self.kind != _NONE and (self.kind != GeneratedText.kind or self._has_places)

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
        counts = counted_labels(saved, self._record.threshold)
        self.labels.update(dict.fromkeys(each.label for each in counts))
        note = " ".join(saved.notes)
        whole = area_of(saved.width * saved.height, saved.pixel_size)
        return _Counted(picture, counts, note=self._notes.setdefault(note, note), whole=whole)


class _Numbers:
    """The columns of numbers, which depend on what the run's pictures hold."""

    def __init__(self, record: RunRecord, gathered: _Gathered) -> None:
        self._has_regions = gathered.kind == Segmentation.kind
        self._has_pieces = self._has_regions and gathered.has_pieces
        self._scale = ScaleColumns(record, AREA_HEAD)
        self.heads: tuple[str, ...] = ("count",)
        if self._has_regions:
            self.heads = ("regions", "area", *self._scale.heads)
        if self._has_pieces:
            self.heads = (*self.heads, PIECES, AT_BORDER, LEFT_OUT)

    def cells(self, counted: CountedLabel, whole: float | None) -> tuple[float | str, ...]:
        """What stands there for a label.

        Args:
            counted: how much of it there is.
            whole: the picture's area in µm²; None where that is not known.
        """
        if not self._has_regions:
            return (counted.number,)
        area = None if whole is None else counted.area * whole
        cells = counted.number, round(counted.area, _DIGITS), *self._scale.cells(area)
        if not self._has_pieces:
            return cells
        pieces = counted.pieces
        if pieces is None:
            return *cells, "", "", ""
        return *cells, pieces.number, pieces.at_border, pieces.left_out


def _asked(record: RunRecord) -> tuple[str, ...]:
    """The labels that were looked for: of one that was found nowhere there are none, too."""
    return tuple(label_name(each) for each in record.prompts.every.labels if each.strip())


def _all_labels(each: _Counted, labels: dict[str, None]) -> Iterator[CountedLabel]:
    """Those of a picture, and 0 of the others; of a picture without anything 0 of no label."""
    yield from each.counts
    found = {counted.label for counted in each.counts}
    missing = [label for label in labels if label not in found]
    if all(map(is_background, (*found, *missing))):
        missing.append("")
    for label in missing:
        yield CountedLabel(label, pieces=None if is_background(label) else RegionPieces())
