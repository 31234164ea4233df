"""What goes into a network and what comes out, as a person reads it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ailab.services.architecture.network_outline import GraphPort

_MOST_PORTS = 3
_MADE_UP = re.compile(r"p2o\.DynamicDimension\.\d+|unk__\d+|[su]\d+")
"""What exporters of PaddlePaddle, TensorFlow and PyTorch call lengths that are free, by number."""


def ports_text(ports: Sequence[GraphPort], most: int = _MOST_PORTS) -> str:
    """Inputs or outputs in a line: `images float 1 × 3 × 416 × 416`.

    Args:
        ports: of a network.
        most: how many are named, at most.
    """
    if not ports:
        return "nothing that is known"
    texts = [f"{p.name} {p.dtype.lower()} {' × '.join(map(_axis, p.shape))}" for p in ports[:most]]
    more = len(ports) - most
    return ", ".join(texts) + (f" and {more} more" if more > 0 else "")


def _axis(length: str) -> str:
    return "?" if _MADE_UP.fullmatch(length) else length
