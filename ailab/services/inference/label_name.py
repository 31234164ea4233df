"""A class's name as it can be shown, drawn and saved."""

from __future__ import annotations

_LONGEST = 200
_JOINERS = "\u200c\u200d"  # not printable by themselves, but letters of many scripts need them


def label_name(text: str) -> str:
    """A name on one line, without what cannot be printed, of at most 200 characters.

    Names come from strangers' files: half a character of UTF-16, a line break or a name of a
    megabyte must not break what shows them.
    """
    words = " ".join(text[: _LONGEST * 10].split())
    clean = "".join(c for c in words if c.isprintable() or c in _JOINERS)
    return clean if len(clean) <= _LONGEST else clean[: _LONGEST - 1] + "…"
