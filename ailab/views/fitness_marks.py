"""The sign before what is told of a model, and its tone."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ailab.viewmodels.inference_state import Fitness
from ailab.views.theme import Tone

_MARKS: dict[Fitness, tuple[str, Tone]] = {
    Fitness.NONE: ("", "muted"),
    Fitness.CHECKING: ("", "muted"),
    Fitness.RUNS: ("✓", "success"),
    Fitness.REFUSED: ("✕", "warning"),
    Fitness.UNKNOWN: ("?", "warning"),
}
FITNESS_MARKS: Mapping[Fitness, tuple[str, Tone]] = MappingProxyType(_MARKS)
MARK_WIDTH = 16
