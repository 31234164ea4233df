"""Names of classes, and the characters of a line of text, as they are typed: one a line."""

from __future__ import annotations


def typed_names(text: str, *, are_characters: bool) -> tuple[str, ...]:
    """What stands in each line.

    Args:
        text: as it was typed.
        are_characters: each line is kept as it stands, since a space is a character too; else the
            spaces around a name, and empty lines behind the last one, mean nothing.
    """
    if not are_characters:
        return tuple(line.strip() for line in text.rstrip().splitlines())
    lines = text.split("\n")
    return tuple(lines if lines[-1] else lines[:-1])


def text_of_names(names: tuple[str, ...]) -> str:
    """The text of which `typed_names` makes these."""
    ends_empty = bool(names) and not names[-1]  # else the break behind the last line would be none
    return "\n".join(names) + ("\n" if ends_empty else "")
