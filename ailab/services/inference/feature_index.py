"""Which pictures of a run resemble one another, by the vectors that a network made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ailab.services.inference.features import Features

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ailab.services.inference.picture_result import PictureResult

_ROOM = 256


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A picture that resembles another.

    Attributes:
        index: its place in the run.
        picture: its path.
        similarity: the cosine of the angle between both vectors, -1 to 1.
    """

    index: int
    picture: str
    similarity: float


class FeatureIndex:
    """Keeps the vectors of a run's results, unpacked and of length 1: 4 bytes for each number.

    It belongs to one thread at a time, and never to the event loop's.
    """

    def __init__(self) -> None:
        self._results: Sequence[PictureResult] = ()
        self._vectors: npt.NDArray[np.float32] | None = None
        self._known: set[int] = set()

    def nearest(
        self, results: Sequence[PictureResult], of: int, count: int
    ) -> tuple[Neighbour, ...]:
        """The pictures whose vectors are nearest to that of one of them, the nearest first.

        Args:
            results: of a run; what was there before is not unpacked again.
            of: index of the result whose neighbours are meant; it is none of them.
            count: how many at most.

        Returns:
            Fewer, or none, where results have no vectors, or vectors of another length or of
            zeros alone.
        """
        import numpy as np  # noqa: PLC0415 - the window appears without it

        self._take(results)
        vectors = self._vectors
        others = np.array(sorted(self._known - {of}), np.intp)
        if vectors is None or of not in self._known or not others.size:
            return ()
        similarities = (vectors[: len(results)] @ vectors[of])[others]
        best = np.argpartition(-similarities, min(count, others.size) - 1)[:count]
        best = best[np.lexsort((best, -similarities[best]))]
        return tuple(
            Neighbour(
                int(others[place]),
                results[others[place]].picture,
                float(similarities[place].clip(-1, 1)),
            )
            for place in best
        )

    def _take(self, results: Sequence[PictureResult]) -> None:
        """Unpack what is new."""
        import numpy as np  # noqa: PLC0415 - the window appears without it

        known = len(self._results)
        goes_on = known <= len(results) and all(
            results[index] is self._results[index] for index in {0, known - 1} if known
        )
        if not goes_on:
            self._vectors, self._known, known = None, set(), 0
        self._results = results
        for index in range(known, len(results)):
            prediction = results[index].prediction
            if not isinstance(prediction, Features):
                continue
            vector = prediction.vector.unpack()[0]
            if self._vectors is None:
                self._vectors = np.zeros((max(_ROOM, len(results)), len(vector)), np.float32)
            length = float(np.linalg.norm(vector.astype(np.float64)))
            if len(vector) == self._vectors.shape[1] and length > 0:
                self._make_room(index)
                self._vectors[index] = vector / length
                self._known.add(index)
        if self._vectors is not None:
            self._make_room(len(results) - 1)

    def _make_room(self, index: int) -> None:
        import numpy as np  # noqa: PLC0415 - the window appears without it

        if self._vectors is not None and index >= len(self._vectors):
            more = np.zeros_like(self._vectors, shape=(index + 1, self._vectors.shape[1]))
            self._vectors = np.concatenate([self._vectors, more])
