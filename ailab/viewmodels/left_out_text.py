"""Pictures of a folder that are not run, in words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from ailab.services.images.foreign_pictures import VIDEO_ENDINGS, foreign_words
from ailab.services.images.heic_support import HEIC_ENDINGS, heic_command
from ailab.viewmodels.inference_state import InferenceState


def left_out_text(paths: Sequence[str], *, has_command_below: bool = False) -> str:
    """How many pictures are left out for their formats, and what to do; empty for none.

    Args:
        paths: of them.
        has_command_below: the command that `heic_command_for` gives is shown in its own place.
    """
    command = heic_command()
    phones, films, others = list[str](), list[str](), list[str]()
    for path in paths:
        is_film = PurePath(path).suffix.lower() in VIDEO_ENDINGS
        (phones if command and _is_heic(path) else films if is_film else others).append(path)
    save = _part(others, "to run {them}, save {them} as TIFF or PNG")
    frames = _part(films, "to run {them}, save the frames as PNG")
    told = "this command" if has_command_below else command
    # The command is not the end of it: on a line of text a full stop follows.
    install = _part(phones, f"{told} installs what reads {{them}}")
    return "; ".join(filter(None, (save, frames, install)))


def heic_command_for(state: InferenceState) -> str:
    """What to type so that photographs of phones among the input are read; empty for nothing."""
    problem = state.input_problem
    if problem is not None:
        command = heic_command()
        return command if command and problem.advice.endswith(command) else ""
    return heic_command() if any(map(_is_heic, state.left_out)) else ""


def closed_folders_text(paths: Sequence[str]) -> str:
    """How many sub-folders could not be read; empty for none."""
    if not paths:
        return ""
    return (
        f"{len(paths):,} of its sub-folders may not be read"
        if len(paths) > 1
        else (f"its sub-folder {PurePath(paths[0]).name} may not be read")
    )


def _is_heic(path: str) -> bool:
    return PurePath(path).suffix.lower() in HEIC_ENDINGS


def _part(paths: Sequence[str], advice: str) -> str:
    if not paths:
        return ""
    them = "it" if len(paths) == 1 else "them"
    return f"{foreign_words(paths)} left out: {advice.replace('{them}', them)}"
