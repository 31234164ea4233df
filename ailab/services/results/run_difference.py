"""What stands between a run that broke off and one that would go on with it."""

from __future__ import annotations

from enum import Enum

from ailab.services.images.picture_reference import page_alone, parse_picture
from ailab.services.results.run_record import RunRecord

_SURROUNDINGS = frozenset({"platform", "python"})
"""What reckons nothing: a system that started again has another version of itself, often."""


class Difference(Enum):
    """In what two runs differ; the value is what it is called."""

    MODEL = "model"
    TASK = "task"
    READER = "reader"
    PICTURES = "pictures"
    PROMPTS = "prompts"
    THRESHOLD = "threshold"
    PIECES_FROM = "pieces_from"
    PLACE = "place"
    DEVICE = "device"
    VERSIONS = "versions"
    IS_RUN = "is run"


SHOWN = frozenset({Difference.THRESHOLD, Difference.PIECES_FROM})
"""What the lab's own controls set while results are looked at: the run that broke off keeps its."""


def differences(old: RunRecord, new: RunRecord) -> dict[Difference, str]:
    """In what two runs differ, each as half a sentence about the older one.

    Args:
        old: the run that broke off.
        new: the one that would go on with it, as it is recorded before its first picture.
    """
    told = {
        Difference.MODEL: _of_model(old, new),
        Difference.TASK: _of(old.task, new.task, "its task was {}, and is {} now"),
        Difference.READER: _of(
            old.reader or "nothing",
            new.reader or "nothing",
            "its lines were read by {}, and would be by {} now",
        ),
        Difference.PICTURES: _of_pictures(old.pictures, new.pictures),
        Difference.PROMPTS: ""
        if old.prompts == new.prompts
        else "something else was asked of the model beside the pictures (labels, a question, "
        "points or boxes)",
        Difference.THRESHOLD: _of(
            f"{old.threshold:g}", f"{new.threshold:g}", "its threshold was {}, and is {} now"
        ),
        Difference.PIECES_FROM: _of(
            old.pieces_from, new.pieces_from, "its pieces counted from {} pixels, and from {} now"
        ),
        Difference.PLACE: _of(
            old.place or "here", new.place or "here", "it was run on “{}”, and would be on “{}” now"
        ),
        Difference.DEVICE: _of(
            _device(old), _device(new), "the model ran on {}, and would run on {} now"
        ),
        Difference.VERSIONS: _of_versions(old, new),
    }
    return {each: words for each, words in told.items() if words}


def _of(old: object, new: object, words: str) -> str:
    if old == new or None in (old, new):  # what was not recorded, nobody can compare
        return ""
    return words.format(old, new)


def _of_model(old: RunRecord, new: RunRecord) -> str:
    mine, others = old.identity, new.identity
    if mine.is_same(others):
        return ""
    was, now = mine.exactly, others.exactly
    if was == now:
        return "the model's files have changed since"
    return f"its model was {was}, and is {now} now"


def _of_pictures(old: tuple[str, ...], new: tuple[str, ...]) -> str:
    if old == new:
        return ""
    missing, added = _without(old, new), _without(new, old)
    if not missing and not added:
        return "its pictures came in another order"
    if set(map(page_alone, old)) == set(map(page_alone, new)):
        return "another range of its pictures' values was stretched, or another size of pixels told"
    parts = [
        f"{len(found):,} of them {are} {what}, such as {parse_picture(found[0]).name}"
        for found, what in ((missing, "not among these"), (added, "new"))
        for are in ("is" if len(found) == 1 else "are",)
        if found
    ]
    return f"it was of {len(old):,} pictures, and these are {len(new):,}: {' and '.join(parts)}"


def _without(pictures: tuple[str, ...], others: tuple[str, ...]) -> list[str]:
    there = set(others)
    return [each for each in pictures if each not in there]


def _device(record: RunRecord) -> str | None:
    if record.device is None:
        return None
    return f"{record.device} in {record.precision}" if record.precision else record.device


def _of_versions(old: RunRecord, new: RunRecord) -> str:
    was, now = dict(old.versions), dict(new.versions)
    names = [name for name in {**was, **now} if name not in _SURROUNDINGS]
    other = [name for name in names if was.get(name) != now.get(name)]
    if not other or not was or not now:
        return ""
    parts = (f"{name} {was.get(name, 'none')}, now {now.get(name, 'none')}" for name in other)
    return f"other versions took part in it ({'; '.join(parts)})"
