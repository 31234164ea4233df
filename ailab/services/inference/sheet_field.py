"""Fields of a hand-written JSON object, each checked as it is taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ailab.services.documentation.doc_page import led_to
from ailab.services.inference.finite import is_finite
from ailab.services.inference.inference_errors import ModelFileError

_NONE = object()
_MOST_NUMBERS = 256


class SheetObject:
    """One object of a sheet; every taking method raises ModelFileError on a wrong value."""

    def __init__(self, sheet: str, place: str, fields: Mapping[str, object]) -> None:
        self._sheet = sheet
        self._place = place
        self._fields = fields
        self._taken: set[str] = set()

    def take(self, key: str, default: object = _NONE) -> object:
        """A field as it is; without a default it is required."""
        self._taken.add(key)
        value = self._fields.get(key, default)
        if value is _NONE:
            raise ModelFileError(
                f'The sheet {self._sheet} lacks "{self._place}{key}".',
                f"Add it; {led_to('sheet')} says what belongs into a sheet.",
            )
        return value

    def child(self, key: str) -> SheetObject:
        """An object within this one."""
        value = self.take(key)
        if not isinstance(value, dict):
            raise self.wrong(key, "an object")
        return SheetObject(self._sheet, f"{self._place}{key}.", value)

    def choice(self, key: str, choices: Sequence[str], default: object = _NONE) -> str:
        """One of a few texts."""
        value = self.take(key, default)
        if not isinstance(value, str) or value not in choices:
            one_of = "one of: " if len(choices) > 1 else ""
            raise self.wrong(key, one_of + ", ".join(choices))
        return value

    def integer(self, key: str, low: int, high: int, default: object = _NONE) -> int:
        """A whole number from `low` to `high`."""
        value = self.take(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.wrong(key, f"a whole number from {low} to {high}")
        return value

    def integers(self, key: str, low: int, high: int, default: Sequence[int]) -> tuple[int, ...]:
        """A list of whole numbers, at least one."""
        value = self.take(key, list(default))
        if not isinstance(value, list) or not 1 <= len(value) <= 16:
            raise self.wrong(key, "a list of 1 to 16 whole numbers")
        items = SheetObject(self._sheet, self._place, {})
        return tuple(items.integer(key, low, high, item) for item in value)

    def numbers(
        self, key: str, low: float, high: float, default: Sequence[float]
    ) -> tuple[float, ...]:
        """A list of an even count of numbers, at least two."""
        value = self.take(key, list(default))
        if not isinstance(value, list) or not 2 <= len(value) <= _MOST_NUMBERS or len(value) % 2:
            raise self.wrong(key, f"a list of 2 to {_MOST_NUMBERS} numbers, an even count of them")
        items = SheetObject(self._sheet, self._place, {})
        return tuple(items.number(key, low, high, item) for item in value)

    def number(self, key: str, low: float, high: float, default: object = _NONE) -> float:
        """A number from `low` to `high`."""
        value = self.take(key, default)
        if not is_finite(value) or not low <= value <= high:
            raise self.wrong(key, f"a number from {low:g} to {high:g}")
        return float(value)

    def flag(self, key: str, default: object = _NONE) -> bool:
        """True or false."""
        value = self.take(key, default)
        if not isinstance(value, bool):
            raise self.wrong(key, "true or false")
        return value

    def channels(self, key: str, count: int = 3) -> tuple[float, ...] | None:
        """A finite number for each channel, or None where the field is left out.

        Of one channel three may stand there where they are the same.
        """
        value = self.take(key, None)
        if value is None:
            return None
        numbers = value if isinstance(value, list) and all(map(is_finite, value)) else []
        if count == 1 and len(numbers) == 3 and len(set(numbers)) == 1:
            numbers = numbers[:1]
        if len(numbers) != count:
            raise self.wrong(key, "three numbers" if count == 3 else "a list of one number")
        return tuple(float(item) for item in numbers)

    def refuse_unknown(self) -> None:
        """Raise where a field was never taken: a mistyped name would else change nothing."""
        unknown = sorted(set(self._fields) - self._taken)
        if unknown:
            known = ", ".join(sorted(self._taken))
            inside = f'"{self._place[:-1]}" in ' if self._place else ""
            raise ModelFileError(
                f'"{unknown[0]}" is not a field of {inside}the sheet {self._sheet}; '
                f"it may have: {known}.",
                f"Correct the field's name, or remove it; {led_to('sheet')} says which fields go "
                "together.",
            )

    def wrong(self, key: str, expected: str) -> ModelFileError:
        """The error that says what a field should be."""
        return ModelFileError(
            f'In the sheet {self._sheet}, "{self._place}{key}" must be {expected}.',
            f"Correct it and open the model again; {led_to('sheet')} describes each field.",
        )
