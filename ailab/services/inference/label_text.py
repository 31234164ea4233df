"""The names of classes in a text, in the forms in which lists of ImageNet go round."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NAME = r"""'(?:[^'\\\n]|\\[^\n])*+'|"(?:[^"\\\n]|\\[^\n])*+\""""
# The name alone, or behind an identifier of WordNet as in Keras's `imagenet_class_index.json`.
_VALUE = rf"""(?:({_NAME})|\[\s*+['"]n\d{{8}}['"]\s*+,\s*+({_NAME})\s*+\])"""
_ENTRY = re.compile(rf"""\s*+(['"]?)(\d{{1,9}})\1\s*+:\s*+{_VALUE}\s*+(?:,|$)""", re.ASCII)
_ITEM = re.compile(rf"\s*+({_NAME})\s*+(?:,|$)", re.ASCII)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))")
# How WordNet names its nouns.
_SYNSET = re.compile(r"n\d{8}[ \t]+(?=\S)", re.ASCII)


def labels_in(text: str) -> Sequence[str]:
    """The names that a text gives.

    It has one a line, in the order of the classes; or is a list of Python or JSON,
    `["tench", "goldfish"]`; or a dictionary from class to name, `{0: 'tench', 1: 'goldfish'}`.
    Where each line begins with an identifier of WordNet, as in `n01440764 tench`, that is left
    out, and so it is in a dictionary to pairs, `{"0": ["n01440764", "tench"]}`.

    Raises:
        ValueError: it is such a dictionary, but of other classes than 0, 1, 2 and so on.
    """
    text = text.rstrip()
    if (items := _items(text.lstrip())) is not None:
        return items
    if (numbered := _entries(text.lstrip())) is not None:
        if [number for number, _ in numbered] != list(range(len(numbered))):
            raise ValueError("the names are numbered otherwise than 0, 1, 2 and so on")
        return [name for _, name in numbered]
    lines = text.splitlines()
    if all(map(_SYNSET.match, lines)):
        return [_SYNSET.sub("", line, count=1) for line in lines]
    return lines


def _items(text: str) -> list[str] | None:
    """The names of a list; None where it is none of names alone."""
    found = _inside(text, "[]", _ITEM)
    return None if found is None else [_plain(item[1]) for item in found]


def _entries(text: str) -> list[tuple[int, str]] | None:
    """Number and name of each entry of a dictionary; None where it is none of such entries."""
    found = _inside(text, "{}", _ENTRY)
    if found is None:
        return None
    return [(int(entry[2]), _plain(entry[3] or entry[4])) for entry in found]


def _inside(text: str, brackets: str, part: re.Pattern[str]) -> list[re.Match[str]] | None:
    """What stands between brackets; None where it is nothing, or not made of such parts alone."""
    if not (text.startswith(brackets[0]) and text.endswith(brackets[1])):
        return None
    inner = text[1:-1].rstrip()
    found, place = [], 0
    while place < len(inner):
        match = part.match(inner, place)
        if match is None:
            return None
        found.append(match)
        place = match.end()
    return found or None


def _plain(name: str) -> str:
    """A name without its quotation marks and backslashes."""
    return _ESCAPE.sub(_letter, name[1:-1])


def _letter(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2]
    return chr(int(code, 16)) if code else escape[3]
