"""Names of channels by the labels that ImageJ gives the pages of a stack."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import pytest
from labelled_stack import INFO, LABELS, Order, labelled_stack, metadata

from ailab.services.images.image_reader import page_of_file, picture_for_display, read_picture
from ailab.services.images.picture_reference import PictureReference
from ailab.services.images.picture_service import PictureService
from ailab.services.images.plane import Plane
from ailab.services.images.tiff_pages import read_tiff_pages

WORDS = "ImageJ=1.54f\nimages=4\nchannels=2\nslices=2\nhyperstack=true\n"
NAMED = ["c:1/2 z:1/2 - DAPI", "c:2/2 z:1/2 - GFP", "c:1/2 z:2/2 - DAPI", "c:2/2 z:2/2 - GFP"]


def channels(data: bytes) -> tuple[str, ...]:
    """Names, none where the channels have none; the same where the file is read as a picture."""
    found = read_tiff_pages(io.BytesIO(data))
    assert found is not None
    return found.channels


def stack(labels: list[str], order: Order = "<", words: str = WORDS, pages: int = 4) -> bytes:
    entries = ((INFO, ["Channel 1 = nothing of it is read"]), (LABELS, labels))
    return labelled_stack(words, pages, *metadata(entries, order), order=order)


@pytest.mark.parametrize("order", ["<", ">"])
async def test_that_labels_name_the_channels(tmp_path: Path, order: Order) -> None:
    path = tmp_path / "stack.tif"
    path.write_bytes(stack(NAMED, order))
    third = str(PictureReference(str(path), 3))
    assert picture_for_display(third).channels == ("DAPI", "GFP")
    read = read_picture(third)
    assert read.plane == Plane(1, slice=2, channel_name="DAPI")
    assert read.notes[0] == "Page 3 of 4 is used: channel 1 of 2 (DAPI), slice 2 of 2."
    assert await PictureService().pages_of_channel(str(path), "gfp") == (2, 4)
    assert await PictureService().pages_of_channel(str(path), "1") == (1, 3)


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (["DAPI", "GFP", "DAPI", "GFP"], ("DAPI", "GFP")),
        (["DAPI\nmore of it", " GFP  488 ", "DAPI\nother", "GFP 488"], ("DAPI", "GFP 488")),
        (["c:1/2 - é", "c:2/2 - µ", "é", "µ"], ("é", "µ")),
        (["a" * 500, "b", "a" * 500, "b"], ("a" * 40, "b")),
        (["DAPI z1", "GFP z1", "DAPI z2", "GFP z2"], ()),  # of pages, not of channels
        (["cells.czi"] * 4, ()),
        (["DAPI", "dapi", "DAPI", "dapi"], ()),
        (["c:1/2 z:1/2", "c:2/2 z:1/2", "c:1/2 z:2/2", "c:2/2 z:2/2"], ()),
        (["DAPI", "", "DAPI", ""], ()),
        (["DAPI", "GFP"], ()),  # not one for each page
        ([], ()),
    ],
)
def test_that_a_channel_has_the_name_of_all_its_pages(
    labels: list[str], names: tuple[str, ...]
) -> None:
    assert channels(stack(labels)) == names


def test_that_a_stack_of_one_channel_has_no_names() -> None:
    words = "ImageJ=1.54f\nimages=2\nslices=2\n"
    assert channels(stack(["GFP", "GFP"], words=words, pages=2)) == ()


def test_that_others_than_imagej_have_no_labels() -> None:
    assert channels(stack(NAMED, words="a person's own words")) == ()


def test_that_planes_behind_one_page_have_their_names(tmp_path: Path) -> None:
    """As in stacks of more than 4 GB."""
    path = tmp_path / "stack.tif"
    path.write_bytes(stack(NAMED, pages=1))
    assert page_of_file(path).channels == ("DAPI", "GFP")


COUNTS, DATA = metadata(((LABELS, NAMED),))


@pytest.mark.parametrize(
    ("counts", "data"),
    [
        ([], DATA),
        ([0], DATA),
        ([12], DATA),
        (COUNTS[:3], DATA),
        ([2**32 - 1, *COUNTS[1:]], DATA),
        ([COUNTS[0], *[2**32 - 1] * 4], DATA),
        ([COUNTS[0], *[2**22] * 4], DATA),
        ([11, *COUNTS[1:]], DATA),
        ([804, *COUNTS[1:]], DATA),
        (COUNTS, b""),
        (COUNTS, DATA[:20]),
        (COUNTS, DATA[:-2]),
        (COUNTS, b"MJMJ" + DATA[4:]),
        (COUNTS, DATA[:8] + struct.pack("<I", 2**32 - 1) + DATA[12:]),
        (COUNTS, DATA[:8] + struct.pack("<I", 5) + DATA[12:]),
        (COUNTS, DATA[:4] + b"what" + DATA[8:]),
        (COUNTS, DATA[:12] + b"\x00\xd8" * (len(DATA[12:]) // 2)),
    ],
)
def test_that_damaged_labels_are_none(counts: list[int], data: bytes) -> None:
    assert channels(labelled_stack(WORDS, 4, counts, data)) == ()


@pytest.mark.parametrize("told", [0, 1, 2**32 - 1])
def test_that_a_tag_that_tells_too_much_or_too_little_is_read_as_far_as_it_goes(told: int) -> None:
    found = channels(labelled_stack(WORDS, 4, COUNTS, DATA, told=told))
    assert found == (("DAPI", "GFP") if told > len(DATA) else ())


def test_that_a_tag_of_another_kind_has_no_labels() -> None:
    assert channels(labelled_stack(WORDS, 4, COUNTS, DATA, kind=12)) == ()


def test_that_a_hundred_thousand_labels_take_no_more_than_their_bytes() -> None:
    pages = 100_000
    counts = [12, *[2**31] * pages]
    head = struct.pack("<4sII", b"JIJI", int.from_bytes(b"labl"), pages)
    assert channels(labelled_stack(WORDS, 4, counts, head, told=2**32 - 1)) == ()
