"""Places as PaliGemma writes them where it is told to `detect` something.

`<loc0123><loc0045><loc0678><loc0910> cat ; …`: top, left, bottom and right, each in 1024 steps of
the picture's height or width, and what is there; ` ; ` parts several. Told to `segment`, it writes
sixteen `<seg000>` between the two, from which a network of its own makes a mask: they are left out.
Source: `extract_objs` of the demonstration of PaliGemma by its authors
(https://huggingface.co/spaces/big-vision/paligemma). Unlike there, places keep their fractions of
a pixel; steps beyond 1023 and boxes turned inside out are no places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from ailab.services.inference.places.place import MOST_PLACES, Place
from ailab.services.inference.places.written_places import NO_PLACES, WrittenPlaces, label_of
from ailab.services.inference.token_text import printable

if TYPE_CHECKING:
    from ailab.services.inference.placement import Placement

_STEPS = 1024
_THING = re.compile(
    r"<loc([0-9]{4})>\s*<loc([0-9]{4})>\s*<loc([0-9]{4})>\s*<loc([0-9]{4})>\s*"
    r"(?:<seg[0-9]{3}>\s*)*([^;<>]*)"
)
_MARK = re.compile("<(?:loc[0-9]{4}|seg[0-9]{3}|bos|eos|image|pad|unk|/?s)>")


def read_pali_gemma(written: str, _asked: str, placement: Placement) -> WrittenPlaces:
    """The places in an answer.

    Args:
        written: with its marks.
        placement: where the picture lies in the network's input.
    """
    found = tuple(islice(_places(written, placement), MOST_PLACES))
    if not found:
        return NO_PLACES
    lines = (label_of(line) for line in _MARK.sub("", written).split(";"))
    return WrittenPlaces(found, printable("\n".join(filter(None, lines))))


def _places(written: str, placement: Placement) -> Iterator[Place]:
    across, down = placement.input_width / _STEPS, placement.input_height / _STEPS
    for match in _THING.finditer(written):
        top, left, bottom, right = (int(step) for step in match.groups()[:4])
        if left <= right < _STEPS and top <= bottom < _STEPS:
            yield Place(
                label_of(match[5]),
                (
                    *placement.to_picture(left * across, top * down),
                    *placement.to_picture(right * across, bottom * down),
                ),
            )
