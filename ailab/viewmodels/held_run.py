"""A saved run whose pictures are known to be those of the run shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from ailab.services.comparison.kind_nouns import kind_noun
from ailab.services.comparison.picture_pairs import pair_pictures
from ailab.services.inference.features import Features
from ailab.services.inference.picture_result import PictureResult
from ailab.services.problem import Problem
from ailab.services.results.runs import SavedRun


class HeldRun:
    """Finds what another run made of the pictures of the run shown.

    Takes a second for a hundred thousand pictures: made beside the event loop.

    Args:
        saved: the other run.
        pictures: references of the pictures of the run shown.

    Attributes:
        pairs: which pictures are in the run shown (A) and in the other one (B).
        is_of_vectors: it has vectors of its pictures.
    """

    def __init__(self, saved: SavedRun, pictures: Sequence[str]) -> None:
        self.saved = saved
        self.pictures = pictures
        names = [each.picture for each in saved.results]
        self.pairs = pair_pictures(pictures, names)
        self._places: Mapping[int, int] = MappingProxyType(dict(self.pairs.both))
        predictions = (each.prediction for each in saved.results)
        first = next((each for each in predictions if each is not None), None)
        self.is_of_vectors = isinstance(first, Features)

    def result(self, place: int) -> PictureResult | None:
        """What it has of a picture of the run shown, by that one's place there."""
        found = self._places.get(place)
        return None if found is None else self.saved.results[found]

    def why_not(self, results: Sequence[PictureResult]) -> Problem | None:
        """Why both runs cannot be compared; None where they can.

        Args:
            results: those of the run shown.
        """
        name = self.saved.folder.name
        if not self._places:
            return Problem(
                f"The run {name} and the one shown share no picture.",
                "Run both models on the same pictures.",
            )
        for place, result in enumerate(results):
            other = self.result(place)
            if result.prediction is None or other is None or other.prediction is None:
                continue
            mine, its = result.prediction.kind, other.prediction.kind
            if mine == its:
                return None
            return Problem(
                f"The run {name} ({self.saved.record.task}) finds {kind_noun(its)}, and the one "
                f"shown {kind_noun(mine)}: they cannot be compared.",
                "Choose a run of the same task.",
            )
        return None
