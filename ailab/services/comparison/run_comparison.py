"""Two saved runs, compared picture by picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ailab.services.comparison.kind_nouns import kinds_differ
from ailab.services.comparison.not_compared import NotComparedError
from ailab.services.comparison.picture_comparison import PictureComparison
from ailab.services.comparison.picture_pairs import PicturePairs, names_below, pair_pictures
from ailab.services.comparison.result_comparison import compare_results
from ailab.services.comparison.two_networks import TWO_NETWORKS, is_of_one_network
from ailab.services.inference.features import Features
from ailab.services.inference.json_fields import BadFieldError
from ailab.services.inference.picture_result import PictureResult
from ailab.services.results.result_error import ResultError
from ailab.services.results.run_json import read_record
from ailab.services.results.run_record import RunRecord
from ailab.services.results.run_results import RunResults
from ailab.services.results.saved_predictions import saved_prediction
from ailab.services.results.saved_run_reader import run_folder


@dataclass(frozen=True, slots=True)
class ComparedSide:
    """One of two runs.

    Attributes:
        folder: where it lies.
        record: what it was.
        threshold: confidence below which nothing of it counts, 0 to 1.
    """

    folder: Path
    record: RunRecord
    threshold: float


class RunComparison:
    """Compares the pictures that two runs share, one at a time in memory.

    Args:
        a: path of run A, as `load_run` takes it.
        b: that of run B.
        threshold: confidence below which nothing counts, 0 to 1; None for that of each run.

    Attributes:
        sides: run A and run B.
        kind: what was found, as result files call it; empty where nothing was in both.
        pairs: which pictures are in both.

    Raises:
        ResultError: one of both is no run, or damaged.
        NotComparedError: they share no picture, or their results are of different kinds.
    """

    def __init__(self, a: Path, b: Path, threshold: float | None = None) -> None:
        self.sides = _side(a, threshold), _side(b, threshold)
        records = [side.record for side in self.sides]
        self.pairs: PicturePairs = pair_pictures(records[0].pictures, records[1].pictures)
        if not self.pairs.both:
            raise NotComparedError(
                f"The runs {self.sides[0].folder.name} and {self.sides[1].folder.name} share no "
                "picture.",
                "Run both models on the same pictures.",
            )
        self._results = [RunResults(side.folder, side.record) for side in self.sides]
        self.kind = self._find_kind()

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of the comparison as a whole."""
        notes = []
        if self.pairs.is_by_name:
            notes.append(
                "No picture has the same path in both runs: those of the same name were taken for "
                "the same."
            )
        if self.kind == Features.kind and not self._is_of_one_network:
            notes.append(TWO_NETWORKS)
        return tuple(notes)

    @property
    def _is_of_one_network(self) -> bool:
        a, b = self.sides
        return is_of_one_network(a.record.identity, b.record.identity)

    def pictures(self) -> Iterator[PictureComparison]:
        """Compare one picture after the other, in A's order; those of one run alone at last."""
        names_a, names_b = (names_below(side.record.pictures) for side in self.sides)
        in_a, in_b = (side.record.pictures for side in self.sides)
        for place_a, place_b in self.pairs.both:
            yield self._compare(place_a, place_b, names_a[place_a])
        for place in self.pairs.only_a:
            yield _alone(in_a[place], names_a[place], "A")
        for place in self.pairs.only_b:
            yield _alone(in_b[place], names_b[place], "B")

    def _compare(self, place_a: int, place_b: int, name: str) -> PictureComparison:
        picture = self.sides[0].record.pictures[place_a]
        try:
            a, b = self._read(0, place_a), self._read(1, place_b)
            thresholds = self.sides[0].threshold, self.sides[1].threshold
            return PictureComparison(picture, name, compare_results(a, b, thresholds))
        except (NotComparedError, ResultError) as error:
            return PictureComparison(picture, name, why_not=error.message)

    def _read(self, side: int, place: int) -> PictureResult:
        result = self._results[side].read(place)
        if result is None:
            raise NotComparedError(f"{'AB'[side]} broke off before it.", "Run it again.")
        return result

    def _find_kind(self) -> str:
        """What was found in the first picture that both have a result of.

        Raises:
            NotComparedError: it is something else in A and in B.
        """
        for places in self.pairs.both:
            kinds = self._kind(0, places[0]), self._kind(1, places[1])
            if not all(kinds):
                continue
            if kinds[0] != kinds[1]:
                tasks = self.sides[0].record.task, self.sides[1].record.task
                raise NotComparedError(
                    kinds_differ(kinds, tasks), "Choose two runs of the same task."
                )
            return kinds[0]
        return ""

    def _kind(self, side: int, place: int) -> str:
        file = self._results[side].file(place)
        if file is None:
            return ""
        try:
            return saved_prediction(file.parent, file.name).kind
        except (ResultError, BadFieldError):
            return ""


def _side(path: Path, threshold: float | None) -> ComparedSide:
    folder = run_folder(path)
    record = read_record(folder)
    return ComparedSide(folder, record, record.threshold if threshold is None else threshold)


def _alone(picture: str, name: str, side: str) -> PictureComparison:
    return PictureComparison(picture, name, why_not=f"It is in {side} alone.", only_in=side)
