"""What can be done with a picture's file, from whichever list shows it."""

from __future__ import annotations

from functools import partial
from pathlib import PurePath

from ailab.services.images.picture import Picture
from ailab.services.images.picture_reference import parse_picture
from ailab.views.file_manager import show_file
from ailab.views.row_action import RowAction, copying


def picture_copies(picture: str) -> tuple[RowAction, ...]:
    """Copy a picture's path, or its name.

    Args:
        picture: a `PictureReference`.
    """
    path = parse_picture(picture).path
    return copying("Copy path", path), copying("Copy name", PurePath(path).name)


def folder_action(picture: str, seen: Picture | None) -> tuple[RowAction, ...]:
    """Show a picture in its folder, where it was read.

    What was not may be gone. And saved results may name a folder of another computer, to look at
    which is to sign in there: of those nobody chose, no picture is ever read.

    Args:
        picture: a `PictureReference`.
        seen: its thumbnail; None where it can't be read or was not yet.
    """
    if seen is None:
        return ()
    return (RowAction("Show in folder", partial(show_file, parse_picture(picture).path)),)
