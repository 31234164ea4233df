"""Lists of numbers of a sheet that a person types: strides and anchors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from ailab.services.inference.sheet_draft import (
    MOST_ANCHOR,
    MOST_STRIDE,
    USES_STRIDES,
    SheetDraft,
    anchors_in,
    strides_in,
    with_strides,
)
from ailab.services.inference.yolo_anchors import USES_ANCHORS

STRIDES, ANCHORS = "strides", "anchors"


@dataclass(frozen=True, slots=True)
class TypedNumbers:
    """A field of a draft that is typed.

    Attributes:
        decoders: those that ask for it.
        taken: a draft with what was typed; None where that is none.
        mistake: what is told then.
    """

    decoders: frozenset[str]
    taken: Callable[[SheetDraft, str], SheetDraft | None]
    mistake: str


def mistyped_in(typed: Mapping[str, str], draft: SheetDraft) -> str:
    """What is wrong with what was typed, in a sentence; empty where it counts for nothing.

    Args:
        typed: texts of which no numbers could be made, by the fields' names.
        draft: the sheet.
    """
    wrong = (TYPED[name] for name in typed if draft.decoder in TYPED[name].decoders)
    return next((each.mistake for each in wrong), "")


def _with_strides(draft: SheetDraft, text: str) -> SheetDraft | None:
    strides = strides_in(text)
    return None if strides is None else with_strides(draft, strides)


def _with_anchors(draft: SheetDraft, text: str) -> SheetDraft | None:
    anchors = anchors_in(text)
    return None if anchors is None else replace(draft, anchors=anchors)


TYPED: Mapping[str, TypedNumbers] = MappingProxyType(
    {
        STRIDES: TypedNumbers(
            USES_STRIDES,
            _with_strides,
            f"Strides are whole numbers from 1 to {MOST_STRIDE:,}, such as 8, 16, 32.",
        ),
        ANCHORS: TypedNumbers(
            USES_ANCHORS,
            _with_anchors,
            f"Anchors are widths and heights by turns, up to {MOST_ANCHOR:,} pixels, such as "
            "10, 13, 16, 30.",
        ),
    }
)
"""By the names of the sheet's fields."""
