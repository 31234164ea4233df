"""Strictly typed reading of JSON that came from a file or from another process."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any


class BadFieldError(ValueError):
    """A value is missing or not of the kind, range or length that the format says."""


class Fields:
    """The fields of one JSON object, read by name and kind.

    Every method raises `BadFieldError`, naming the field, where the value is absent or not what
    was asked for. An integer is never a boolean, and a number is never infinite or NaN.
    """

    def __init__(self, value: object, where: str = "") -> None:
        if not isinstance(value, dict):
            raise BadFieldError(f"{where or 'the whole'} is not an object")
        self._values: dict[str, Any] = value
        self._where = where

    def has(self, name: str) -> bool:
        """True where there is a value that is not null."""
        return self._values.get(name) is not None

    def names(self) -> tuple[str, ...]:
        """The fields' names, in their order."""
        return tuple(self._values)

    def text(self, name: str) -> str:
        """A string."""
        value = self._value(name)
        if not isinstance(value, str):
            raise self._bad(name, "is not a text")
        return value

    def text_or_none(self, name: str) -> str | None:
        """A string, or null or absent."""
        return None if self._values.get(name) is None else self.text(name)

    def integer_or_none(self, name: str, least: int, most: int) -> int | None:
        """A whole number from `least` to `most`, or null or absent."""
        return None if self._values.get(name) is None else self.integer(name, least, most)

    def integer(self, name: str, least: int, most: int) -> int:
        """A whole number from `least` to `most`."""
        value = self._value(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._bad(name, "is not a whole number")
        if not least <= value <= most:
            raise self._bad(name, f"is not between {least} and {most}")
        return value

    def number(self, name: str) -> float:
        """A finite number."""
        return self._finite(self._value(name), name)

    def number_or_none(self, name: str) -> float | None:
        """A finite number, or null or absent."""
        return None if self._values.get(name) is None else self.number(name)

    def share(self, name: str) -> float:
        """A number from 0 to 1; what rounding put a millionth beyond is brought back."""
        value = self.number(name)
        if not -1e-6 <= value <= 1 + 1e-6:
            raise self._bad(name, "is not between 0 and 1")
        return min(max(value, 0.0), 1.0)

    def numbers(self, name: str, count: int) -> tuple[float, ...]:
        """Exactly `count` finite numbers."""
        values = self.list_of(name)
        if len(values) != count:
            raise self._bad(name, f"does not hold {count} numbers")
        return tuple(self._finite(value, name) for value in values)

    def rows(self, name: str, count: int, most: int) -> tuple[tuple[float, ...], ...]:
        """A list of at most `most` lists of exactly `count` finite numbers."""
        values = self.list_of(name)
        if len(values) > most:
            raise self._bad(name, f"holds more than {most} entries")
        for row in values:
            if not isinstance(row, list) or len(row) != count:
                raise self._bad(name, f"holds something that is not {count} numbers")
        return tuple(tuple(self._finite(value, name) for value in row) for row in values)

    def boolean(self, name: str) -> bool:
        """True or false."""
        value = self._value(name)
        if not isinstance(value, bool):
            raise self._bad(name, "is neither true nor false")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of strings."""
        values = self.list_of(name)
        if not all(isinstance(value, str) for value in values):
            raise self._bad(name, "holds something that is not a text")
        return tuple(values)

    def pairs(self, name: str) -> tuple[tuple[str, str], ...]:
        """An object whose values are strings, as pairs in its order."""
        value = self._value(name)
        if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
            raise self._bad(name, "is not an object of texts")
        return tuple(value.items())

    def inner(self, name: str) -> Fields:
        """An object."""
        return Fields(self._value(name), self._path(name))

    def inner_or_none(self, name: str) -> Fields | None:
        """An object, or null or absent."""
        return None if self._values.get(name) is None else self.inner(name)

    def objects(self, name: str, most: int) -> Iterator[Fields]:
        """A list of at most `most` objects."""
        values = self.list_of(name)
        if len(values) > most:
            raise self._bad(name, f"holds more than {most} entries")
        place = self._path(name)
        for index, value in enumerate(values):
            yield Fields(value, f"{place}[{index}]")

    def list_of(self, name: str) -> list[Any]:
        """A list of anything."""
        value = self._value(name)
        if not isinstance(value, list):
            raise self._bad(name, "is not a list")
        return value

    def _value(self, name: str) -> Any:
        if name not in self._values:
            raise self._bad(name, "is missing")
        return self._values[name]

    def _finite(self, value: object, name: str) -> float:
        if type(value) is float and math.isfinite(value):
            return value  # nearly all of a result's thousands
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self._bad(name, "is not a number")
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            raise self._bad(name, "is not a finite number")
        return number

    def _path(self, name: str) -> str:
        return f"{self._where}.{name}" if self._where else name

    def _bad(self, name: str, why: str) -> BadFieldError:
        return BadFieldError(f"{self._path(name)} {why}")
