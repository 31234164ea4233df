"""A picture's rows, copied out some at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from ailab.services.images import picture_rows
from ailab.services.images.picture_rows import PictureRows

Pixels = npt.NDArray[np.uint8]
_PICTURE = np.random.default_rng(3).integers(0, 256, (7, 5, 3), np.uint8)


@pytest.fixture(params=[lambda pixels: pixels, Image.fromarray], ids=["pixels", "pillow"])
def held(request: pytest.FixtureRequest) -> Callable[[Pixels], Pixels | Image.Image]:
    """Whether the picture is held as pixels or as Pillow has it."""
    made: Callable[[Pixels], Pixels | Image.Image] = request.param
    return made


@pytest.mark.parametrize(
    "places", [[0, 1, 2], [6], [4, 5, 1, 1, 0], [], [0, 6]], ids=lambda places: f"{len(places)}"
)
def test_that_rows_come_in_the_order_in_which_they_are_asked_for(
    held: Callable[[Pixels], Pixels | Image.Image], places: list[int]
) -> None:
    rows = PictureRows(held(_PICTURE))
    assert rows.shape == (7, 5, 3)
    np.testing.assert_array_equal(rows[np.array(places, np.intp)], _PICTURE[places])
    np.testing.assert_array_equal(rows[2:9], _PICTURE[2:9])


@pytest.mark.parametrize("border", [(0, 0), (2, 0), (0, 3), (3, 4), (9, 11)])
def test_that_a_border_is_mirrored_as_numpy_pads(
    held: Callable[[Pixels], Pixels | Image.Image], border: tuple[int, int]
) -> None:
    rows = PictureRows(held(_PICTURE), border)
    padded = np.pad(_PICTURE, ((border[0],) * 2, (border[1],) * 2, (0, 0)), "reflect")
    assert rows.shape == padded.shape
    np.testing.assert_array_equal(rows.whole(), padded)


def test_that_a_single_pixel_is_its_own_mirror_image(
    held: Callable[[Pixels], Pixels | Image.Image],
) -> None:
    rows = PictureRows(held(_PICTURE[:1, :1]), (2, 1))
    np.testing.assert_array_equal(rows.whole(), np.broadcast_to(_PICTURE[:1, :1], (5, 3, 3)))


def test_that_one_channel_keeps_its_axis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_rows, "_STRIP_PIXELS", 10)
    grey = PictureRows(Image.fromarray(_PICTURE[..., 0]))
    assert grey.shape == (7, 5, 1)
    np.testing.assert_array_equal(grey.whole(), _PICTURE[..., :1])
