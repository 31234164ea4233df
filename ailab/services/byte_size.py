"""Sizes as people read them."""

from __future__ import annotations

_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def format_bytes(size: float) -> str:
    """A number of bytes in decimal units, as disks and the Hub count: `3.7 MB`."""
    amount = float(size)
    for unit in _UNITS:
        if abs(amount) < 999.95 or unit == _UNITS[-1]:
            break
        amount /= 1000
    digits = 0 if unit == "bytes" or amount >= 99.95 else 1
    return f"{amount:.{digits}f} {unit}"
