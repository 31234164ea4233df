"""Where a page of a stack is among the pictures of a run."""

from __future__ import annotations

from ailab.services.images.picture_reference import PictureReference, parse_picture


def place_of_page(pictures: tuple[str, ...], current: int, page: int) -> int | None:
    """The place of another page of the file that the current picture is of; None without one.

    Where that page is none of the pictures, as of another channel, it is the next one on the way.
    """
    if not 0 <= current < len(pictures):
        return None
    path, shown = _key(parse_picture(pictures[current]))
    keys = [_key(parse_picture(each)) for each in pictures]
    pages = sorted(other for file, other in keys if file == path)
    onward = [other for other in pages if (other >= page if page > shown else other <= page)]
    if not onward:
        return None
    return keys.index((path, onward[0] if page > shown else onward[-1]))


def kept_place(before: tuple[str, ...], current: int, pictures: tuple[str, ...]) -> int:
    """Which picture to show where the same files are taken by other pages, or read anew.

    Args:
        before: the pictures shown until now.
        current: which of them is on the screen.
        pictures: the ones to show.

    Returns:
        the place of the same page, else that of the same file; 0 where the files are others.
    """
    old, new = [*map(parse_picture, before)], [*map(parse_picture, pictures)]
    if not 0 <= current < len(old) or {each.path for each in old} != {each.path for each in new}:
        return 0
    shown = old[current]
    keys = [_key(each) for each in new]
    if _key(shown) in keys:
        return keys.index(_key(shown))
    return [each.path for each in new].index(shown.path)


def _key(picture: PictureReference) -> tuple[str, int]:
    return picture.path, picture.page or 1
