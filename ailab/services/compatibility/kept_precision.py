"""How many bytes PyTorch takes for each number of a network's weights."""

from __future__ import annotations

from collections.abc import Iterable

from ailab.services.compatibility.device_forecast import forecast
from ailab.services.compatibility.machine import Machine
from ailab.services.inference.chat_models import chats
from ailab.services.inference.engine_table import TORCH

_WHOLE, _HALF = 4, 2
_BFLOAT16, _FLOAT16 = "BF16", "F16"
_HALF_WIDE = frozenset({_BFLOAT16, _FLOAT16})
WIDENED = _WHOLE
"""Bytes of a number that was made float32."""


def half_wide_bytes(parameters_by_dtype: Iterable[tuple[str, int]]) -> int:
    """Bytes of the weights that were saved at half the width of float32.

    Args:
        parameters_by_dtype: how many of each there are, as safetensors call them.
    """
    return _HALF * sum(count for dtype, count in parameters_by_dtype if dtype in _HALF_WIDE)


def bytes_per_parameter(
    architectures: Iterable[str], machine: Machine, dtype: str = _BFLOAT16
) -> int:
    """Two where a network that chats stays as it was saved; else four, for float32.

    Args:
        architectures: as its configuration names them.
        machine: this machine.
        dtype: what most of its weights are, as safetensors call it; where the Hub's list does not
            tell, what nearly all of these are.
    """
    if not chats(architectures):
        return _WHOLE
    is_on_card = forecast(TORCH, machine).card is not None
    is_kept = dtype == _BFLOAT16 and (is_on_card or machine.reckons_bfloat16)
    return _HALF if is_kept or (dtype == _FLOAT16 and is_on_card) else _WHOLE
