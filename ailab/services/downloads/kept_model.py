"""A model that is on this disk already."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class KeptModel:
    """A snapshot in the cache.

    Attributes:
        model_id: `owner/name`.
        revision: the full commit.
        folder: the snapshot's folder; it may hold a part of the model's files only.
    """

    model_id: str
    revision: str
    folder: Path
