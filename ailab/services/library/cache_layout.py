"""Names of the Hugging Face cache's folders.

The layout is that of `huggingface_hub` (`constants.py`, `file_download.py`,
`utils/_cache_manager.py`, version 2.4).
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from ailab.services.library.cached_repo import RepoKind

# What systems put into any folder; `huggingface_hub` looks past the same three.
SYSTEM_FILES = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
INCOMPLETE = ".incomplete"

_CHECKSUM = re.compile(r"[0-9a-f]{64}|[0-9a-f]{40}")


def kind_and_id(folder_name: str) -> tuple[RepoKind, str] | None:
    """What `models--owner--name` stands for; None for a folder of another name."""
    start, dashes, rest = folder_name.partition("--")
    try:
        kind = RepoKind(start)
    except ValueError:
        return None
    return (kind, rest.replace("--", "/")) if dashes and rest else None


def folder_of_model(cache: Path, model_id: str) -> Path:
    """A model's place."""
    return cache / "--".join([RepoKind.MODEL.value, *model_id.split("/")])


def is_checksum(name: str) -> bool:
    """True for a sha256 (64 hexadecimal digits) or a git id (40), by which blobs are named."""
    return _CHECKSUM.fullmatch(name) is not None


def link_target(link: Path) -> Path:
    """Where a link leads by its own first hop, without looking whether anything is there."""
    target = os.readlink(link).removeprefix("\\\\?\\")  # noqa: PTH115 - as the text that it is
    return Path(os.path.abspath(link.parent / target))  # noqa: PTH100 - resolve() hops further


def content_key(path: Path, status: os.stat_result) -> str:
    """What tells a content from others: the same for all of its names and links."""
    # Some network file systems number nothing.
    return f"{status.st_dev}:{status.st_ino}" if status.st_ino else str(path)
