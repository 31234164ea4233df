"""Places as Kosmos-2.5 writes them where it reads a page.

`<bbox><x_53><y_573><x_69><y_606></bbox>` stands before each line: its left, top, right and bottom
in pixels of the picture as the network was given it, which keeps the picture's proportions.
Source: the example of reading in the documentation of Kosmos-2.5 in transformers 5, where boxes
turned inside out or without an area are no places either. Unlike there, places keep their fractions
of a pixel, and none reaches beyond the picture.
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

_BOX = re.compile(
    r"<bbox>\s*<x_([0-9]{1,9})>\s*<y_([0-9]{1,9})>\s*<x_([0-9]{1,9})>\s*<y_([0-9]{1,9})>\s*</bbox>"
)
_END = re.compile("</?s>|<pad>")


def read_kosmos_2_5(written: str, _asked: str, placement: Placement) -> WrittenPlaces:
    """The places in an answer, whose words stay as they are.

    Args:
        written: with its marks.
        placement: where the picture lies in the network's input.
    """
    return WrittenPlaces(tuple(islice(_places(written, placement), MOST_PLACES)))


def _places(written: str, placement: Placement) -> Iterator[Place]:
    matches = list(_BOX.finditer(written))
    ends = [*(match.start() for match in matches[1:]), len(written)]
    for match, end in zip(matches, ends, strict=False):
        left, top, right, bottom = map(int, match.groups())
        right, bottom = min(right, placement.input_width), min(bottom, placement.input_height)
        if left < right and top < bottom:
            words = _END.sub("", written[match.end() : end])
            yield Place(
                label_of(words),
                (*placement.to_picture(left, top), *placement.to_picture(right, bottom)),
            )
