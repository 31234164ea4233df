"""One row of a list of what was found."""

from __future__ import annotations

from dataclasses import dataclass

from ailab.services.results.label_colors import Color


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A row.

    Attributes:
        label: the class's name.
        value: what is told of it, right-aligned.
        colors: its colours in the picture; none for a class of the whole picture.
        share: length of the bar behind the row, 0 to 1; None for no bar.
        number: the object's number, as the overlay counts; None for a label.
        detail: a second line, muted; empty for none.
        brief: the same in fewer words, where room is short; empty where there are none.
        tip: more about it.
    """

    label: str
    value: str
    colors: tuple[Color, ...] = ()
    share: float | None = None
    number: int | None = None
    detail: str = ""
    brief: str = ""
    tip: str = ""

    @property
    def has_second_line(self) -> bool:
        """Something stands below the label."""
        return self.share is not None or bool(self.detail)


def percent(share: float) -> str:
    """A share of 0 to 1 in percent; more exact where it is small."""
    if 0 < share < 0.001:
        return "< 0.1%"
    return f"{share * 100:.1f}%" if share < 0.0995 else f"{share * 100:.0f}%"


def joined(*words: str) -> str:
    """Words with commas between them; empty ones are left out."""
    return ", ".join(filter(None, words))
