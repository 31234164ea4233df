"""Counts of a model, as people read them."""

from __future__ import annotations

_STEPS = ((1_000_000_000_000, "T"), (1_000_000_000, "B"), (1_000_000, "M"), (1_000, "k"))


def short_count(count: int, gap: str = "") -> str:
    """A count in three digits at most: `1.2M`, `35k`, `999`.

    Args:
        count: 0 or more.
        gap: what stands between the number and its unit.
    """
    for index, (step, unit) in enumerate(_STEPS):
        # 999,950 is a million already: in thousands it would read "1000k".
        if count >= step * 0.99995 and count >= 1000:
            amount = count / step
            text = f"{amount:.1f}" if amount < 99.95 else f"{amount:.0f}"
            if text == "1000" and index:
                return f"1{gap}{_STEPS[index - 1][1]}"
            return f"{text.removesuffix('.0')}{gap}{unit}"
    return str(count)
