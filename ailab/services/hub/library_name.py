"""The names that people see for the Hub's library names.

Source of the data: `packages/tasks` of `huggingface.js`.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path


def display_name(library: str) -> str:
    """The name of a library as the Hub spells it; an unknown one stands for itself."""
    return _names().get(library.lower(), library)


@cache
def _names() -> dict[str, str]:
    text = Path(__file__).with_name("library_names.json").read_text("utf-8")
    names: dict[str, str] = json.loads(text)
    return {name.lower(): label for name, label in names.items()}
