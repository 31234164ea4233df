"""What Donut reads off a document: fields between tags, as JSON.

`<s_name>…</s_name>` is a field, `<sep/>` stands between the entries of a list, and `<yes/>` is the
value `yes` where the tokenizer has it as a token. What is not closed counts as text.
Source: `token2json` of transformers' Donut processor, whose outcome this is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Any

_OPENED = re.compile("<s_([^>]*)>", re.IGNORECASE)
_BETWEEN = "<sep/>"
_DEEPEST = 50
Fields = dict[str, Any]


def fields_text(written: str, marks: Collection[str]) -> str:
    """Fields as indented JSON; a text without any as it is.

    Args:
        written: the text with its tags, without the task's own and the marks of its ends.
        marks: the tokens of the tokenizer that are no words.
    """
    found, is_list, rest = _entries(written, marks, 0)
    if not found:
        return rest.strip()
    return json.dumps(found if is_list else found[0], ensure_ascii=False, indent=2)


def _entries(written: str, marks: Collection[str], depth: int) -> tuple[list[Fields], bool, str]:
    """The entries of a list, each with its fields; whether any are separated; the text left."""
    entry: Fields = {}
    while (opened := _OPENED.search(written)) is not None:
        closing = re.compile(re.escape(f"</s_{opened[1]}>"), re.IGNORECASE)
        first = closing.search(written)
        if first is None:
            written = written.replace(opened[0], "")
            continue
        closed = closing.search(written, opened.end())
        if closed is not None:
            _add(entry, opened[1], written[opened.end() : closed.start()].strip(), marks, depth)
        written = written[first.end() :].strip()
        if written.startswith(_BETWEEN) and depth < _DEEPEST:
            more, *_ = _entries(written.removeprefix(_BETWEEN), marks, depth + 1)
            return [entry, *more], True, ""
    return ([entry] if entry else []), False, written


def _add(entry: Fields, name: str, content: str, marks: Collection[str], depth: int) -> None:
    if "<s_" in content and "</s_" in content and depth < _DEEPEST:
        inner, *_ = _entries(content, marks, depth + 1)
        if inner:
            entry[name] = inner[0] if len(inner) == 1 else inner
        return
    values = [_value(each.strip(), marks) for each in content.split(_BETWEEN)]
    entry[name] = values[0] if len(values) == 1 else values


def _value(value: str, marks: Collection[str]) -> str:
    is_mark = value in marks and value.startswith("<") and value.endswith("/>")
    return value[1:-2] if is_mark else value
