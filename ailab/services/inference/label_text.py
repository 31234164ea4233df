"""The names of classes in a text, in the forms in which lists of ImageNet go round."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NAME = r"""'(?:[^'\\\n]|\\[^\n])*+'|"(?:[^"\\\n]|\\[^\n])*+\""""
_ENTRY = re.compile(rf"""\s*+(['"]?)(\d{{1,9}})\1\s*+:\s*+({_NAME})\s*+(?:,|$)""", re.ASCII)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))")
# How WordNet names its nouns.
_SYNSET = re.compile(r"n\d{8}[ \t]+(?=\S)", re.ASCII)


def labels_in(text: str) -> Sequence[str]:
    """The names that a text gives.

    It has one a line, in the order of the classes; or is a dictionary of Python or JSON from
    class to name, `{0: 'tench', 1: 'goldfish'}`. Where each line begins with an identifier of
    WordNet, as in `n01440764 tench`, that is left out.

    Raises:
        ValueError: it is such a dictionary, but of other classes than 0, 1, 2 and so on.
    """
    text = text.rstrip()
    if (numbered := _entries(text.lstrip())) is not None:
        if [number for number, _ in numbered] != list(range(len(numbered))):
            raise ValueError("the names are numbered otherwise than 0, 1, 2 and so on")
        return [name for _, name in numbered]
    lines = text.splitlines()
    if all(map(_SYNSET.match, lines)):
        return [_SYNSET.sub("", line, count=1) for line in lines]
    return lines


def _entries(text: str) -> list[tuple[int, str]] | None:
    """Number and name of each entry of a dictionary; None where it is none of such entries."""
    if not (text.startswith("{") and text.endswith("}")):
        return None
    inner = text[1:-1].rstrip()
    entries, place = [], 0
    while place < len(inner):
        entry = _ENTRY.match(inner, place)
        if entry is None:
            return None
        entries.append((int(entry[2]), _ESCAPE.sub(_letter, entry[3][1:-1])))
        place = entry.end()
    return entries or None


def _letter(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2]
    return chr(int(code, 16)) if code else escape[3]
