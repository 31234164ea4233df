"""How many things a network tells apart, in rows, maps or undecoded heads."""

from __future__ import annotations

from collections.abc import Sequence

from ailab.services.architecture.network_outline import GraphPort
from ailab.services.inference.head_guess import head_classes
from ailab.services.inference.output_shape import output_count


def output_classes(outputs: Sequence[GraphPort], decoder: str) -> int | None:
    """How many classes or points the outputs tell apart; None where no shape says it."""
    counted = output_count(outputs, decoder)
    return head_classes(outputs, decoder) if counted is None else counted
