"""The pictures that a path on the disk means."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path

from ailab.services.images.foreign_pictures import foreign_format
from ailab.services.images.found_pictures import FoundPictures
from ailab.services.images.heic_support import HEIC_ENDINGS, reads_heic
from ailab.services.images.natural_order import natural_key
from ailab.services.images.no_pictures import why_no_pictures
from ailab.services.images.picture_error import PictureError
from ailab.services.images.sub_folders import folders_within, is_sub_folder
from ailab.services.local_path import local_path

EXTENSIONS = frozenset(
    f".{name}"
    for name in (
        *("apng", "avif", "bmp", "dib", "gif", "j2k", "jfif", "jp2", "jpe", "jpeg", "jpg", "jpx"),
        *("mpo", "pbm", "pcx", "pgm", "png", "pnm", "ppm", "ras", "sgi", "tga", "tif", "tiff"),
        "webp",
    )
)


def find_pictures(
    path: str, *, with_sub_folders: bool = False, is_stopped: Callable[[], bool] = lambda: False
) -> FoundPictures:
    """A file itself, whatever its name, or a folder's pictures in natural order.

    Hidden files are left out; so are pictures of formats that are not taken from
    folders, which the answer names. The paths are absolute, so that what is saved of
    them holds wherever it is read.

    Args:
        path: of the file or the folder.
        with_sub_folders: the pictures of all folders below it count, too, behind its own, a folder
            after the other; see `folders_within` for those left out.
        is_stopped: nobody waits for the answer any more.

    Raises:
        OnlySubFoldersError: no picture in the folder itself, whose sub-folders were not asked for.
        PictureError: nothing there, not readable, or no picture in the folder.
    """
    place = local_path(path)
    try:
        if not place.is_dir():
            place.stat()
            return FoundPictures((str(place),))
        there = _listed(place)
        endings = EXTENSIONS | HEIC_ENDINGS if reads_heic() else EXTENSIONS
        own = _own_pictures(place, there, endings)
        has_sub_folders = any(is_sub_folder(entry) for entry in there)
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
    found, closed = [own], tuple[str, ...]()
    if with_sub_folders:
        folders, closed = folders_within(place, is_stopped)
        for folder in folders:
            if is_stopped():
                break
            with suppress(OSError):  # it was there a moment ago
                found.append(_own_pictures(folder, _listed(folder), endings))
    pictures = tuple(chain.from_iterable(each.pictures for each in found))
    left_out = tuple(chain.from_iterable(each.left_out for each in found))
    if not pictures:
        is_to_go_deeper = has_sub_folders and not with_sub_folders
        raise why_no_pictures(place, there, left_out, is_to_go_deeper=is_to_go_deeper)
    return FoundPictures(pictures, left_out, has_sub_folders, closed)


def matching_files(pattern: str) -> tuple[str, ...]:
    """What `*` and `?` in a path stand for, in natural order; the path itself where nothing fits.

    Shells of Windows hand such patterns over as they are typed.
    """
    if os.path.lexists(local_path(pattern)) or not glob.has_magic(pattern):
        return (pattern,)
    found = glob.glob(str(local_path(pattern)))  # noqa: PTH207 - a pattern with a folder in it
    return tuple(sorted(found, key=natural_key)) or (pattern,)


def _listed(folder: Path) -> tuple[os.DirEntry[str], ...]:
    with os.scandir(folder) as entries:
        return tuple(entries)


def _own_pictures(
    folder: Path, there: Sequence[os.DirEntry[str]], endings: frozenset[str]
) -> FoundPictures:
    names = [entry.name for entry in there if _is_picture(entry, endings)]
    foreign = [entry.name for entry in there if _is_foreign(entry, endings)]
    return FoundPictures(_in_order(folder, names), _in_order(folder, foreign))


def _in_order(place: Path, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(str(place / name) for name in sorted(names, key=natural_key))


def _is_picture(entry: os.DirEntry[str], endings: frozenset[str]) -> bool:
    if entry.name.startswith(".") or Path(entry.name).suffix.lower() not in endings:
        return False
    return entry.is_file()


def _is_foreign(entry: os.DirEntry[str], endings: frozenset[str]) -> bool:
    if entry.name.startswith(".") or Path(entry.name).suffix.lower() in endings:
        return False
    return bool(foreign_format(entry.name)) and entry.is_file()
