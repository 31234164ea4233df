"""Why a folder has no pictures to run, and what else it may be meant as."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from ailab.services.images.foreign_pictures import foreign_words
from ailab.services.images.heic_support import HEIC_ENDINGS, heic_command
from ailab.services.images.picture_error import OnlySubFoldersError, PictureError
from ailab.services.images.sub_folders import RUN_FILE

_A_RUN = "a saved run"


def why_no_pictures(
    place: Path,
    there: Iterable[os.DirEntry[str]],
    left_out: Sequence[str],
    *,
    is_to_go_deeper: bool,
) -> PictureError:
    """The error of a folder without pictures.

    Args:
        place: the folder.
        there: what lies in it.
        left_out: paths of its pictures of formats that are not taken from folders.
        is_to_go_deeper: it has sub-folders, which were not looked into.
    """
    there = tuple(there)
    without = f"There is no picture in the folder {place.name or place}"
    if any(_is_of_a_model(entry) for entry in there):
        return PictureError(
            f"{without}, but a model.",
            "Choose it as the model (in the window with the model source “Local”), and pictures to "
            "run it on.",
        )
    run = _saved_run(place, there)
    if is_to_go_deeper and run != _A_RUN:
        return OnlySubFoldersError(
            f"{without} itself.",
            "Let its sub-folders be searched, too (“With sub-folders” in the window, --sub-folders "
            "in a terminal), or choose another.",
        )
    if run:
        which = "it" if run == _A_RUN else "one of them"
        return PictureError(
            f"{without}, but {run}.",
            f"Open {which} by “Load results…” in the window, or choose a folder of pictures.",
        )
    if left_out:
        them = "it" if len(left_out) == 1 else "them"
        is_heic = any(Path(name).suffix.lower() in HEIC_ENDINGS for name in left_out)
        return PictureError(
            f"{without} that ailab takes, but {foreign_words(left_out)}.",
            f"Install what reads HEIC: {command}"
            if is_heic and (command := heic_command())
            else f"Save {them} as TIFF or PNG in another program, and choose the folder of these.",
        )
    return PictureError(
        f"{without}.", "Choose a folder that holds PNG, JPEG, TIFF or other pictures."
    )


def _saved_run(place: Path, there: Iterable[os.DirEntry[str]]) -> str:
    """What to call the results of the lab that a folder holds; empty where it holds none."""
    if (place / RUN_FILE).is_file():
        return _A_RUN
    is_of_runs = any(each.is_dir() and Path(each.path, RUN_FILE).is_file() for each in there)
    return "saved runs" if is_of_runs else ""


def _is_of_a_model(entry: os.DirEntry[str]) -> bool:
    name = entry.name.lower()
    # Not a folder: that of a saved run is named after its model, ending and all.
    is_named_so = entry.name == "config.json" or name.endswith((".onnx", ".safetensors"))
    return is_named_so and entry.is_file()
