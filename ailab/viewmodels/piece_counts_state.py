"""What is known of the pieces of the regions shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ailab.services.inference.pieces_from import PIECES_FROM
from ailab.services.results.left_out_pixels import LeftOutPixels
from ailab.services.results.region_pieces import RegionPieces
from ailab.viewmodels.run_totals import RunTotals


@dataclass(frozen=True, slots=True)
class PieceCountsState:
    """The pieces of a run's regions, where its network labels pixels alone.

    Attributes:
        pieces_from: pixels from which a piece counts; 0 or 1 for all.
        is_offered: the picture shown has regions of that kind or, before there is a result, the
            task may give some.
        shown: the pieces of each of its regions, by the region's index; None where it has
            none to be counted, and until they are. Those at the threshold before stay until those
            at another are known.
        left_out: where the picture shown has pieces that are too small to count; None where it has
            none, and until they are found. As `shown`, those before stay meanwhile.
        totals: the same of all pictures counted so far; None where there are none.
        left: pictures that are still to be counted.
    """

    pieces_from: int = PIECES_FROM
    is_offered: bool = False
    shown: Mapping[int, RegionPieces] | None = None
    left_out: LeftOutPixels | None = None
    totals: RunTotals | None = None
    left: int = 0
