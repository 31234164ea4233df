"""Classes' scores of a picture in pieces, a block of rows at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.pipelines import piece_scores as module
from ailab.services.inference.pipelines.piece_scores import PieceScores
from ailab.services.inference.placement import Placement
from ailab.services.inference.tasks.decoding import sigmoid, softmax
from ailab.services.inference.tasks.enlarged_maps import EnlargedMaps

SIDE, LENGTH = 16, 38
STARTS = [0, 11, 22]
CLASSES = 4


def answers() -> list[dict[str, npt.NDArray[Any]]]:
    random = np.random.default_rng(2)
    return [
        {
            "class_queries_logits": random.normal(size=(1, 5, CLASSES + 1)).astype(np.float32),
            "masks_queries_logits": random.normal(size=(1, 5, 4, 4)).astype(np.float32),
        }
        for _ in STARTS
    ]


def place_of(*, is_upright: bool) -> Placement:
    width, height = (SIDE, LENGTH) if is_upright else (LENGTH, SIDE)
    return Placement(width, height, width, height, 1.0, 1.0)


def at_once(outputs: list[dict[str, Any]], *, is_upright: bool) -> npt.NDArray[np.float32]:
    """All scores of all pieces, added where they lie."""
    total = np.zeros((CLASSES, LENGTH, SIDE), np.float32)
    counts = np.zeros((LENGTH, 1), np.float32)
    for start, each in zip(STARTS, outputs, strict=True):
        of_queries = softmax(each["class_queries_logits"][0])[:, :-1]
        masks = np.moveaxis(each["masks_queries_logits"][0], 0, -1)
        scores = np.moveaxis(sigmoid(EnlargedMaps(masks, (SIDE, SIDE))[:]) @ of_queries, -1, 0)
        total[:, start : start + SIDE] += scores if is_upright else scores.swapaxes(1, 2)
        counts[start : start + SIDE] += 1
    total /= counts
    return total if is_upright else total.swapaxes(1, 2)


@pytest.mark.parametrize("is_upright", [False, True])
@pytest.mark.parametrize("block", [1, 500, 10**6])
def test_that_rows_are_those_of_reckoning_all_at_once(
    is_upright: bool, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_BLOCK_VALUES", block)
    outputs = answers()
    expected = at_once(outputs, is_upright=is_upright)
    scores = PieceScores(outputs, STARTS, SIDE, place_of(is_upright=is_upright))
    assert scores.shape == expected.shape
    for _ in range(2):  # each who reads them begins at the top again
        for top in range(0, expected.shape[1], 3):
            rows = slice(top, top + 4)
            np.testing.assert_allclose(scores[:, rows], expected[:, rows], rtol=1e-6)
    np.testing.assert_allclose(scores[:, :], expected, rtol=1e-6)


def test_that_no_more_than_a_block_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BLOCK_VALUES", 5 * CLASSES * SIDE)
    scores = PieceScores(answers(), STARTS, SIDE, place_of(is_upright=True))
    for top in range(LENGTH):
        rows = scores[:, top : top + 2]
        assert rows.base is not None
        assert rows.base.shape[1] <= 5


def test_that_scores_of_no_class_are_refused() -> None:
    outputs = [{**each, "class_queries_logits": np.zeros((1, 5, 1))} for each in answers()]
    with pytest.raises(ModelFileError, match="one class and of none"):
        PieceScores(outputs, STARTS, SIDE, place_of(is_upright=True))
