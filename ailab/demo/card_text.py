"""Model cards as the Hub's authors write them: metadata in YAML, then Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any


def write_card(metadata: Mapping[str, Any], body: str) -> bytes:
    """A `README.md`: the metadata in block style between two `---` lines, then the body."""
    lines = "\n".join(_lines(metadata, ""))
    return f"---\n{lines}\n---\n\n{body.strip()}\n".encode()


def card_body(card: str) -> str:
    """A card without its metadata."""
    head, _, rest = card.partition("---\n")
    return card if head else rest.partition("---\n")[2].strip()


def _lines(values: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield f"{indent}{key}:"
            yield from _lines(value, f"{indent}  ")
        elif isinstance(value, list | tuple):
            yield f"{indent}{key}:"
            for item in value:
                yield from _item(item, indent)
        else:
            yield f"{indent}{key}: {_scalar(value)}"


def _item(item: Any, indent: str) -> Iterator[str]:
    if isinstance(item, Mapping):
        # The first key stands beside the dash, the others below it.
        first, *others = _lines(item, f"{indent}  ")
        yield f"{indent}- {first.strip()}"
        yield from others
    else:
        yield f"{indent}- {_scalar(item)}"


def _scalar(value: Any) -> str:
    """JSON where YAML would take a text for something else, or for two things; else as it is."""
    if isinstance(value, str):
        is_plain = value.isascii() and value[:1].isalpha() and not set(value) & set(":#\"'\n[]{}")
        if is_plain and value.lower() not in {"true", "false", "null", "yes", "no", "on", "off"}:
            return value
    return json.dumps(value, ensure_ascii=False)
