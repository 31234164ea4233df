"""Pages of stacks, and the values of deep pictures that become black and white."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from tiff_bytes import tiff_bytes

from ailab.services.images import deep_colours, image_reader, stretch
from ailab.services.images.image_reader import (
    page_count,
    picture_for_display,
    picture_pixels,
    read_picture,
)
from ailab.services.images.picture_error import PictureError
from ailab.services.images.picture_reference import PictureReference
from ailab.services.images.plane import Plane
from ailab.services.images.value_range import TRIMMED_RANGE, WHOLE_RANGE, ValueRange
from tiff_stack import grey_pages, imagej_stack, long_stack, saved_stack

FIXED = ValueRange((200.0, 3000.0))


def named(path: Path, page: int | None = None, value_range: ValueRange = WHOLE_RANGE) -> str:
    return str(PictureReference(str(path), page, value_range))


def refusal(picture: str) -> PictureError:
    with pytest.raises(PictureError) as caught:
        read_picture(picture)
    return caught.value


def stretched(values: npt.NDArray[Any], low: float, high: float) -> npt.NDArray[np.uint8]:
    scaled = (values.astype(float).clip(low, high) - low) * (255 / (high - low))
    return np.rint(scaled).astype(np.uint8)


def whole(values: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    return stretched(values, values.min(), values.max())


@pytest.mark.parametrize("compression", [None, "tiff_lzw", "tiff_adobe_deflate"])
def test_that_the_page_that_was_named_is_read(tmp_path: Path, compression: str | None) -> None:
    pages = grey_pages(5)
    path = saved_stack(tmp_path / "a.tif", pages, compression=compression)
    for page in (1, 2, 5):
        values = pages[page - 1]
        image = read_picture(named(path, page))
        np.testing.assert_array_equal(image.pixels[..., 0], whole(values))
        assert image.notes == (
            f"Page {page} of 5 is used.",
            f"16-bit picture: values {values.min()} to {values.max()} were stretched to 8 bits.",
        )
        handed = read_picture(named(path, page), open_file=lambda path: path.open("rb"))
        np.testing.assert_array_equal(handed.pixels, image.pixels)
        shown = picture_for_display(named(path, page))
        assert (shown.page, shown.pages, shown.notes) == (page, 5, image.notes)
        assert (shown.is_deep, shown.ends) == (True, (values.min(), values.max()))
    assert page_count(path) == 5


def test_that_a_page_says_what_imagej_calls_it(tmp_path: Path) -> None:
    description = "ImageJ=1.54f\nimages=4\nchannels=2\nslices=2\n"
    path = saved_stack(tmp_path / "a.tif", grey_pages(4), description=description)
    read = read_picture(named(path, 3))
    assert read.notes[0] == "Page 3 of 4 is used: channel 1 of 2, slice 2 of 2."
    assert read.plane == Plane(channel=1, slice=2)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", ["u1", "u2", "f4"])
def test_that_planes_behind_the_page_that_a_file_tells_of_are_pages(
    tmp_path: Path, order: Literal["<", ">"], kind: str
) -> None:
    planes = [values.clip(0, 255).astype(kind) for values in grey_pages(4)]
    path = tmp_path / "a.tif"
    path.write_bytes(imagej_stack(planes, order=order, told=4))
    for page in (2, 4):
        image = read_picture(named(path, page))
        wanted = planes[page - 1] if kind == "u1" else whole(planes[page - 1])
        np.testing.assert_array_equal(image.pixels[..., 0], wanted)
        assert image.notes[0] == f"Page {page} of 4 is used: slice {page} of 4."
        handed = read_picture(named(path, page), open_file=lambda path: path.open("rb"))
        np.testing.assert_array_equal(handed.pixels, image.pixels)
    assert page_count(path) == 4
    assert refusal(named(path, 5)).message == "a.tif has 4 pages: there is no page 5."


def test_that_planes_that_are_cut_off_are_no_pages(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(imagej_stack(grey_pages(3), told=900)[:-1])
    assert read_picture(named(path)).notes[:2] == (
        "Page 1 of 2 is used.",
        "The file is damaged or incomplete: it has no whole page behind these.",
    )


def test_that_pictures_that_are_not_found_are_missed(tmp_path: Path) -> None:
    description = "ImageJ=1.54f\nimages=900\nslices=900\n"
    for compression in (None, "tiff_lzw"):
        path = tmp_path / "a.tif"
        saved_stack(path, grey_pages(1), description=description, compression=compression)
        note = read_picture(named(path)).notes[0]
        assert note.startswith(
            "ImageJ tells of 900 pictures in this file, of which the first alone"
        )
        assert "one page alone" in refusal(named(path, 2)).message


def test_that_pages_of_a_big_tiff_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(long_stack(300, is_big=True))
    assert read_picture(named(path, 259)).pixels.tolist() == [[[2, 2, 2]]]


@pytest.mark.parametrize("ending", ["gif", "webp", "png"])
def test_that_a_frame_of_an_animated_picture_is_read(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    first, *others = (Image.new("RGB", (9, 7), (60 * index, 0, 0)) for index in range(4))
    options: dict[str, Any] = {"lossless": True} if ending == "webp" else {}
    first.save(path, save_all=True, append_images=others, **options)
    image = read_picture(named(path, 3))
    assert image.pixels[2, 2].tolist() == [120, 0, 0]
    assert image.notes[0] == "Animated picture: frame 3 of 4 is used."
    error = refusal(named(path, 5))
    assert error.message == f"a.{ending} has 4 frames: there is no frame 5."
    assert error.advice == "Choose a frame from 1 to 4."


def test_that_a_page_beyond_the_last_is_refused(tmp_path: Path) -> None:
    path = saved_stack(tmp_path / "a.tif", grey_pages(2))
    assert refusal(named(path, 3)).message == "a.tif has 2 pages: there is no page 3."
    assert refusal(named(path, 999_999_999)).message.endswith("no page 999,999,999.")
    Image.new("L", (4, 4)).save(tmp_path / "b.png")
    error = refusal(named(tmp_path / "b.png", 2))
    assert error.message == "b.png has one page alone: there is no page 2."


def test_that_previews_are_no_pages(tmp_path: Path) -> None:
    path = tmp_path / "a.mpo"
    first, other = Image.new("RGB", (8, 8)), Image.new("RGB", (4, 4))
    first.save(path, "MPO", save_all=True, append_images=[other])
    assert page_count(path) == 1
    assert "one page alone" in refusal(named(path, 2)).message


def test_that_a_damaged_chain_keeps_its_whole_pages(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(long_stack(3, last=10**9))
    assert read_picture(named(path, 3)).pixels.max() == 2
    assert read_picture(named(path)).notes == (
        "Page 1 of 3 is used.",
        "The file is damaged or incomplete: it has no whole page behind these.",
    )
    assert refusal(named(path, 4)).message == (
        "a.tif has 3 pages, and is damaged or incomplete behind them: there is no page 4."
    )


def test_that_a_page_whose_pixels_are_cut_off_is_damaged(tmp_path: Path) -> None:
    pages = grey_pages(3)
    path = saved_stack(tmp_path / "a.tif", pages)
    whole_file = path.read_bytes()
    place = whole_file.rindex(pages[2].tobytes())
    # The directory of the last page lies behind its pixels; these are said to lie beyond the end.
    start = place.to_bytes(4, "little")
    beyond = len(whole_file).to_bytes(4, "little")
    path.write_bytes(whole_file.replace(start, beyond))
    assert read_picture(named(path, 2)).size == (6, 8)
    assert refusal(named(path, 3)).message == "Page 3 of a.tif is damaged or incomplete."


def test_that_a_page_is_refused_by_its_own_size_and_kind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.tif"
    first, second = Image.new("L", (4, 4)), Image.new("L", (40, 40))
    first.save(path, save_all=True, append_images=[second])
    assert picture_pixels(named(path, 2)) == 1600
    with pytest.raises(PictureError, match=r"^a.tif is too large: 40 × 40 pixels"):
        read_picture(named(path, 2), max_pixels=100)
    monkeypatch.setattr(image_reader, "is_undone_wrongly", lambda image: image.width == 40)
    assert read_picture(named(path)).size == (4, 4)
    assert "CCITT's run lengths in words" in refusal(named(path, 2)).message


def test_that_a_fixed_range_is_the_same_for_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stretch, "_AT_ONCE", 11)  # in pieces
    pages = grey_pages(2)
    path = saved_stack(tmp_path / "a.tif", pages)
    for page, values in enumerate(pages, 1):
        image = read_picture(named(path, page, FIXED))
        np.testing.assert_array_equal(image.pixels[..., 0], stretched(values, 200, 3000))
        beyond = np.count_nonzero((values < 200) | (values > 3000)) / values.size
        assert image.notes[1] == (
            "16-bit picture: values 200 to 3000 were stretched to 8 bits, and "
            f"{100 * beyond:.2g} % of the pixels lie beyond."
        )
        assert picture_for_display(named(path, page, FIXED)).ends == (200, 3000)


def test_that_outliers_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stretch, "_AT_ONCE", 999)
    values = np.random.default_rng(4).integers(100, 900, (50, 60), np.uint16)
    values[3, 4] = 65_535
    path = saved_stack(tmp_path / "a.tif", [values])
    least, greatest = np.sort(values, axis=None)[[5, -6]]  # 3000 × 0.00175
    image = read_picture(named(path, value_range=TRIMMED_RANGE))
    np.testing.assert_array_equal(image.pixels[..., 0], stretched(values, least, greatest))
    assert read_picture(named(path)).pixels[:3].max() < 10  # one hot pixel makes all dark


def test_that_a_picture_of_one_value_and_a_few_others_keeps_them(tmp_path: Path) -> None:
    values = np.zeros((50, 50), np.uint16)
    values[0, 0] = 700
    path = saved_stack(tmp_path / "a.tif", [values])
    image = read_picture(named(path, value_range=TRIMMED_RANGE))
    assert image.pixels[0, 0, 0] == 255
    assert image.notes == (
        "16-bit picture: values 0 to 700 were stretched to 8 bits, all of them, since nearly every "
        "pixel has the same.",
    )


def test_that_a_picture_of_one_value_is_grey_in_a_fixed_range(tmp_path: Path) -> None:
    path = saved_stack(tmp_path / "a.tif", [np.full((4, 4), 1600, np.uint16)])
    assert (read_picture(named(path, value_range=FIXED)).pixels == 128).all()


@pytest.mark.parametrize("kind", ["i1", "<i2", "<u4", "<f4", "<f2"])
def test_that_numbers_of_every_kind_have_a_fixed_range(tmp_path: Path, kind: str) -> None:
    values = np.arange(-24, 24).reshape(6, 8, 1)
    typed = (values + 24 if kind == "<u4" else values).astype(kind)
    path = tmp_path / "a.tif"
    path.write_bytes(tiff_bytes(typed))
    image = read_picture(named(path, value_range=ValueRange((-5.0, 7.0))))
    np.testing.assert_array_equal(image.pixels[..., 0], stretched(typed[..., 0], -5, 7))


def test_that_white_stays_zero_in_a_fixed_range(tmp_path: Path) -> None:
    values = np.array([[0, 200, 1600, 3000, 9000]], np.uint16)
    path = tmp_path / "a.tif"
    path.write_bytes(tiff_bytes(values[..., None], photometric=0))
    image = read_picture(named(path, value_range=FIXED))
    assert image.pixels[0, :, 0].tolist() == [255, 255, 127, 0, 0]


@pytest.mark.parametrize("top", [4095, 60_000])
def test_that_deep_colours_have_the_chosen_range(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, top: int
) -> None:
    monkeypatch.setattr(deep_colours, "_PIECE_PIXELS", 40)
    values = np.random.default_rng(5).integers(0, top, (40, 30, 3), np.uint16)
    path = tmp_path / "a.tif"
    path.write_bytes(tiff_bytes(values))
    image = read_picture(named(path, value_range=FIXED))
    np.testing.assert_array_equal(image.pixels, stretched(values, 200, 3000))
    assert image.notes[0].startswith("16-bit colours: values 200 to 3000 were stretched")
    trimmed = read_picture(named(path, value_range=TRIMMED_RANGE))
    left_out = int(values.size * 0.0035 / 2)
    least, greatest = np.sort(values, axis=None)[[left_out, -left_out - 1]]
    np.testing.assert_array_equal(trimmed.pixels, stretched(values, least, greatest))


def test_that_deep_colours_whose_lower_bits_are_lost_say_so(tmp_path: Path) -> None:
    values = np.random.default_rng(5).integers(0, 60_000, (6, 8, 3), np.uint16)
    path = tmp_path / "a.tif"
    path.write_bytes(tiff_bytes(values, is_planar=True, is_compressed=True))
    (note,) = read_picture(named(path, value_range=FIXED)).notes
    assert "They cannot be stretched as they are stored" in note


def test_that_8_bits_are_taken_as_they_are_in_any_range(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("L", (4, 4), 77).save(path)
    image = read_picture(named(path, value_range=FIXED))
    assert ((image.pixels == 77).all(), image.notes) == (True, ())
    assert not picture_for_display(named(path)).is_deep


def test_that_a_file_named_like_a_page_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.png#page=2"
    Image.new("L", (4, 4), 77).save(path, "PNG")
    assert (read_picture(named(path)).pixels == 77).all()
    assert page_count(path) == 1
