"""Pictures of a folder that are not run, in words."""

from __future__ import annotations

from collections.abc import Sequence

from ailab.services.images.foreign_pictures import foreign_words


def left_out_text(paths: Sequence[str]) -> str:
    """How many pictures are left out for their formats, and what to do; empty for none."""
    if not paths:
        return ""
    them = "it" if len(paths) == 1 else "them"
    return f"{foreign_words(paths)} left out: to run {them}, save {them} as TIFF or PNG"
