"""Where the picture shown has pieces that are too small to count."""

from __future__ import annotations

import numpy as np

from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import Segment, Segmentation
from ailab.viewmodels.results import ResultsViewModel
from fake_pictures import FakePictures


def a_result(name: str, *sides: int) -> PictureResult:
    """Squares of these sides, beside each other."""
    labels = np.zeros((20, 60), np.uint8)
    for place, side in enumerate(sides):
        labels[:side, 20 * place : 20 * place + side] = 1
    sure = np.full(labels.shape, 230, np.uint8)
    segments = (Segment(1, 0, "cell", 0.9, 0.1),)
    made = Segmentation.pack(60, 20, labels.tobytes(), sure.tobytes(), segments)
    return PictureResult(name, 60, 20, made)


def left_out(results: ResultsViewModel) -> int | None:
    found = results.pieces.state.left_out
    if found is None:
        return None
    assert found.result is results.state.current_result
    assert (found.width, found.height) == (60, 20)
    return sum(found.pixels)


async def shown(*results: PictureResult) -> ResultsViewModel:
    made = ResultsViewModel(FakePictures())
    made.show_run("cells", "", results, 0.5)
    await made.wait()
    return made


async def test_that_they_follow_size_and_threshold() -> None:
    results = await shown(a_result("a.png", 3, 10))
    assert left_out(results) == 9
    results.pieces.set_pieces_from(9)
    await results.wait()
    assert left_out(results) is None
    results.pieces.set_pieces_from(200)
    await results.wait()
    assert left_out(results) == 109
    results.set_threshold(0.95)
    await results.wait()
    assert left_out(results) is None


async def test_that_those_of_another_picture_never_stand_over_it() -> None:
    results = await shown(a_result("a.png", 3, 10), a_result("b.png", 10), a_result("c.png", 2))
    assert left_out(results) == 9
    results.go_to(1)
    assert results.pieces.state.left_out is None
    await results.wait()
    assert left_out(results) is None
    results.go_to(2)
    await results.wait()
    assert left_out(results) == 4
    results.go_to(0)
    await results.wait()
    assert left_out(results) == 9
