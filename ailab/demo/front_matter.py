"""The metadata at the head of a model card.

Cards open with YAML between two `---` lines
(https://huggingface.co/docs/hub/model-cards#model-card-metadata). The cards of the embedded Hub
keep to a small part of YAML, which is all that is read here: `key: value` and `key:` followed
by `- value` lines.
"""

from __future__ import annotations


def read_front_matter(card: str) -> dict[str, str | list[str]]:
    """The card's metadata: each key's text, or its list of texts. Empty where there is none."""
    opening, *lines = card.splitlines() or [""]
    if opening.strip() != "---" or "---" not in lines:
        return {}
    values: dict[str, str | list[str]] = {}
    items: list[str] = []
    for line in lines[: lines.index("---")]:
        text = line.strip()
        if text.startswith("- "):
            items.append(_unquoted(text[2:]))
            continue
        key, colon, value = text.partition(":")
        if not colon or line[:1].isspace():
            continue
        if value.strip():
            values[key] = _unquoted(value)
        else:
            values[key] = items = []
    return values


def _unquoted(text: str) -> str:
    text = text.strip()
    is_quoted = len(text) >= 2 and text[0] == text[-1] and text[0] in "'\""
    return text[1:-1] if is_quoted else text
