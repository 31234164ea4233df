"""In which numbers a network is kept and reckoned, by NumPy's and PyTorch's names."""

from __future__ import annotations

FLOAT32, FLOAT16, BFLOAT16 = "float32", "float16", "bfloat16"
PRECISIONS = frozenset({FLOAT32, FLOAT16, BFLOAT16})
HALF = frozenset({FLOAT16, BFLOAT16})


def half_words(precision: str) -> str:
    """`half precision (bfloat16)`; empty for others, which need no word."""
    return f"half precision ({precision})" if precision in HALF else ""
