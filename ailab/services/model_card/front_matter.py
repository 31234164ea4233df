"""A card without the metadata that stands at its head."""

from __future__ import annotations

import re

# Three hyphens on the first line and on a later one, as `huggingface_hub.repocard` reads them.
_HEAD = re.compile(r"\A\s*---[ \t]*\r?\n(?:.*?\r?\n)??---[ \t]*(?:\r?\n|\Z)", re.DOTALL)


def without_front_matter(text: str) -> str:
    """The Markdown that follows the YAML front matter; all of it where there is none."""
    text = text.removeprefix("\ufeff")
    head = _HEAD.match(text)
    return text[head.end() :] if head else text
