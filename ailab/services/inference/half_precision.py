"""Whether this machine's processor reckons in bfloat16 by itself."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FACTS = Path("/proc/cpuinfo")
_FLAGS = frozenset({"avx512_bf16", "amx_bf16", "bf16"})
"""As Linux names them: Intel's and AMD's, and Arm's."""


@cache  # the processor stays
def reckons_bfloat16(facts: Path = _FACTS) -> bool:
    """True where the processor has instructions for it; others are several times slower with it.

    Args:
        facts: where Linux tells of the processor. Elsewhere nothing is known, and so False.
    """
    try:
        text = facts.read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    told = (line for line in text.splitlines() if line.startswith(("flags", "Features")))
    return not _FLAGS.isdisjoint(next(told, "").split())
