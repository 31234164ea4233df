"""How large a pixel of a picture is in what is shown in it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ailab.services.images.value_range import number_words

_LEAST, _MOST = 1e-6, 1e9
"""Micrometres: a picometre, finer than any microscope, and a kilometre, as from a satellite."""

_MICROMETRES: Mapping[str, float] = MappingProxyType(
    {
        **dict.fromkeys(("pm", "picometer", "picometre"), 1e-6),
        **dict.fromkeys(("å", "angstrom", "ångström", "ångstrom"), 1e-4),
        **dict.fromkeys(("nm", "nanometer", "nanometre"), 1e-3),
        **dict.fromkeys(("um", "µm", "micron", "micrometer", "micrometre"), 1.0),
        **dict.fromkeys(("mm", "millimeter", "millimetre"), 1e3),
        **dict.fromkeys(("cm", "centimeter", "centimetre"), 1e4),
        **dict.fromkeys(("in", "inch", "inche"), 25.4e3),
        **dict.fromkeys(("m", "meter", "metre"), 1e6),
        **dict.fromkeys(("km", "kilometer", "kilometre"), 1e9),
    }
)
"""By the names of units in the singular, in small letters, with the micro sign U+00B5."""

_GREEK_MU, _MICRO_SIGN = "\u03bc", "\u00b5"
_SHORTEST_NAME = 4
"""Letters of names that have a plural: ms is no metre."""

_NUMBER = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
_SIZE = re.compile(rf"({_NUMBER})(?:\s*[x×]\s*({_NUMBER}))?\s*([^\W\d_]*)")
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class PixelSize:
    """Both sides of a pixel in micrometres, from 1e-6 to 1e9; as a text `0.325` or `0.325x0.65`.

    Attributes:
        width: from its left to its right side.
        height: from its top to its foot.

    Raises:
        ValueError: a side is no size that a pixel can have.
    """

    width: float
    height: float

    def __post_init__(self) -> None:
        if not all(_LEAST <= side <= _MOST for side in (self.width, self.height)):
            raise ValueError("a pixel is at least 1 pm and at most 1 km wide and high")

    def __str__(self) -> str:
        sides = (self.width,) if self.width == self.height else (self.width, self.height)
        return "x".join(map(number_words, sides))

    @property
    def area(self) -> float:
        """In square micrometres."""
        return self.width * self.height

    @property
    def words(self) -> str:
        """For a person, such as `0.325 µm`."""
        sides = (self.width,) if self.width == self.height else (self.width, self.height)
        return f"{' × '.join(f'{side:.6g}' for side in sides)} µm"

    @property
    def turned(self) -> PixelSize:
        """That of the same picture on its side."""
        return PixelSize(self.height, self.width)

    def is_near(self, other: PixelSize) -> bool:
        """The same but for what rounding does: TIFFs keep fractions."""
        mine, others = (self.width, self.height), (other.width, other.height)
        return all(map(lambda one, two: math.isclose(one, two, rel_tol=1e-3), mine, others))


def micrometres(unit: str) -> float | None:
    """How many micrometres a unit of length has; None for what is none.

    Args:
        unit: its sign or its English name, whatever the case and the number.
    """
    name = unit.strip().casefold().replace(_GREEK_MU, _MICRO_SIGN)
    one = name.removesuffix("s") if len(name) > _SHORTEST_NAME else name
    return _MICROMETRES.get(one)


def parse_pixel_size(text: str) -> PixelSize:
    """The size that a person writes: `0.325`, `0.325um`, `1.2 mm`, `0.325x0.65`, in µm by itself.

    Raises:
        ValueError: it is none.
    """
    match = _SIZE.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if match is None:
        raise ValueError("no number with a unit behind it")
    width, height, unit = match.groups()
    factor = micrometres(unit) if unit else 1.0
    if factor is None:
        raise ValueError(f"{unit} is no unit of length; pm, nm, um, mm, cm and m are")
    return PixelSize(_scaled(width, factor), _scaled(height or width, factor))


def size_of(width: float, height: float) -> PixelSize | None:
    """The size of these sides in micrometres; None where no pixel can have them."""
    try:
        return PixelSize(width, height)
    except ValueError:
        return None


def _scaled(number: str, factor: float) -> float:
    # A product such as 1.1 * 1e-3 has digits that nobody wrote.
    return float(number) if factor == 1 else float(f"{float(number) * factor:.12g}")
