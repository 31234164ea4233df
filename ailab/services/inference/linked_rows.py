"""Which rows of unit vectors hang together by cosines that are large enough."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_BLOCK = 32 * 2**20
_TILE = 2048
_TOLERANCE = 1e-6
"""The cosine of a vector with itself is rounded, too; copies are to be found at 1."""


def linked_rows(
    vectors: npt.NDArray[np.float32], least: float, goes_on: Callable[[], bool]
) -> list[npt.NDArray[np.intp]]:
    """The connected components of two rows or more, where a large cosine links two.

    Each row takes over the least number that a row linked to it has, so that time and memory do not
    grow with the number of links: a hundred copies have 4,950.

    Args:
        vectors: float32, shape (n, dimensions), each of length 1, or of zeros for one that is
            linked to none.
        least: the cosine from which two are linked, 0 to 1.
        goes_on: asked from time to time; where it is False, what is known so far is returned.

    Returns:
        Ascending row numbers of each; the largest first, then by their first row.
    """
    import numpy as np  # noqa: PLC0415 - the window appears without it

    count = len(vectors)
    found = np.arange(count)
    has_direction: npt.NDArray[np.bool_] = np.any(vectors, axis=1)
    rows = max(1, _BLOCK // (4 * max(count, 1)))
    for start in range(0, count, rows):
        if not goes_on():
            break
        # What is before the block was compared with it already.
        cosines = vectors[start : start + rows] @ vectors[start:].T
        cosines[~has_direction[start : start + rows]] = -2.0
        cosines[:, ~has_direction[start:]] = -2.0
        linked = cosines >= least - _TOLERANCE
        for row in np.flatnonzero(linked.sum(axis=1) > 1):
            near = found[start:][linked[row]]
            if (near != near[0]).any():
                is_near = np.zeros(count, np.bool_)
                is_near[near] = True
                found[is_near[found]] = near.min()
    numbers, sizes = np.unique(found, return_counts=True)
    several = numbers[sizes > 1]
    order = np.lexsort((several, -sizes[sizes > 1]))
    by_number = np.argsort(found, kind="stable")
    starts = np.searchsorted(found[by_number], several)
    ends = np.searchsorted(found[by_number], several, side="right")
    return [by_number[starts[place] : ends[place]] for place in order]


def least_cosine(vectors: npt.NDArray[np.float32], rows: npt.NDArray[np.intp]) -> float:
    """The cosine of the two of some rows that are least alike; see `linked_rows`."""
    least = 1.0
    for start in range(0, len(rows), _TILE):
        some = vectors[rows[start : start + _TILE]]
        for other in range(start, len(rows), _TILE):
            least = min(least, float((some @ vectors[rows[other : other + _TILE]].T).min()))
    return max(least, -1.0)
