"""PaliGemma's places, read from what it writes."""

from __future__ import annotations

import pytest

from ailab.services.inference.placement import Placement
from ailab.services.inference.places.pali_gemma import read_pali_gemma

WIDE = Placement(2048, 1024, 224, 224, 224 / 2048, 224 / 1024)
CAT = "<loc0100><loc0200><loc0300><loc0400>"


def places(written: str) -> list[tuple[str, list[float]]]:
    found = read_pali_gemma(written, "detect cat ; dog", WIDE).places
    return [(place.label, [round(side, 3) for side in place.box]) for place in found]


def test_that_things_follow_their_boxes_from_top_to_right() -> None:
    written = f"{CAT} cat ; <loc0000><loc0000><loc1023><loc1023> big dog<eos>"
    assert places(written) == [
        ("cat", [400, 100, 800, 300]),
        ("big dog", [0, 0, 2046, 1023]),
    ]
    assert read_pali_gemma(written, "", WIDE).text == "cat\nbig dog"


def test_that_what_is_segmented_has_its_box() -> None:
    written = f"{CAT}{''.join(f'<seg{n:03}>' for n in range(16))} cat"
    assert places(written) == [("cat", [400, 100, 800, 300])]
    assert read_pali_gemma(written, "", WIDE).text == "cat"


@pytest.mark.parametrize(
    "written",
    [
        "a cat on a mat",
        "<loc0100><loc0200><loc0300> cat",
        "<loc0100><loc0200><loc0300><loc1024> cat",
        "<loc0300><loc0200><loc0100><loc0400> cat",
        "<loc0100><loc0400><loc0300><loc0200> cat",
        "<loc0100>" * 3 + "<" * 1000,
    ],
)
def test_that_nonsense_is_no_place_and_leaves_the_text(written: str) -> None:
    assert places(written) == []
    assert read_pali_gemma(written, "", WIDE).text is None
