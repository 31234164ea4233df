"""How large the pixels of a TIFF are, as ImageJ, OME and the resolution tell it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from scaled_tiff import CENTIMETRE, INCH, NO_UNIT, scaled_tiff
from tiff_bytes import Tags, tiff_of

from ailab.services.images.image_reader import picture_for_display, read_picture
from ailab.services.images.picture_reference import PictureReference
from ailab.services.images.pixel_size import PixelSize

IMAGEJ = "ImageJ=1.54f\n"
OME = (
    '<?xml version="1.0" encoding="UTF-8"?><OME><Image><Pixels DimensionOrder="XYCZT" '
    'SizeX="8" SizeY="6" SizeC="1" SizeZ="1" SizeT="1" {}><TiffData/></Pixels></Image></OME>'
)
UPRIGHT: dict[int, Callable[[npt.NDArray[Any]], npt.NDArray[Any]]] = {
    1: np.asarray,
    3: lambda rows: rows[::-1, ::-1],
    5: lambda rows: rows.T,
    6: lambda rows: rows[::-1].T,
    8: lambda rows: rows.T[::-1],
}
"""By EXIF's number, what makes a picture upright."""


def size_of(path: Path, **settings: Any) -> tuple[float, float] | None:
    """Both sides in µm."""
    found = read_picture(str(PictureReference(str(path), **settings))).pixel_size
    shown = picture_for_display(str(PictureReference(str(path), **settings)), 4)
    assert shown.pixel_size == found  # also of a picture that is scaled down for showing
    return None if found is None else (found.width, found.height)


def by_imagej(folder: Path, words: str | bytes, across: Any, down: Any) -> Path:
    start = IMAGEJ.encode() if isinstance(words, bytes) else IMAGEJ
    return scaled_tiff(
        folder / "cells.tif",
        description=start + words,  # type: ignore[operator]  # both are of one kind
        resolution=(across, down),
        unit=NO_UNIT,
    )


@pytest.mark.parametrize(
    ("unit", "factor"),
    [
        *(("micron", 1.0), ("um", 1.0), ("microns", 1.0), ("µm", 1.0), ("\\u00B5m", 1.0)),
        *(("μm", 1.0), ("Micrometers", 1.0), ("nm", 1e-3), ("mm", 1e3)),
        *(("Å", 1e-4), ("angstrom", 1e-4), ("m", 1e6), ("meters", 1e6)),
    ],
)
def test_that_imagej_tells_pixels_per_its_unit(tmp_path: Path, unit: str, factor: float) -> None:
    # As ImageJ writes 1 / 0.325: in millionths.
    path = by_imagej(tmp_path, f"unit={unit}\nloop=false\n", (3076923, 10**6), (3076923, 10**6))
    assert size_of(path) == pytest.approx((0.325 * factor, 0.325 * factor), rel=1e-9)


@pytest.mark.parametrize("words", [b"unit=\xb5m\n", b"unit=\xb5m"])
def test_that_the_micro_sign_of_old_files_is_read(tmp_path: Path, words: bytes) -> None:
    assert size_of(by_imagej(tmp_path, words, 2, 2)) == (0.5, 0.5)


@pytest.mark.parametrize("unit", ["pixel", "pixels", "", " ", "ms", "sec", "\\u00B5", "x" * 100])
def test_that_what_is_no_unit_of_length_tells_no_size(tmp_path: Path, unit: str) -> None:
    assert size_of(by_imagej(tmp_path, f"unit={unit}\n", 2, 2)) is None


def test_that_pixels_need_not_be_square(tmp_path: Path) -> None:
    assert size_of(by_imagej(tmp_path, "unit=um\n", 4, 2)) == (0.25, 0.5)
    assert size_of(by_imagej(tmp_path, "unit=um\nyunit=nm\n", 4, (1, 100))) == (0.25, 0.1)


def test_that_a_picture_on_its_side_has_its_pixels_on_theirs(tmp_path: Path) -> None:
    for orientation, turn in UPRIGHT.items():
        path = scaled_tiff(
            tmp_path / f"{orientation}.tif",
            description=f"{IMAGEJ}unit=um\n",
            resolution=(4, 2),
            orientation=orientation,
        )
        shown = read_picture(str(path)).pixels[..., 0]
        values = np.arange(48).reshape(6, 8)
        assert np.array_equal(shown, turn(values))
        assert size_of(path) == ((0.5, 0.25) if orientation > 4 else (0.25, 0.5))


@pytest.mark.parametrize(
    ("words", "size"),
    [
        ('PhysicalSizeX="0.325" PhysicalSizeY="0.65"', (0.325, 0.65)),
        ('PhysicalSizeX="325" PhysicalSizeXUnit="nm" PhysicalSizeY="0.65"', (0.325, 0.65)),
        ('PhysicalSizeX="1" PhysicalSizeXUnit="&#181;m" PhysicalSizeY="1e-1"', (1.0, 0.1)),
        ('PhysicalSizeY="2" PhysicalSizeX="1.5" PhysicalSizeYUnit="mm"', (1.5, 2000.0)),
    ],
)
def test_that_ome_tells_the_size(tmp_path: Path, words: str, size: tuple[float, float]) -> None:
    # Its words count, whatever the resolution beside them says.
    path = scaled_tiff(
        tmp_path / "a.ome.tif", description=OME.format(words), resolution=(72, 72), unit=INCH
    )
    assert size_of(path) == pytest.approx(size)


@pytest.mark.parametrize(
    "value", ["0", "-1", "NaN", "nan", "inf", "1e300", "1e-300", "", "9" * 100_000, "0x10", "1,5"]
)
def test_that_what_can_be_no_size_is_none(tmp_path: Path, value: str) -> None:
    words = f'PhysicalSizeX="{value}" PhysicalSizeY="1"'
    path = scaled_tiff(tmp_path / "a.ome.tif", description=OME.format(words))
    assert size_of(path) is None


@pytest.mark.parametrize("unit", ["pixel", "reference frame", "s", ""])
def test_that_ome_in_other_units_tells_no_size(tmp_path: Path, unit: str) -> None:
    words = f'PhysicalSizeX="1" PhysicalSizeXUnit="{unit}" PhysicalSizeY="1"'
    assert size_of(scaled_tiff(tmp_path / "a.tif", description=OME.format(words))) is None


def test_that_a_page_of_another_size_than_ome_tells_has_none(tmp_path: Path) -> None:
    words = OME.format('PhysicalSizeX="1" PhysicalSizeY="1"').replace('"8"', '"16"')
    assert size_of(scaled_tiff(tmp_path / "a.tif", description=words)) is None


def test_that_images_of_one_file_have_to_agree(tmp_path: Path) -> None:
    one = '<Pixels SizeX="8" SizeY="6" PhysicalSizeX="{}" PhysicalSizeY="1"/>'
    alike = scaled_tiff(tmp_path / "a.tif", description=one.format(2) + one.format(2))
    assert size_of(alike) == (2.0, 1.0)
    apart = scaled_tiff(tmp_path / "b.tif", description=one.format(2) + one.format(3))
    assert size_of(apart) is None


@pytest.mark.parametrize(
    ("resolution", "unit", "size"),
    [
        ((30769.23, 30769.23), CENTIMETRE, (0.325, 0.325)),
        ((78154, 78154), INCH, (0.325, 0.325)),
        ((78154, 39077), None, (0.325, 0.65)),  # inches, where no unit is told
        *(((dpi, dpi), INCH, None) for dpi in (72, 96, 300, 600, 1200, 4800)),
        *(((dpi, dpi), None, None) for dpi in (1, 72)),
        ((118.11, 118.11), CENTIMETRE, None),
        ((2000, 300), CENTIMETRE, None),
        ((3, 3), NO_UNIT, None),
        ((30769, 30769), 7, None),
        (((1, 0), (1, 0)), CENTIMETRE, None),
        (((0, 1), (0, 1)), CENTIMETRE, None),
        (((0, 0), (0, 0)), CENTIMETRE, None),
        (((2**32 - 1, 1), (2**32 - 1, 1)), CENTIMETRE, (1e4 / (2**32 - 1),) * 2),
    ],
)
def test_that_a_resolution_is_believed_where_it_is_no_paper_or_screen(
    tmp_path: Path,
    resolution: tuple[Any, Any],
    unit: int | None,
    size: tuple[float, float] | None,
) -> None:
    path = scaled_tiff(tmp_path / "cells.tif", resolution=resolution, unit=unit)
    assert size_of(path) == (None if size is None else pytest.approx(size, rel=1e-5))


@pytest.mark.parametrize(
    ("words", "per_unit", "side"),
    [
        ("unit=cm\n", 100, 100.0),
        ("unit=cm\n", 118.11, None),  # 300 dpi, which ImageJ passes on
        ("unit=inch\n", 72, None),
        ("unit=inch\n", 300, None),
        ("unit=inch\n", 25400, 1.0),
    ],
)
def test_that_imagej_passes_on_the_resolutions_of_cameras(
    tmp_path: Path, words: str, per_unit: float, side: float | None
) -> None:
    found = size_of(by_imagej(tmp_path, words, per_unit, per_unit))
    assert found == (None if side is None else (side, side))


def test_that_each_page_of_a_stack_has_the_size(tmp_path: Path) -> None:
    pages = [np.full((6, 8), value, np.uint16) for value in (1, 2, 3)]
    words = f"{IMAGEJ}images=3\nslices=3\nunit=um\n"
    path = scaled_tiff(tmp_path / "s.tif", description=words, resolution=(4, 4), pages=pages)
    assert size_of(path) == (0.25, 0.25)
    assert [size_of(path, page=page) for page in (1, 2, 3)] == [(0.25, 0.25)] * 3
    words = OME.format('PhysicalSizeX="1" PhysicalSizeY="2"').replace('Z="1"', 'Z="3"')
    path = scaled_tiff(tmp_path / "o.tif", description=words, pages=pages)
    assert size_of(path, page=3) == (1.0, 2.0)


def test_that_other_files_tell_no_size(tmp_path: Path) -> None:
    grey = Image.fromarray(np.zeros((6, 8), np.uint8))
    for ending in ("png", "jpg"):
        grey.save(tmp_path / f"a.{ending}", dpi=(78154, 78154))
        assert size_of(tmp_path / f"a.{ending}") is None


def test_that_a_person_knows_better_than_the_file(tmp_path: Path) -> None:
    path = by_imagej(tmp_path, "unit=um\n", 4, 4)
    given = str(PictureReference(str(path), pixel_size=PixelSize(0.3, 0.3)))
    assert size_of(path, pixel_size=PixelSize(0.3, 0.3)) == (0.3, 0.3)
    assert picture_for_display(given).told_pixel_size == PixelSize(0.25, 0.25)
    told = read_picture(str(PictureReference(str(path), pixel_size=PixelSize(0.3, 0.3)))).notes
    assert told == ("Pixels of 0.3 µm, as given, are reckoned with; the file tells 0.25 µm.",)
    same = read_picture(str(PictureReference(str(path), pixel_size=PixelSize(0.25, 0.25))))
    assert same.notes == ()


@pytest.mark.filterwarnings("ignore:Metadata Warning")
@pytest.mark.parametrize("tag", [282, 283, 296])
def test_that_tags_of_several_values_are_no_size(tmp_path: Path, tag: int) -> None:
    common: Tags = {258: ("H", (8,)), 262: ("H", (1,)), 277: ("H", (1,))}
    told: Tags = {282: ("I", (30769,)), 283: ("I", (30769,)), 296: ("H", (CENTIMETRE,))}
    path = tmp_path / "strange.tif"
    path.write_bytes(tiff_of(8, 6, 1, bytes(48), common | told))
    assert read_picture(str(path)).pixel_size is not None
    path.write_bytes(tiff_of(8, 6, 1, bytes(48), common | told | {tag: ("H", (1, 2, 3))}))
    assert read_picture(str(path)).pixel_size is None
