"""Whole folder runs by a real worker process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from worker_lab import best, serving

from ailab.services.inference.inference_service import InferenceService
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import Classification
from ailab.services.results.result_reader import read_result
from tiff_stack import saved_stack

COLOURS = {"red": (250, 10, 10), "green": (10, 250, 10), "blue": (10, 10, 250)}


@pytest.fixture
def pictures(tmp_path: Path) -> list[str]:
    """Twelve, the fourth of them damaged."""
    paths = []
    for index in range(12):
        path = tmp_path / f"{index}.png"
        colour = list(COLOURS.values())[index % 3]
        Image.new("RGB", (40 + index, 30), colour).save(path)
        paths.append(str(path))
    Path(paths[3]).write_bytes(Path(paths[3]).read_bytes()[:50])
    return paths


async def run_all(
    service: InferenceService, model: Path, pictures: list[str], save_to: Path | None = None
) -> list[PictureResult]:
    opened = await service.open(str(model))
    found = service.predict_all(opened, pictures, threshold=0.5, save_to=save_to)
    return [result async for result in found]


def best_label(result: PictureResult) -> str | None:
    if result.prediction is None:
        return None
    assert isinstance(result.prediction, Classification)
    return result.prediction.scores[0].label


async def test_that_a_folder_comes_back_in_order_and_saved(
    colour_model: Path, pictures: list[str], tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    async with serving() as service:
        results = await run_all(service, colour_model, pictures, folder)
        pid = service.worker_pid
        assert pid is not None
    assert [result.picture for result in results] == pictures
    labels = [list(COLOURS)[index % 3] for index in range(12)]
    assert [best_label(result) for result in results] == [
        None if index == 3 else label for index, label in enumerate(labels)
    ]
    assert results[3].problem is not None
    for result in (*results[:3], *results[4:]):
        assert result.problem is None
        assert read_result(Path(result.files[0])).prediction == result.prediction
    assert len(list(folder.glob("*.json"))) == 11


async def test_that_a_run_and_a_single_picture_share_the_worker(
    colour_model: Path, pictures: list[str], green_picture: str
) -> None:
    async with serving() as service:
        run, single = await asyncio.gather(
            run_all(service, colour_model, pictures), best(service, colour_model, green_picture)
        )
        assert (len(run), single) == (12, "green")


async def test_that_stopping_a_run_early_stops_the_network_and_keeps_the_worker(
    colour_model: Path,
    endless_model: Path,
    pictures: list[str],
    green_picture: str,
    is_running: Callable[[], asyncio.Event],
) -> None:
    async with serving() as service:
        service._client._cancel_grace = 30.0  # a soft cancel that works needs far less
        running = is_running()
        run = asyncio.create_task(run_all(service, endless_model, pictures))
        await running.wait()
        pid = service.worker_pid
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
        assert await best(service, colour_model, green_picture) == "green"
        assert service.worker_pid == pid


async def test_that_killing_the_worker_costs_no_picture(
    colour_model: Path, pictures: list[str]
) -> None:
    async with serving() as service:
        opened = await service.open(str(colour_model))
        found = service.predict_all(opened, pictures, threshold=0.5, save_to=None)
        results = [await anext(found)]
        worker = service._client._worker
        assert worker is not None
        assert worker._process is not None
        worker._process.kill()
        results += [result async for result in found]
    assert [result.picture for result in results] == pictures
    assert [result.picture for result in results if result.problem] == [pictures[3]]


async def test_that_each_page_of_a_stack_is_run_and_saved(
    colour_model: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    pages = [np.full((30, 40, 3), colour, np.uint8) for colour in COLOURS.values()]
    stack = saved_stack(tmp_path / "stack.tif", pages)
    pictures = [f"{stack}#page={page}" for page in (3, 1, 2, 4)]
    async with serving() as service:
        results = await run_all(service, colour_model, pictures, folder)
    assert [result.picture for result in results] == pictures
    assert [best_label(result) for result in results] == ["blue", "red", "green", None]
    problem = results[3].problem
    assert problem is not None
    assert problem.message == "stack.tif has 3 pages: there is no page 4."
    assert Path(results[0].files[0]).name == "stack page 0003.json"
    assert read_result(Path(results[0].files[0])).picture == pictures[0]
