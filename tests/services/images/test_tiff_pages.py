"""Where the pages of a TIFF lie."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Literal

import pytest
from PIL import Image

from ailab.services.images import tiff_pages
from ailab.services.images.channel_pages import channel_pages
from ailab.services.images.page_names import (
    channel_names,
    channels_of,
    page_name,
    pictures_told,
    pixels_of_ome,
    plane_of,
)
from ailab.services.images.picture_error import PictureError
from ailab.services.images.picture_page import PicturePage
from ailab.services.images.plane import Plane
from ailab.services.images.tiff_pages import TiffPages, read_tiff_pages
from tiff_stack import long_stack


def pages_of(data: bytes) -> TiffPages:
    file = io.BytesIO(data)
    file.seek(5)
    pages = read_tiff_pages(file)
    assert pages is not None
    assert file.tell() == 5
    return pages


@pytest.mark.parametrize(("order", "is_big"), [("<", False), (">", False), ("<", True)])
def test_that_each_page_opens_as_if_it_were_the_first(
    order: Literal["<", ">"], is_big: bool
) -> None:
    data = long_stack(5, order=order, is_big=is_big)
    pages = pages_of(data)
    assert (len(pages.offsets), pages.is_cut) == (5, False)
    for page in range(1, 6):
        with Image.open(pages.file_of(io.BytesIO(data), page)) as image:
            assert image.getpixel((0, 0)) == page - 1


def test_that_ten_thousand_pages_are_counted() -> None:
    assert len(pages_of(long_stack(10_000)).offsets) == 10_000


def test_that_the_way_to_all_pages_is_gone_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiff_pages, "_KNOWN", {})
    paths = [tmp_path / f"{number}.tif" for number in range(6)]
    for number, path in enumerate(paths):
        path.write_bytes(long_stack(2 + number))

    def counted(path: Path) -> int:
        with path.open("rb") as file:
            pages = read_tiff_pages(file)
            assert pages is not None
            return len(pages.offsets)

    assert [counted(path) for path in paths] == [2, 3, 4, 5, 6, 7]
    monkeypatch.setattr(tiff_pages, "_read", lambda _: None)
    assert counted(paths[5]) == 7
    with paths[0].open("rb") as file:
        assert read_tiff_pages(file) is None  # forgotten over the others
    monkeypatch.undo()
    paths[5].write_bytes(long_stack(9))
    assert counted(paths[5]) == 9


def test_that_a_chain_that_bites_its_tail_ends() -> None:
    for first in (8, 8 + 2 + 9 * 12 + 4 + 2):
        pages = pages_of(long_stack(3, last=first))
        assert (len(pages.offsets), pages.is_cut) == (3, False)


def test_that_an_endless_chain_ends_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiff_pages, "MOST_PAGES", 4)
    pages = pages_of(long_stack(6))
    assert (len(pages.offsets), pages.is_cut) == (4, False)


def test_that_pages_beyond_the_end_of_the_file_are_none() -> None:
    whole = long_stack(3)
    assert pages_of(whole[:-60]).offsets == pages_of(whole).offsets[:2]
    assert pages_of(whole[:-60]).is_cut
    lost = pages_of(long_stack(2, last=10**9))
    assert (len(lost.offsets), lost.is_cut) == (2, True)


@pytest.mark.parametrize(
    "data", [b"", b"II*\0", b"\x89PNG\r\n\x1a\n" + bytes(20), b"II+\0" + bytes(5)]
)
def test_that_another_file_has_none(data: bytes) -> None:
    assert read_tiff_pages(io.BytesIO(data)) is None


def test_that_a_directory_of_endless_tags_is_none() -> None:
    data = b"II+\0\x08\0\0\0" + (16).to_bytes(8, "little") + b"\xff" * 40
    assert pages_of(data).offsets == ()
    assert pages_of(data).is_cut


IMAGEJ = "ImageJ=1.54f\nimages=12\nchannels=2\nslices=3\nframes=2\nhyperstack=true\n"
OME = (
    '<?xml version="1.0"?><OME><Image><Pixels ID="P:0" DimensionOrder="XYZCT" SizeX="8" '
    'SizeY="6" SizeZ="3" SizeC="2" SizeT="1"><Channel ID="C:0" Name="DAPI"/>'
    '<Channel ID="C:1" Name="GFP &amp; co"/></Pixels></Image></OME>'
)


@pytest.mark.parametrize(
    ("description", "page", "pages", "name"),
    [
        (IMAGEJ, 1, 12, "channel 1 of 2, slice 1 of 3, frame 1 of 2"),
        (IMAGEJ, 8, 12, "channel 2 of 2, slice 1 of 3, frame 2 of 2"),
        (IMAGEJ, 1, 13, ""),
        ("ImageJ=1.54f\nimages=3\nslices=3\n", 2, 3, "slice 2 of 3"),
        ("ImageJ=1.54f\nimages=3\n", 2, 3, ""),
        (OME, 5, 6, "channel 2 of 2 (GFP & co), slice 2 of 3"),
        (OME.replace("XYZCT", "XYCZT"), 2, 6, "channel 2 of 2 (GFP & co), slice 1 of 3"),
        (OME.replace("XYZCT", "XYZZT"), 2, 6, ""),
        (OME.replace('SizeZ="3"', 'SizeZ="0"'), 2, 6, ""),
        (OME.replace("</Image>", '</Image><Image><Pixels SizeZ="1"/></Image>'), 2, 6, ""),
        ("a person's own words", 2, 6, ""),
        ("", 1, 1, ""),
    ],
)
def test_that_a_page_is_named_by_imagej_or_ome(
    description: str, page: int, pages: int, name: str
) -> None:
    assert page_name(description, page, pages, channel_names(description)) == name


@pytest.mark.parametrize(
    ("description", "page", "pages", "plane"),
    [
        (IMAGEJ, 8, 12, Plane(channel=2, slice=1, frame=2)),
        ("ImageJ=1.54f\nimages=3\nslices=3\n", 2, 3, Plane(slice=2)),
        (OME, 5, 6, Plane(channel=2, slice=2, channel_name="GFP & co")),
        (IMAGEJ, 1, 13, None),
        ("ImageJ=1.54f\nimages=1\n", 1, 1, None),
        ("", 1, 3, None),
    ],
)
def test_that_a_page_is_placed_by_imagej_or_ome(
    description: str, page: int, pages: int, plane: Plane | None
) -> None:
    assert plane_of(description, page, pages, channel_names(description)) == plane


def test_that_channels_are_known_by_name_or_number() -> None:
    assert channels_of(OME, 6, channel_names(OME)) == ("DAPI", "GFP & co")
    alike = OME.replace('"DAPI"', '"gfp &amp; co"')
    assert channels_of(alike, 6, channel_names(alike)) == ("1", "2")
    assert channels_of(IMAGEJ, 12) == ("1", "2")
    assert channels_of("ImageJ=1.54f\nimages=3\nslices=3\n", 3) == ("1",)
    assert channels_of(IMAGEJ, 13) == channels_of("ImageJ=1.54f\n", 1) == ()


@pytest.mark.parametrize("words", ["<Pixels ", "<Channel ", "<OME:Pixels a", '<Pixels a="'])
def test_that_a_description_without_ends_is_read_in_one_pass(words: str) -> None:
    """Each beginning was followed to the end of the text: a quarter of a megabyte took minutes."""
    description = words * (2**18 // len(words))
    assert not pixels_of_ome(description)
    assert not channel_names(description)


def first(description: str, pages: int) -> PicturePage:
    names = tuple(channel_names(description))
    return PicturePage(1, pages, description, names=names)


@pytest.mark.parametrize(
    ("description", "pages", "channel", "chosen"),
    [
        (OME, 6, "gfp & CO ", (4, 5, 6)),
        (OME, 6, "1", (1, 2, 3)),
        (OME.replace("XYZCT", "XYCZT"), 6, "DAPI", (1, 3, 5)),
        (OME.replace("DAPI", "2"), 6, "2", (1, 2, 3)),  # a name goes before a number
        (IMAGEJ, 12, "2", (2, 4, 6, 8, 10, 12)),
    ],
)
def test_that_the_pages_of_a_channel_are_found(
    description: str, pages: int, channel: str, chosen: tuple[int, ...]
) -> None:
    assert channel_pages("a.tif", first(description, pages), channel) == chosen


@pytest.mark.parametrize(
    ("description", "pages", "channel", "told"),
    [
        (OME, 6, "Cy5", "a.tif has no channel “Cy5”. Choose one of these: DAPI, GFP & co."),
        (IMAGEJ, 12, "3", "a.tif has no channel “3”. Choose one of these: 1, 2."),
        (IMAGEJ, 13, "1", "a.tif does not say which of its pages are of which channel"),
        ("", 1, "1", "a.tif does not say which of its pages are of which channel"),
    ],
)
def test_that_a_channel_that_there_is_not_is_told_of(
    description: str, pages: int, channel: str, told: str
) -> None:
    with pytest.raises(PictureError) as caught:
        channel_pages("a.tif", first(description, pages), channel)
    assert f"{caught.value.message} {caught.value.advice}".startswith(told)


def test_that_imagej_tells_how_many_pictures_there_are() -> None:
    assert pictures_told(IMAGEJ) == 12
    assert pictures_told(OME) == pictures_told("images=7") == 0


def test_that_planes_without_end_are_of_no_channel() -> None:
    words = "ImageJ=1.54f\nimages=200000\nchannels=2\nslices=100000\n"
    page = PicturePage(count=200_000, description=words, is_behind=True)
    with pytest.raises(PictureError, match="more than 100,000 pages"):
        channel_pages("a.tif", page, "2")
