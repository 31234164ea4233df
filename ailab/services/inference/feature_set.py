"""The vectors of many pictures, and which of them are near one another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from ailab.services.inference.alike_group import AlikeGroup
from ailab.services.inference.feature_index import Neighbour
from ailab.services.inference.features import Features
from ailab.services.inference.linked_rows import least_cosine, linked_rows

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ailab.services.inference.picture_result import PictureResult

_BLOCK = 32 * 2**20
_GROUP = 64
_TILE = 2048
_DIGITS = 6
_OPPOSITE, _NOT_COMPARED = -1.5, -2.0
"""No cosine is less than the first, rounded or not; the second stands for none."""


class FeatureSet:
    """Vectors of length 1, a row for each picture, to be compared by the cosine between them.

    Comparing takes a block of rows at a time: about 100 MB beside the vectors, however many they
    are. Never on the event loop's thread.

    Args:
        pictures: n paths.
        vectors: float32, shape (n, dimensions), finite; taken over, and changed to length 1. One of
            zeros alone has no direction, so that it is near to none.
    """

    def __init__(self, pictures: Sequence[str], vectors: npt.NDArray[np.float32]) -> None:
        import numpy as np  # noqa: PLC0415 - the window appears without it

        self._pictures = pictures
        self._vectors = vectors
        # Squares of tiny and huge numbers need more than 32 bits.
        lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors, dtype=np.float64))
        self._has_direction = lengths > 0
        lengths[~self._has_direction] = 1.0
        np.divide(vectors, lengths[:, None], out=vectors, casting="same_kind")

    @classmethod
    def of_results(cls, results: Sequence[PictureResult]) -> FeatureSet:
        """The vectors of a run, a row for each result.

        Those without a vector as long as the first one have a row of zeros.
        """
        import numpy as np  # noqa: PLC0415 - the window appears without it

        found = [
            (row, each.prediction)
            for row, each in enumerate(results)
            if isinstance(each.prediction, Features)
        ]
        dimensions = found[0][1].dimensions if found else 1
        vectors = np.zeros((len(results), dimensions), np.float32)
        for row, features in found:
            if features.dimensions == dimensions:
                vectors[row] = features.vector.unpack()[0]
        return cls([each.picture for each in results], vectors)

    def __len__(self) -> int:
        return len(self._pictures)

    @property
    def pictures(self) -> Sequence[str]:
        """The paths of the pictures, a row each."""
        return self._pictures

    @property
    def compared(self) -> int:
        """How many of the vectors have a direction."""
        return int(self._has_direction.sum())

    def nearest(self, features: Features, count: int) -> tuple[Neighbour, ...]:
        """The pictures nearest to a vector that is none of theirs, the nearest first.

        Args:
            features: the vector.
            count: how many at most, from 1.

        Returns:
            None where it has another length, or is of zeros alone.
        """
        other = FeatureSet([""], features.vector.unpack()[:1].copy())
        return next(self.nearest_to_each(other, count))

    def nearest_to_each(self, others: FeatureSet, count: int) -> Iterator[tuple[Neighbour, ...]]:
        """For each of other pictures the nearest of these; see `nearest`."""
        if others._vectors.shape[1] != self._vectors.shape[1]:
            return iter([()] * len(others))
        return self._nearest(others, count)

    def nearest_of_each(self, count: int) -> Iterator[tuple[Neighbour, ...]]:
        """For each of these pictures the nearest of the others; see `nearest`."""
        return self._nearest(self, count)

    def groups(
        self, least: float, goes_on: Callable[[], bool] = lambda: True
    ) -> tuple[AlikeGroup, ...]:
        """The groups of pictures that are alike, the largest first.

        Args:
            least: the cosine from which two pictures are alike, 0 to 1.
            goes_on: asked from time to time; where it is False, nobody waits for the rest.
        """
        groups = []
        for rows in linked_rows(self._vectors, least, goes_on):
            if not goes_on():
                break
            groups.append(self._group(rows))
        return tuple(groups)

    def _group(self, rows: npt.NDArray[np.intp]) -> AlikeGroup:
        """The group of some rows; of several that are as much like all others the first leads."""
        import numpy as np  # noqa: PLC0415 - the window appears without it

        middle = np.zeros(self._vectors.shape[1], np.float64)
        for start in range(0, len(rows), _TILE):
            middle += self._vectors[rows[start : start + _TILE]].sum(axis=0, dtype=np.float64)
        towards = self._cosines(rows, (middle / len(rows)).astype(np.float32))
        first = int(towards.round(_DIGITS).argmax())
        likeness = self._cosines(rows, self._vectors[rows[first]]).round(_DIGITS).clip(-1, 1)
        likeness[first] = np.inf  # before its copies
        order = np.lexsort((rows, -likeness))
        likeness[first] = 1.0
        members = tuple(
            Neighbour(int(rows[place]), self._pictures[rows[place]], float(likeness[place]))
            for place in order
        )
        return AlikeGroup(members, round(least_cosine(self._vectors, rows), _DIGITS))

    def _cosines(
        self, rows: npt.NDArray[np.intp], vector: npt.NDArray[np.float32]
    ) -> npt.NDArray[np.float64]:
        """Those of some rows to a vector, float64, as many as rows, without a copy of all."""
        import numpy as np  # noqa: PLC0415 - the window appears without it

        parts = range(0, len(rows), _TILE)
        found = [self._vectors[rows[start : start + _TILE]] @ vector for start in parts]
        return np.concatenate(found).astype(np.float64)

    def _nearest(self, asked: FeatureSet, count: int) -> Iterator[tuple[Neighbour, ...]]:
        import numpy as np  # noqa: PLC0415 - the window appears without it

        here = len(self)
        rows = max(1, _BLOCK // (4 * max(here, 1)))
        for start in range(0, len(asked), rows):
            alike = asked._vectors[start : start + rows] @ self._vectors.T
            places = np.arange(len(alike))
            alike[:, ~self._has_direction] = _NOT_COMPARED
            alike[~asked._has_direction[start : start + rows]] = _NOT_COMPARED
            if asked is self:
                alike[places, start + places] = _NOT_COMPARED
            for cosines, least in zip(alike, _least(alike, count), strict=True):
                best = np.flatnonzero(cosines >= least)
                best = best[np.lexsort((best, -cosines[best]))[:count]]
                likeness = cosines[best].clip(-1, 1).tolist()
                yield tuple(
                    Neighbour(place, self._pictures[place], cosine)
                    for place, cosine in zip(best.tolist(), likeness, strict=True)
                )


def _least(alike: npt.NDArray[np.float32], count: int) -> npt.NDArray[np.float32]:
    """For each row a number that at least its `count` largest reach, and few others.

    It is the least of the largest of as many groups: found in a fifth of the time that looking
    for the largest themselves takes.
    """
    import numpy as np  # noqa: PLC0415 - the window appears without it

    rows, groups = len(alike), alike.shape[1] // _GROUP
    if groups < count:
        return np.full(rows, _OPPOSITE, np.float32)
    tops = alike[:, : groups * _GROUP].reshape(rows, groups, _GROUP).max(axis=2)
    least = np.partition(tops, groups - count, axis=1)[:, groups - count]
    return np.maximum(least, np.float32(_OPPOSITE))
