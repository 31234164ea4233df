"""What the Hub tells of a model's safetensors weights: `{"parameters": {"F32": n}, "total": n}`."""

from __future__ import annotations

from ailab.services.hub.json_values import count_of, fields_of, text_of

# Bits of one parameter, by the names of the safetensors format.
_BITS = {
    **dict.fromkeys(("BOOL", "I8", "U8", "F8_E4M3", "F8_E5M2", "F8_E8M0"), 8),
    **dict.fromkeys(("I16", "U16", "F16", "BF16"), 16),
    **dict.fromkeys(("I32", "U32", "F32"), 32),
    **dict.fromkeys(("I64", "U64", "F64", "C64"), 64),
    **dict.fromkeys(("F6_E2M3", "F6_E3M2"), 6),
    "F4": 4,
}


def parameters_by_dtype(safetensors: object) -> tuple[tuple[str, int], ...]:
    """The number of parameters of each dtype, largest first."""
    told = fields_of(fields_of(safetensors).get("parameters"))
    counts = [
        (dtype, count)
        for dtype, value in told.items()
        if text_of(dtype) and (count := count_of(value))
    ]
    return tuple(sorted(counts, key=lambda pair: (-pair[1], pair[0])))


def size_of(counts: tuple[tuple[str, int], ...]) -> int | None:
    """Bytes that the parameters take; None where there are none, or one of an unknown dtype."""
    if not counts or any(dtype.upper() not in _BITS for dtype, _ in counts):
        return None
    return sum(count * _BITS[dtype.upper()] for dtype, count in counts) // 8
