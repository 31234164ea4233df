"""The pictures that a path on the disk means."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable
from pathlib import Path

from ailab.services.images.foreign_pictures import foreign_format, foreign_words
from ailab.services.images.found_pictures import FoundPictures
from ailab.services.images.heic_support import HEIC_ENDINGS, heic_command, reads_heic
from ailab.services.images.picture_error import PictureError
from ailab.services.local_path import local_path

EXTENSIONS = frozenset(
    f".{name}"
    for name in (
        *("apng", "avif", "bmp", "dib", "gif", "j2k", "jfif", "jp2", "jpe", "jpeg", "jpg", "jpx"),
        *("mpo", "pbm", "pcx", "pgm", "png", "pnm", "ppm", "ras", "sgi", "tga", "tif", "tiff"),
        "webp",
    )
)
_RUN_FILE = "run.json"
_A_RUN = "a saved run"
_DIGITS = re.compile(r"(\d+)")


def find_pictures(path: str) -> FoundPictures:
    """A file itself, whatever its name, or a folder's own pictures in natural order.

    Sub-folders and hidden files are left out; so are pictures of formats that are not taken from
    folders, which the answer names. The paths are absolute, so that what is saved of
    them holds wherever it is read.

    Raises:
        PictureError: nothing there, not readable, or no picture in the folder.
    """
    place = local_path(path)
    try:
        if not place.is_dir():
            place.stat()
            return FoundPictures((str(place),))
        with os.scandir(place) as entries:
            there = list(entries)
        endings = EXTENSIONS | HEIC_ENDINGS if reads_heic() else EXTENSIONS
        names = [entry.name for entry in there if _is_picture(entry, endings)]
        foreign = [entry.name for entry in there if _is_foreign(entry, endings)]
        is_of_a_model = any(_is_of_a_model(entry) for entry in there)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise PictureError(
            f"There is no file or folder {path}.",
            "It may have been moved or deleted; choose another.",
        ) from error
    except PermissionError as error:
        raise PictureError(
            f"{place.name or path} may not be read.",
            "Ask its owner for permission, or choose another.",
            detail=str(error),
        ) from error
    except (OSError, ValueError) as error:
        raise PictureError(
            f"{place.name or path} cannot be opened.", "Choose another.", detail=str(error)
        ) from error
    if not names and is_of_a_model:
        raise PictureError(
            f"There is no picture in the folder {place.name or path}, but a model.",
            "Choose it as the model (in the window with the model source “Local”), and pictures to "
            "run it on.",
        )
    if not names and (run := _saved_run(place, there)):
        which = "it" if run == _A_RUN else "one of them"
        raise PictureError(
            f"There is no picture in the folder {place.name or path}, but {run}.",
            f"Open {which} by “Load results…” in the window, or choose a folder of pictures.",
        )
    if not names and foreign:
        them = "it" if len(foreign) == 1 else "them"
        is_heic = any(Path(name).suffix.lower() in HEIC_ENDINGS for name in foreign)
        raise PictureError(
            f"There is no picture in the folder {place.name or path} that ailab takes, but "
            f"{foreign_words(foreign)}.",
            f"Install what reads HEIC: {command}"
            if is_heic and (command := heic_command())
            else f"Save {them} as TIFF or PNG in another program, and choose the folder of these.",
        )
    if not names:
        raise PictureError(
            f"There is no picture in the folder {place.name or path}.",
            "Choose a folder that holds PNG, JPEG, TIFF or other pictures; "
            "its sub-folders are not searched.",
        )
    return FoundPictures(_in_order(place, names), _in_order(place, foreign))


def matching_files(pattern: str) -> tuple[str, ...]:
    """What `*` and `?` in a path stand for, in natural order; the path itself where nothing fits.

    Shells of Windows hand such patterns over as they are typed.
    """
    if os.path.lexists(local_path(pattern)) or not glob.has_magic(pattern):
        return (pattern,)
    found = glob.glob(str(local_path(pattern)))  # noqa: PTH207 - a pattern with a folder in it
    return tuple(sorted(found, key=natural_key)) or (pattern,)


def natural_key(name: str) -> tuple[tuple[tuple[int, int, str], ...], str]:
    """A key that sorts `b.png`, `b2.png`, `b10.png`; upper and lower case alike."""
    # The dot before the extension would else come after digits.
    parts = _DIGITS.split(Path(name).stem.casefold())
    key = tuple((0, int(p), "") if p.isdecimal() else (1, 0, p) for p in parts if p)
    return key, name


def _in_order(place: Path, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(str(place / name) for name in sorted(names, key=natural_key))


def _saved_run(place: Path, there: Iterable[os.DirEntry[str]]) -> str:
    """What to call the results of the lab that a folder holds; empty where it holds none."""
    if (place / _RUN_FILE).is_file():
        return _A_RUN
    is_of_runs = any(each.is_dir() and Path(each.path, _RUN_FILE).is_file() for each in there)
    return "saved runs" if is_of_runs else ""


def _is_of_a_model(entry: os.DirEntry[str]) -> bool:
    name = entry.name.lower()
    # Not a folder: that of a saved run is named after its model, ending and all.
    is_named_so = entry.name == "config.json" or name.endswith((".onnx", ".safetensors"))
    return is_named_so and entry.is_file()


def _is_picture(entry: os.DirEntry[str], endings: frozenset[str]) -> bool:
    if entry.name.startswith(".") or Path(entry.name).suffix.lower() not in endings:
        return False
    return entry.is_file()


def _is_foreign(entry: os.DirEntry[str], endings: frozenset[str]) -> bool:
    if entry.name.startswith(".") or Path(entry.name).suffix.lower() in endings:
        return False
    return bool(foreign_format(entry.name)) and entry.is_file()
