"""Numbers of parameters and bytes, as people type and read them."""

from __future__ import annotations

import re

from ailab.services.byte_size import format_bytes
from ailab.views.model_text import short_count

_COUNT_UNITS = {"": 10**6, "K": 10**3, "M": 10**6, "B": 10**9, "G": 10**9, "T": 10**12}
_COUNT_STEPS = ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "k"))
_SIZE_UNITS = {"": 10**6, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
_SIZE_UNITS |= {unit: _SIZE_UNITS[f"{unit}B"] for unit in "KMGT"}
_NUMBER = re.compile(r"(\d{1,15}(?:\.\d{1,6})?)\s*([A-Za-z]{0,2})")
_LARGEST = 2**62


def parse_count(text: str) -> int | None:
    """A number of parameters such as `300k`, `25M` or `1.5B`; millions where no unit stands.

    Raises:
        ValueError: it is no such number; an empty text is None.
    """
    return _parsed(text, _COUNT_UNITS)


def parse_size(text: str) -> int | None:
    """Bytes such as `50 MB` or `1.5 GB`; megabytes where no unit stands.

    Raises:
        ValueError: it is no such number; an empty text is None.
    """
    return _parsed(text, _SIZE_UNITS)


def write_count(count: int) -> str:
    """A number of parameters in the form in which it is typed: `25M`, `0.5k`."""
    step, unit = next((each for each in _COUNT_STEPS if count >= each[0]), _COUNT_STEPS[-1])
    return f"{count / step:.6f}".rstrip("0").rstrip(".") + unit


def write_size(size: int) -> str:
    """Bytes in the form in which they are typed: `50 MB`."""
    return format_bytes(size).replace(".0 ", " ")


def count_words(least: int | None, most: int | None) -> str:
    """A range of numbers of parameters: `10M to 100M`, `at least 10M`, `at most 100M`."""
    return _range(
        None if least is None else short_count(least), None if most is None else short_count(most)
    )


def size_words(least: int | None, most: int | None) -> str:
    """A range of sizes: `10 MB to 50 MB`, `at least 10 MB`, `at most 50 MB`."""
    return _range(
        None if least is None else write_size(least), None if most is None else write_size(most)
    )


def _parsed(text: str, units: dict[str, int]) -> int | None:
    text = text.strip().replace(",", ".")
    if not text:
        return None
    found = _NUMBER.fullmatch(text)
    if found is None or found[2].upper() not in units:
        raise ValueError(text)
    value = round(float(found[1]) * units[found[2].upper()])
    if value > _LARGEST:
        raise ValueError(text)
    return value


def _range(least: str | None, most: str | None) -> str:
    if least is not None and most is not None:
        return f"{least} to {most}"
    return f"at least {least}" if least is not None else f"at most {most}"
