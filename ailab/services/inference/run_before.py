"""What is known of a model before the first picture of a run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from ailab.services.inference.picture_result import PictureResult

Paces: TypeAlias = tuple[tuple[float, int], ...]
"""Of pictures that came through the seconds that each took and its pixels, width × height."""

_USUAL_PIXELS = 1_000_000
_MOST = 101


@dataclass(frozen=True, slots=True)
class RunBefore:
    """What is known of a model before the first picture of a run.

    Attributes:
        has_come: pictures of the same run have come through it, before the run broke off.
        paces: what pictures took it, where the run runs.
    """

    has_come: bool = False
    paces: Paces = ()

    @classmethod
    def of_results(cls, results: Iterable[PictureResult]) -> RunBefore:
        """What the results of a run that broke off tell; nothing where there are none."""
        paces = [(each.timings.total, max(1, each.width * each.height)) for each in results]
        return cls(bool(paces), tuple(paces[-_MOST:]))

    @classmethod
    def of_measured(cls, seconds: float) -> RunBefore:
        """What is kept of an earlier run: how long a picture took, of a size that is not known.

        Args:
            seconds: of the one in the middle; it counts as one of a megapixel.
        """
        return cls(paces=((seconds, _USUAL_PIXELS),))


NOTHING_BEFORE = RunBefore()
