"""Another run, among whose pictures the nearest are looked for."""

from __future__ import annotations

from ailab.services.inference.feature_index import Neighbour
from ailab.services.inference.feature_set import FeatureSet
from ailab.services.inference.features import Features
from ailab.services.inference.picture_result import PictureResult
from ailab.services.results.model_identity import ModelIdentity
from ailab.services.results.saved_vectors import SavedVectors
from ailab.viewmodels.neighbours_state import OtherRun
from ailab.viewmodels.results_state import ResultsState

_NOT_SAVED = "the run before, which was not saved"


class ComparedRun:
    """An earlier run of this session, or the vectors of a saved one.

    Args:
        other: what it is called, and where it lies.
        model: what made its vectors.
        results: what came of its pictures; unpacked when it is first compared with.
        features: its vectors, where they are at hand instead.
    """

    def __init__(
        self,
        other: OtherRun,
        model: ModelIdentity,
        results: tuple[PictureResult, ...] = (),
        features: FeatureSet | None = None,
    ) -> None:
        self.other = other
        self.model = model
        self._results = results
        self._features = features

    @classmethod
    def of_saved(cls, saved: SavedVectors) -> ComparedRun:
        """One that was read from its folder."""
        other = OtherRun(saved.name, saved.features.compared, str(saved.folder))
        return cls(other, saved.model, features=saved.features)

    @classmethod
    def of_shown(cls, state: ResultsState, name: str) -> ComparedRun | None:
        """One that is shown; None where it has fewer than two vectors, or nothing tells its model.

        Args:
            state: what is shown.
            name: what the folder of the run is called; empty where it has none.
        """
        count = sum(isinstance(each.prediction, Features) for each in state.results)
        if count < 2 or state.model is None:
            return None
        other = OtherRun(name or _NOT_SAVED, count, state.folder)
        return cls(other, state.model, state.results)

    def is_shown(self, state: ResultsState) -> bool:
        """It is the very run that is shown."""
        if self.other.folder and self.other.folder == state.folder:
            return True
        return bool(state.results and self._results) and state.results[0] is self._results[0]

    def nearest(self, prediction: Features, count: int) -> tuple[Neighbour, ...]:
        """The nearest of its pictures; in a thread, one at a time."""
        return self._known().nearest(prediction, count)

    def nearest_to_each(
        self, features: FeatureSet, count: int
    ) -> tuple[tuple[Neighbour, ...], ...]:
        """The nearest of its pictures to each of others; in a thread, one at a time."""
        return tuple(self._known().nearest_to_each(features, count))

    def _known(self) -> FeatureSet:
        if self._features is None:
            self._features = FeatureSet.of_results(self._results)
        return self._features
