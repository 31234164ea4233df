"""Paths as people type them."""

from __future__ import annotations

import os
from pathlib import Path


def local_path(text: str | Path) -> Path:
    """An absolute path; `~` is the person's home.

    Links keep their own names: a model in the Hub's cache is a link to a nameless blob.
    """
    return Path(os.path.abspath(Path(text).expanduser()))  # noqa: PTH100 - resolve() follows links
