"""A real worker process, real ONNX files, and what goes wrong with both."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from onnx import helper
from worker_lab import best, serving

from ailab.services.images.picture_error import PictureError
from ailab.services.inference.inference_errors import ModelFileError, WorkerError
from ailab.services.inference.predictions import Classification, Segmentation
from ailab.services.results.result_reader import read_result


async def test_that_a_prediction_comes_back_and_its_files_hold_the_same(
    colour_model: Path, green_picture: str, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    async with serving() as service:
        model = await service.open(str(colour_model))
        result = await service.predict(model, green_picture, threshold=0.5, save_to=folder)
        assert (result.picture, result.width, result.height) == (green_picture, 40, 30)
        assert isinstance(result.prediction, Classification)
        assert result.prediction.scores[0].label == "green"
        assert result.problem is None
        assert result.timings.total > 0
        saved = read_result(Path(result.files[0]))
        assert (saved.prediction, saved.files) == (result.prediction, result.files)


async def test_that_a_result_that_cannot_be_saved_is_not_lost(
    colour_model: Path, green_picture: str, tmp_path: Path
) -> None:
    async with serving() as service:
        model = await service.open(str(colour_model))
        gone = tmp_path / "gone"
        result = await service.predict(model, green_picture, threshold=0.5, save_to=gone)
        assert result.prediction is not None
        assert result.problem is not None
        assert "not there any more" in result.problem.message
        assert not result.files


async def test_that_label_maps_come_through_the_pipe(
    tmp_path: Path, green_picture: str, save_model: Callable[..., Path]
) -> None:
    nodes = [helper.make_node("Identity", ["pixels"], ["scores"])]
    path = save_model(
        tmp_path / "map.onnx",
        nodes,
        [1, 3, 8, 8],
        task="image-segmentation",
        decoder={"name": "label-map"},
    )
    async with serving() as service:
        model = await service.open(str(path))
        result = await service.predict(model, green_picture, threshold=0.5, save_to=None)
        prediction = result.prediction
        assert isinstance(prediction, Segmentation)
        (region,) = prediction.segments
        assert region.label == "green"
        assert set(prediction.label_map.unpack()) == {region.index}


async def test_that_a_model_written_anew_is_loaded_anew(
    colour_model: Path, green_picture: str, save_model: Callable[..., Path]
) -> None:
    async with serving() as service:
        assert await best(service, colour_model, green_picture) == "green"
        pid = service.worker_pid
        nodes = [
            helper.make_node("ReduceMean", ["pixels"], ["means"], axes=[2, 3], keepdims=0),
            helper.make_node("Neg", ["means"], ["scores"]),
        ]
        save_model(colour_model, nodes, [1, 3])
        assert await best(service, colour_model, green_picture) == "red"
        assert service.worker_pid == pid


async def test_that_killing_the_worker_mid_run_is_told_and_the_next_run_works(
    colour_model: Path,
    endless_model: Path,
    green_picture: str,
    is_running: Callable[[], asyncio.Event],
) -> None:
    async with serving() as service:
        running = is_running()
        run = asyncio.create_task(best(service, endless_model, green_picture))
        await running.wait()
        worker = service._client._worker
        assert worker is not None
        assert worker._process is not None
        worker._process.kill()
        with pytest.raises(WorkerError, match=r"^While endless ran on green\.png, "):
            await run
        assert await best(service, colour_model, green_picture) == "green"


async def test_that_cancelling_stops_the_forward_pass_and_keeps_the_worker(
    colour_model: Path,
    endless_model: Path,
    green_picture: str,
    is_running: Callable[[], asyncio.Event],
) -> None:
    async with serving() as service:
        service._client._cancel_grace = 30.0  # a soft cancel that works needs far less
        running = is_running()
        run = asyncio.create_task(best(service, endless_model, green_picture))
        await running.wait()
        pid = service.worker_pid
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
        assert await best(service, colour_model, green_picture) == "green"
        assert service.worker_pid == pid


@pytest.fixture
def bad_files(colour_model: Path, green_picture: str, tmp_path: Path) -> tuple[Path, Path]:
    """A model and a picture, both cut short."""
    corrupt = tmp_path / "corrupt.onnx"
    corrupt.write_bytes(colour_model.read_bytes()[:40])
    sheet = colour_model.with_suffix(".ailab.json").read_text()
    corrupt.with_suffix(".ailab.json").write_text(sheet)
    truncated = tmp_path / "truncated.png"
    truncated.write_bytes(Path(green_picture).read_bytes()[:-40])
    return corrupt, truncated


async def test_that_bad_files_are_told_and_the_worker_lives_on(
    colour_model: Path, green_picture: str, bad_files: tuple[Path, Path]
) -> None:
    corrupt, truncated = bad_files
    async with serving() as service:
        model = await service.open(str(colour_model))
        await service.load(model)
        pid = service.worker_pid
        with pytest.raises(PictureError, match=r"truncated\.png"):
            await best(service, colour_model, str(truncated))
        with pytest.raises(ModelFileError, match=r"corrupt\.onnx"):
            await best(service, corrupt, green_picture)
        assert await best(service, colour_model, green_picture) == "green"
        assert service.worker_pid == pid
