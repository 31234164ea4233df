"""Places as Kosmos-2 writes them.

`<phrase>a cat</phrase><object><patch_index_0044><patch_index_0863></object>`: the picture is cut
into 32 by 32 patches, numbered row by row; the two are the box's upper left and lower right ones,
and a box goes from the middle of the one to the middle of the other, or around the whole row or
column where both lie in one. `</delimiter_of_multi_objects/>` parts several boxes of one phrase.
Source: `clean_text_and_extract_entities_with_bboxes` of transformers 5. Unlike there, numbers
beyond the last patch and boxes turned inside out are no places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from ailab.services.inference.places.place import MOST_PLACES, Place
from ailab.services.inference.places.written_places import WrittenPlaces, label_of

if TYPE_CHECKING:
    from ailab.services.inference.placement import Placement

_SIDE = 32
_NEXT = "</delimiter_of_multi_objects/>"
_OBJECT = re.compile(
    r"(?:<phrase>([^<]+)</phrase>\s*)?<object>"
    rf"((?:\s|<patch_index_[0-9]{{1,9}}>|{_NEXT})+)</object>"
)
_PATCH = re.compile("<patch_index_([0-9]+)>")


def read_kosmos_2(written: str, _asked: str, placement: Placement) -> WrittenPlaces:
    """The places in an answer, whose words stay as they are.

    Args:
        written: with its marks.
        placement: where the picture lies in the network's input.
    """
    answer = written.rpartition("</image>")[2]
    return WrittenPlaces(tuple(islice(_places(answer, placement), MOST_PLACES)))


def _places(answer: str, placement: Placement) -> Iterator[Place]:
    for match in _OBJECT.finditer(answer):
        label = label_of(match[1] or "")
        for pair in match[2].split(_NEXT):
            numbers = [int(number) for number in _PATCH.findall(pair)]
            if len(numbers) == 2 and max(numbers) < _SIDE**2:
                (top, left), (bottom, right) = (divmod(number, _SIDE) for number in numbers)
                if left <= right and top <= bottom:
                    yield Place(label, _box(left, top, right, bottom, placement))


def _box(
    left: int, top: int, right: int, bottom: int, placement: Placement
) -> tuple[float, float, float, float]:
    # To the middles of patches, or around those of one row or column.
    before, behind = (0.0, 1.0) if left == right or top == bottom else (0.5, 0.5)
    across, down = placement.input_width / _SIDE, placement.input_height / _SIDE
    return (
        *placement.to_picture((left + before) * across, (top + before) * down),
        *placement.to_picture((right + behind) * across, (bottom + behind) * down),
    )
