"""COCO's run lengths, by hand and by pycocotools."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from pycocotools import mask as coco

from ailab.services.inference.json_fields import BadFieldError
from ailab.services.inference.pixel_map import PixelMap
from ailab.services.results.run_lengths import mask_counts, mask_map

Flags = npt.NDArray[np.bool_]
Box = tuple[int, int, int, int]


def cut(full: Flags) -> tuple[PixelMap, Box]:
    rows, columns = np.flatnonzero(full.any(axis=1)), np.flatnonzero(full.any(axis=0))
    box = int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
    inside = full[box[1] : box[3], box[0] : box[2]].astype(np.uint8) * 255
    return PixelMap.pack(inside.shape[1], inside.shape[0], inside.tobytes()), box


def counts(full: Flags) -> str:
    inside, box = cut(full)
    height, width = full.shape
    return mask_counts(inside, box[0], box[1], width, height)


def of_runs(runs: list[int], height: int) -> Flags:
    """A mask whose pixels are outside and inside by turns, column after column."""
    values = np.repeat(np.arange(len(runs)) % 2 == 1, runs)
    return values.reshape(-1, height).T


@pytest.mark.parametrize(
    ("runs", "height", "text"),
    [
        ([1, 3, 2], 2, "132"),
        # The fourth is told as 5 - 3, the fifth as 40 - 2 = 1 * 32 + 6, whose lower half is
        # 6 + 32 (another follows) + 48: V.
        ([1, 3, 2, 5, 40], 17, "1322V1"),
        # 2 - 9 = -7, whose five bits are 11001: 25 + 48.
        ([1, 9, 2, 2, 2], 4, "192I0"),
        ([0, 6], 3, "06"),
        ([0, 1, 16], 17, "01`0"),
    ],
)
def test_that_run_lengths_are_those_worked_out_by_hand(
    runs: list[int], height: int, text: str
) -> None:
    assert counts(of_runs(runs, height)) == text


def _masks() -> list[Flags]:
    random = np.random.default_rng(5)
    noise = [random.random((h, w)) < p for h, w, p in ((7, 5, 0.5), (40, 61, 0.02), (33, 1, 0.4))]
    y, x = np.mgrid[:300, :401]
    disc = (x - 200) ** 2 + (y - 120) ** 2 < 90**2
    whole = np.ones((12, 9), np.bool_)
    columns = np.zeros((6, 8), np.bool_)
    columns[:, 2:5] = True
    corner = np.zeros((6, 8), np.bool_)
    corner[-1, -1] = True
    return [*noise, disc, ~disc, whole, columns, corner]


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize("full", _masks(), ids=lambda full: f"{full.shape}")
def test_that_run_lengths_are_those_of_pycocotools(full: Flags) -> None:
    expected = coco.encode(np.asfortranarray(full.astype(np.uint8)))
    assert counts(full) == expected["counts"].decode()
    decoded = coco.decode({"size": list(full.shape), "counts": counts(full).encode()})
    assert np.array_equal(decoded, full)
    inside, box = cut(full)
    height, width = full.shape
    again = mask_map(expected["counts"].decode(), box, width, height)
    assert again.unpack() == inside.unpack()


@pytest.mark.parametrize(
    "text",
    ["", "13", "1323", "13é", "1\x1f2", "V", "1" + "V" * 40 + "1", "I32", "~~"],
)
def test_that_what_is_no_mask_of_its_box_is_refused(text: str) -> None:
    with pytest.raises(BadFieldError):
        mask_map(text, (0, 0, 2, 2), 3, 2)


def test_that_a_mask_that_lies_elsewhere_is_refused() -> None:
    assert mask_map("132", (0, 0, 2, 2), 3, 2).unpack() == bytes([0, 255, 255, 255])
    with pytest.raises(BadFieldError, match="box"):
        mask_map("132", (0, 0, 1, 2), 3, 2)
