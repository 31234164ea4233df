"""Pictures of a folder that are not run, in words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from ailab.services.images.foreign_pictures import VIDEO_ENDINGS, foreign_words
from ailab.services.images.heic_support import HEIC_ENDINGS, heic_command


def left_out_text(paths: Sequence[str]) -> str:
    """How many pictures are left out for their formats, and what to do; empty for none."""
    command = heic_command()
    phones, films, others = list[str](), list[str](), list[str]()
    for path in paths:
        ending = PurePath(path).suffix.lower()
        is_phones = bool(command) and ending in HEIC_ENDINGS
        (phones if is_phones else films if ending in VIDEO_ENDINGS else others).append(path)
    save = _part(others, "to run {them}, save {them} as TIFF or PNG")
    frames = _part(films, "to run {them}, save the frames as PNG")
    # The command is not the end of it: on a line of text a full stop follows.
    install = _part(phones, f"{command} installs what reads {{them}}")
    return "; ".join(filter(None, (save, frames, install)))


def closed_folders_text(paths: Sequence[str]) -> str:
    """How many sub-folders could not be read; empty for none."""
    if not paths:
        return ""
    return (
        f"{len(paths):,} of its sub-folders may not be read"
        if len(paths) > 1
        else (f"its sub-folder {PurePath(paths[0]).name} may not be read")
    )


def _part(paths: Sequence[str], advice: str) -> str:
    if not paths:
        return ""
    them = "it" if len(paths) == 1 else "them"
    return f"{foreign_words(paths)} left out: {advice.replace('{them}', them)}"
