"""Which pictures of two runs are the same."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from ailab.services.images.picture_reference import page_alone, parse_picture


@dataclass(frozen=True, slots=True)
class PicturePairs:
    """The pictures of runs A and B.

    Attributes:
        both: places of the pictures that are in both: in A, in B; in A's order.
        only_a: places of those that are in A alone.
        only_b: places of those that are in B alone.
        is_by_name: none was known by its path, and so those of the same path below the folder
            that holds all of a run were taken for the same.
    """

    both: tuple[tuple[int, int], ...]
    only_a: tuple[int, ...]
    only_b: tuple[int, ...]
    is_by_name: bool = False


def pair_pictures(a: Sequence[str], b: Sequence[str]) -> PicturePairs:
    """Find the pictures that two runs share.

    A picture is its file's path and its page, however its values were stretched. Where the runs
    share none, the pictures may have been moved, or run on another machine: those are taken for the
    same then that lie at the same place below the folder that holds all pictures of their run.

    Args:
        a: references of run A's pictures; of those that are there twice the first counts.
        b: those of run B.
    """
    pairs = _paired([page_alone(each) for each in a], [page_alone(each) for each in b])
    if pairs.both:
        return pairs
    moved = _paired(names_below(a), names_below(b))
    return PicturePairs(moved.both, moved.only_a, moved.only_b, is_by_name=bool(moved.both))


def names_below(pictures: Sequence[str]) -> list[str]:
    """What tells the pictures of a run apart: their paths from the folder that holds all of them.

    With their pages, and with `/` between folders on every system.
    """
    references = [parse_picture(each) for each in pictures]
    paths = [PurePath(each.path.replace("\\", "/")) for each in references]
    try:
        root = os.path.commonpath([path.parent for path in paths]) if paths else ""
    except ValueError:  # on several drives
        root = ""
    names = []
    for path, reference in zip(paths, references, strict=True):
        name = path.relative_to(root) if root and path.is_relative_to(root) else path
        page = "" if reference.page is None else f", page {reference.page}"
        names.append(f"{name.as_posix()}{page}")
    return names


def _paired(a: Sequence[str], b: Sequence[str]) -> PicturePairs:
    places_b: dict[str, int] = {}
    for place, name in enumerate(b):
        places_b.setdefault(name, place)
    both: list[tuple[int, int]] = []
    only_a: list[int] = []
    known: set[str] = set()
    for place, name in enumerate(a):
        if name in known:
            continue
        known.add(name)
        if name in places_b:
            both.append((place, places_b[name]))
        else:
            only_a.append(place)
    only_b = tuple(place for name, place in places_b.items() if name not in known)
    return PicturePairs(tuple(both), tuple(only_a), only_b)
