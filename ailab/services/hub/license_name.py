"""The names that people see for the Hub's licence ids.

Source of the data: the list of licences in the Hub's documentation.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path


def display_name(license_id: str) -> str:
    """The name of a licence id; an unknown one stands for itself."""
    return _names().get(license_id.lower(), license_id)


@cache
def _names() -> dict[str, str]:
    text = Path(__file__).with_name("license_names.json").read_text("utf-8")
    names: dict[str, str] = json.loads(text)
    return {name.lower(): label for name, label in names.items()}
