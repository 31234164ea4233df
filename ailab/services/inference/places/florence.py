"""Places as Florence-2 writes them.

`<loc_0>` to `<loc_999>` are the picture's width or height in a thousand steps, x and y in turns; a
place lies in the middle of its step. What they mean depends on the task: boxes of four behind what
they hold (`car<loc_1><loc_2><loc_3><loc_4>`), quadrilaterals of eight behind the words read there,
boxes without words, or polygons, which `<sep>` parts and `<poly>` to `</poly>` may gather.
Source: `Florence2PostProcessor` of transformers 5, with the configuration of its conversion script.
Unlike there, places keep their fractions of a pixel and labels all their letters; steps beyond 999
and boxes turned inside out are no places, nor are polygons of fewer than three corners.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING

from ailab.services.inference.florence_tasks import florence_task
from ailab.services.inference.places.place import MOST_PLACES, Outline, Place, place_within
from ailab.services.inference.places.written_places import NO_PLACES, WrittenPlaces, label_of
from ailab.services.inference.token_text import printable

if TYPE_CHECKING:
    from ailab.services.inference.placement import Placement

_STEPS = 1000
_BOX, _QUAD = 4, 8
_LEAST_CORNERS = 3
_SEP, _POLY, _POLY_END = "<sep>", "<poly>", "</poly>"
_ENDS = re.compile("</?s>|<pad>")
_MARK = re.compile(
    r"<loc_([0-9]{1,9})>|<sep>|</?(?:and|bbox|box|cap|dcap|ground|grounding|mask|ncap|obj|ocr|od|poly"
    r"|proposal|region_cap|region_to_desciption|seg|unk)>"  # its authors' own spelling
)
_NO_THING = re.compile(
    "I|all|an?|another|any(body|one|thing)?|each|every(body|one|thing)|few|he|hers?|herself|him|"
    "himself|his|images?|it|its|itself|lots|many|me|mine|myself|nobody|none|one|oneself|ours?|"
    "ourselves|several|she|some(body|one|thing)?|that|the|theirs?|them|themselves|these|they|this|"
    "those|us|we|what|which|who|whom|whose|you|yours?|yourself|yourselves|"
    "each other|one another|the image|a group|other objects|a set"
)
"""Phrases of a caption that stand for no thing that could be shown."""


@dataclass(slots=True)
class _Phrase:
    """Words, and the marks right behind them: steps, or `<sep>` and alike."""

    words: str = ""
    marks: list[int | str] = field(default_factory=list)

    @property
    def steps(self) -> list[int]:
        return [mark for mark in self.marks if isinstance(mark, int)]


def read_florence(written: str, asked: str, placement: Placement) -> WrittenPlaces:
    """The places in an answer.

    Args:
        written: with its marks.
        asked: the question, as a person typed it.
        placement: where the picture lies in the network's input.
    """
    task, words = florence_task(asked)
    read = _TASKS.get(task)
    if read is None:
        return NO_PLACES
    phrases = _phrases(_ENDS.sub("", written))
    found = tuple(islice(read(phrases, _Scale(placement), words), MOST_PLACES))
    if not found:
        return NO_PLACES
    lines = (label_of(phrase.words) for phrase in phrases)
    return WrittenPlaces(found, printable("\n".join(filter(None, lines))))


def _phrases(written: str) -> list[_Phrase]:
    """In one pass, whatever a stranger's text holds."""
    phrases = [_Phrase()]
    end = 0
    for match in _MARK.finditer(written):
        _say(phrases, written[end : match.start()])
        end = match.end()
        if match[1] is not None:
            phrases[-1].marks.append(int(match[1]))
        elif match[0] in {_SEP, _POLY, _POLY_END}:
            phrases[-1].marks.append(match[0])
        else:
            phrases.append(_Phrase())
    _say(phrases, written[end:])
    return phrases


def _say(phrases: list[_Phrase], words: str) -> None:
    """Words begin a phrase, unless nothing is between the marks before and those behind."""
    if not words.strip():
        return
    if phrases[-1].marks or phrases[-1].words:
        phrases.append(_Phrase())
    phrases[-1].words = words


class _Scale:
    """Brings steps to the picture.

    Args:
        placement: where the picture lies in the network's input.
    """

    def __init__(self, placement: Placement) -> None:
        self._placement = placement

    def corners(self, steps: Sequence[int]) -> Outline | None:
        """Pairs of steps as corners; None where one is beyond the picture."""
        if not steps or max(steps) >= _STEPS:
            return None
        put = self._placement
        across, down = put.input_width / _STEPS, put.input_height / _STEPS
        pairs = zip(steps[::2], steps[1::2], strict=False)
        return tuple(put.to_picture((x + 0.5) * across, (y + 0.5) * down) for x, y in pairs)

    def box(self, steps: Sequence[int], label: str) -> Place | None:
        """Four steps as a place; None for none."""
        corners = self.corners(steps)
        if corners is None or steps[0] > steps[2] or steps[1] > steps[3]:
            return None
        return Place(label, (*corners[0], *corners[1]))


_Read = Callable[[Sequence[_Phrase], _Scale, str], Iterator[Place]]


def _named_boxes(phrases: Sequence[_Phrase], scale: _Scale, _words: str) -> Iterator[Place]:
    for phrase in phrases:
        if phrase.words:
            yield from _boxes(phrase, scale, label_of(phrase.words))


def _grounded(phrases: Sequence[_Phrase], scale: _Scale, words: str) -> Iterator[Place]:
    return _named_boxes(
        [p for p in phrases if not _NO_THING.fullmatch(p.words.strip())], scale, words
    )


def _proposals(phrases: Sequence[_Phrase], scale: _Scale, _words: str) -> Iterator[Place]:
    for phrase in phrases:
        yield from _boxes(phrase, scale, "")


def _boxes(phrase: _Phrase, scale: _Scale, label: str) -> Iterator[Place]:
    steps = phrase.steps
    for start in range(0, len(steps) - _BOX + 1, _BOX):
        if (place := scale.box(steps[start : start + _BOX], label)) is not None:
            yield place


def _quads(phrases: Sequence[_Phrase], scale: _Scale, _words: str) -> Iterator[Place]:
    for phrase in phrases:
        steps = phrase.steps
        if phrase.words and len(steps) >= _QUAD:
            corners = scale.corners(steps[:_QUAD])
            if corners is not None:
                yield place_within(label_of(phrase.words), [corners])


def _polygons(phrases: Sequence[_Phrase], scale: _Scale, words: str) -> Iterator[Place]:
    """One thing, which is what was asked for; or several, each gathered."""
    for phrase in phrases:
        yield from _shapes(phrase, scale, label_of(words))


def _named_polygons(phrases: Sequence[_Phrase], scale: _Scale, words: str) -> Iterator[Place]:
    if not any(_POLY in phrase.marks for phrase in phrases):
        yield from _named_boxes(phrases, scale, words)
        return
    for phrase in phrases:
        if phrase.words:
            yield from _shapes(phrase, scale, label_of(phrase.words))


def _shapes(phrase: _Phrase, scale: _Scale, label: str) -> Iterator[Place]:
    for gathered in _gathered(phrase.marks):
        outlines = [scale.corners(steps) for steps in _parted(gathered)]
        shapes = [each for each in outlines if each is not None and len(each) >= _LEAST_CORNERS]
        if shapes:
            yield place_within(label, shapes)


def _gathered(marks: Sequence[int | str]) -> Iterator[list[int | str]]:
    """What stands between each `<poly>` and its end; all where nothing does."""
    if _POLY not in marks or _POLY_END not in marks:
        yield [mark for mark in marks if mark not in {_POLY, _POLY_END}]
        return
    inside: list[int | str] | None = None
    for mark in marks:
        if mark == _POLY and inside is None:
            inside = []
        elif mark == _POLY_END and inside is not None:
            yield inside
            inside = None
        elif inside is not None and mark != _POLY:
            inside.append(mark)


def _parted(marks: Sequence[int | str]) -> Iterator[list[int]]:
    steps: list[int] = []
    for mark in (*marks, _SEP):
        if isinstance(mark, int):
            steps.append(mark)
        elif steps:
            yield steps[: len(steps) // 2 * 2]
            steps = []


_TASKS: Mapping[str, _Read] = MappingProxyType(
    {
        "<OD>": _named_boxes,
        "<DENSE_REGION_CAPTION>": _named_boxes,
        "<CAPTION_TO_PHRASE_GROUNDING>": _grounded,
        "<OCR_WITH_REGION>": _quads,
        "<REGION_PROPOSAL>": _proposals,
        "<OPEN_VOCABULARY_DETECTION>": _named_polygons,
        "<REFERRING_EXPRESSION_SEGMENTATION>": _polygons,
        "<REGION_TO_SEGMENTATION>": _polygons,
    }
)
