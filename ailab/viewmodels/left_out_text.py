"""Pictures of a folder that are not run, in words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from ailab.services.images.foreign_pictures import foreign_words
from ailab.services.images.heic_support import HEIC_ENDINGS, heic_command


def left_out_text(paths: Sequence[str]) -> str:
    """How many pictures are left out for their formats, and what to do; empty for none."""
    command = heic_command()
    phones, others = list[str](), list[str]()
    for path in paths:
        is_phones = bool(command) and PurePath(path).suffix.lower() in HEIC_ENDINGS
        (phones if is_phones else others).append(path)
    save = _part(others, "to run {them}, save {them} as TIFF or PNG")
    # The command is not the end of it: on a line of text a full stop follows.
    install = _part(phones, f"{command} installs what reads {{them}}")
    return "; ".join(filter(None, (save, install)))


def _part(paths: Sequence[str], advice: str) -> str:
    if not paths:
        return ""
    them = "it" if len(paths) == 1 else "them"
    return f"{foreign_words(paths)} left out: {advice.replace('{them}', them)}"
