"""Paths as people type them."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit


def local_path(text: str | Path) -> Path:
    """An absolute path; `~` is the person's home.

    Links keep their own names: a model in the Hub's cache is a link to a nameless blob.
    """
    return Path(os.path.abspath(Path(text).expanduser()))  # noqa: PTH100 - resolve() follows links


def is_folder(path: Path) -> bool:
    """True for a folder; False also for a path that is too long, or in a folder kept private."""
    return os.path.isdir(path)  # noqa: PTH112 - is_dir() raises where nothing can be told


def is_there(path: Path) -> bool:
    """True for a file or folder; False also for a path of which nothing can be told."""
    return os.path.exists(path)  # noqa: PTH110 - exists() raises


def typed_path(text: str) -> str:
    """What a person means by a path as other programs copy it.

    Windows' “Copy as path” puts it in quotation marks; file managers and browsers make an address
    of it, `file:///home/a%20picture.png`. Anything else comes back but for white space around it.
    """
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1]
    if text[:7].lower() != "file://":
        return text
    try:
        address = urlsplit(text)
    except ValueError:  # no address after all
        return text
    # It brings what speaks HTTP, and most processes that know of paths have no use for that.
    from urllib.request import url2pathname  # noqa: PLC0415

    is_here = address.hostname in {None, "localhost"}
    return url2pathname(address.path) if is_here else text
