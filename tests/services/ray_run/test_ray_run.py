"""Whole folder runs by real actors of a real Ray."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from bare_networks import BARE_NETWORKS, write_bare_network
from worker_lab import serving

import ailab
from ailab.services.inference.inference_errors import ModelFileError, WorkerError
from ailab.services.inference.picture_result import PictureResult, Timings
from ailab.services.inference.picture_runner import PictureRunner
from ailab.services.inference.run_place import RunPlace, RunTarget
from ailab.services.ray_run.ray_runs import RayRuns
from ailab.services.results.run_record import RunRecord
from ailab.services.results.run_service import RunService
from ray_lab import Cluster
from tiff_stack import grey_pages, saved_stack

pytest.importorskip("ray.data", reason="the extra ray is not installed")
pytestmark = pytest.mark.slow

MODEL = Path(ailab.__file__).parent / "demo" / "models" / "segformer-nuclei"


async def run_all(
    runner: PictureRunner, pictures: list[str], save_to: Path, model: Path = MODEL
) -> list[PictureResult]:
    async with serving() as service:
        opened = await service.open(str(model))
    found = runner.predict_all(opened, pictures, threshold=0.5, save_to=save_to)
    async with aclosing(found):
        return [result async for result in found]


async def run_here(pictures: list[str], save_to: Path, model: Path = MODEL) -> list[PictureResult]:
    async with serving() as service:
        opened = await service.open(str(model))
        found = service.predict_all(opened, pictures, threshold=0.5, save_to=save_to)
        return [result async for result in found]


async def sum_up(folder: Path, task: str, results: list[PictureResult]) -> None:
    """Write what a whole run's folder holds beside the pictures' own files."""
    names = [[Path(file).name for file in each.files if file.endswith(".json")] for each in results]
    record = RunRecord(
        *("model.onnx", "local", None, None, task, 0.5, "2026-01-01T00:00:00+00:00"),
        pictures=tuple(each.picture for each in results),
        results=tuple(each[0] if each else "" for each in names),
    )
    await RunService().sum_up(folder, record)


def without_times(result: PictureResult, folder: Path) -> PictureResult:
    names = tuple(str(Path(file).relative_to(folder)) for file in result.files)
    return replace(result, timings=Timings(), memory=None, files=names)


def contents(folder: Path) -> dict[str, object]:
    """The files of a run, the JSON ones without the seconds."""
    found: dict[str, object] = {}
    for path in folder.iterdir():
        found[path.name] = path.read_bytes()
        if path.suffix == ".json":
            found[path.name] = {**json.loads(path.read_bytes()), "timings": None}
    return found


@pytest.mark.parametrize("way", ["here", "client", "gcs"])
async def test_that_ray_gives_what_this_computer_gives(
    way: str, request: pytest.FixtureRequest, pictures: list[str], tmp_path: Path
) -> None:
    there, here = tmp_path / "there", tmp_path / "here"
    there.mkdir()
    here.mkdir()
    address = ""
    if way != "here":
        cluster: Cluster = request.getfixturevalue("cluster")
        address = getattr(cluster, way)
    runs = RayRuns()
    found = await run_all(runs.runner(RunTarget(RunPlace.RAY, address, 2)), pictures, there)
    expected = await run_here(pictures, here)

    assert [result.picture for result in found] == pictures
    assert found[2].prediction is None
    assert found[2].problem is not None
    assert [without_times(each, there) for each in found] == [
        without_times(each, here) for each in expected
    ]
    assert contents(there) == contents(here)
    assert len(contents(there)) == 5 * 4


@pytest.mark.parametrize("name", BARE_NETWORKS)
async def test_that_what_other_tasks_give_is_the_same_on_ray(
    name: str, cluster: Cluster, pictures: list[str], tmp_path: Path
) -> None:
    model = write_bare_network(tmp_path, name)
    there, here = tmp_path / "there", tmp_path / "here"
    there.mkdir()
    here.mkdir()
    runner = RayRuns().runner(RunTarget(RunPlace.RAY, cluster.gcs, 1))
    found = await run_all(runner, pictures, there, model)
    expected = await run_here(pictures, here, model)

    assert [each.prediction is None for each in found] == [each == 2 for each in range(6)]
    assert [without_times(each, there) for each in found] == [
        without_times(each, here) for each in expected
    ]
    for folder, results in ((there, found), (here, expected)):
        await sum_up(folder, "image-feature-extraction" if name == "vectors" else "", results)
    assert contents(there) == contents(here)
    assert ("features.npz" in contents(there)) is (name == "vectors")
    assert ("coco.json" in contents(there)) is (name == "points")


async def test_that_pages_of_a_stack_are_run_on_ray(tmp_path: Path) -> None:
    stack = saved_stack(tmp_path / "stack.tif", grey_pages(3))
    there, here = tmp_path / "there", tmp_path / "here"
    there.mkdir()
    here.mkdir()
    pages = [f"{stack}#page={page}&range=200:3000" for page in (2, 3, 4)]
    found = await run_all(RayRuns().runner(RunTarget(RunPlace.RAY, "", 1)), pages, there)
    expected = await run_here(pages, here)
    assert [each.prediction is None for each in found] == [False, False, True]
    assert [without_times(each, there) for each in found] == [
        without_times(each, here) for each in expected
    ]
    assert contents(there) == contents(here)


async def test_that_a_stopped_run_leaves_no_process(pictures: list[str], tmp_path: Path) -> None:
    runs = RayRuns()
    me = psutil.Process()
    before = set(me.children(recursive=True))
    async with serving() as service:
        opened = await service.open(str(MODEL))
    runner = runs.runner(RunTarget(RunPlace.RAY, workers=1))
    found = runner.predict_all(opened, pictures * 20, threshold=0.5, save_to=None)
    async with aclosing(found):
        first = await anext(found)
        started = [each for each in me.children(recursive=True) if each not in before]
    assert first.prediction is not None
    assert len(started) > 3
    _, left = psutil.wait_procs(started, 120)  # some look for their parent now and then
    assert not [each for each in left if each.status() != psutil.STATUS_ZOMBIE]


async def test_that_pictures_that_hang_fail_or_end_their_process_are_left_out(
    pictures: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Readers of pictures that wait for ever, that end the process and that fail in it, put before
    # the actor's imports.
    trap = tmp_path / "trap"
    trap.mkdir()
    (trap / "sitecustomize.py").write_text(
        "import os, sys, threading\n"
        "def trap(event, values):\n"
        f"    if event == 'open' and str(values[0]) == {pictures[3]!r}:\n"
        "        os._exit(3)\n"
        f"    if event == 'open' and str(values[0]) == {pictures[4]!r}:\n"
        "        threading.Event().wait()\n"
        f"    if event == 'open' and str(values[0]).startswith({str(tmp_path / 'out' / '1')!r}):\n"
        "        raise KeyError('a mistake')\n"
        "sys.addaudithook(trap)\n"
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(trap), os.environ.get("PYTHONPATH", ""))))
    # More than a busy machine needs to start an actor again.
    runs = RayRuns(time_limit=15.0)
    out = tmp_path / "out"
    out.mkdir()
    found = await run_all(runs.runner(RunTarget(RunPlace.RAY, workers=1)), pictures, out)

    assert [result.picture for result in found] == pictures
    fails = [result.prediction is None for result in found]
    assert fails == [False, True, True, True, True, False]
    mistaken = found[1].problem
    assert mistaken is not None
    assert "Running segformer-nuclei on 1.png hit a mistake in ailab (KeyError)" in mistaken.message
    ended, hung = found[3].problem, found[4].problem
    assert ended is not None
    assert "While segformer-nuclei ran on 3.png, its process on Ray ended" in ended.message
    assert hung is not None
    assert "While segformer-nuclei ran on 4.png, its process on Ray gave no" in hung.message
    assert "15 seconds, the time limit of a picture" in hung.message
    assert "--time-limit" in hung.advice


async def test_that_a_model_that_there_is_no_memory_for_is_told_of(
    pictures: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = tmp_path / "trap"
    trap.mkdir()
    (trap / "sitecustomize.py").write_text(
        "import sys\n"
        "def trap(event, values):\n"
        "    if event == 'open' and str(values[0]).endswith('model.onnx'):\n"
        "        raise MemoryError('all is taken')\n"
        "sys.addaudithook(trap)\n"
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(trap), os.environ.get("PYTHONPATH", ""))))
    runner = RayRuns().runner(RunTarget(RunPlace.RAY, workers=1))
    with pytest.raises(WorkerError, match="not enough memory to run segformer-nuclei"):
        await run_all(runner, pictures, tmp_path)


async def test_that_machines_say_what_they_do_not_see(
    cluster: Cluster, pictures: list[str], tmp_path: Path
) -> None:
    runner = RayRuns().runner(RunTarget(RunPlace.RAY, cluster.gcs, 1))
    missing = str(tmp_path / "not there.png")
    out = tmp_path / "out"
    out.mkdir()
    model = Path(shutil.copytree(MODEL, tmp_path / "model"))

    found = await run_all(runner, [pictures[0], missing], out, model)

    assert found[0].prediction is not None
    assert found[1].problem is not None
    assert found[1].problem.message == f"The cluster's machines see no file {missing}."
    assert "storage that all" in found[1].problem.advice
    async with serving() as service:
        opened = await service.open(str(model))
    shutil.rmtree(model)
    with pytest.raises(ModelFileError, match="see no model"):
        async for _ in runner.predict_all(opened, pictures, threshold=0.5, save_to=None):
            pass


async def test_that_a_cluster_that_does_not_answer_is_told_of(pictures: list[str]) -> None:
    async with serving() as service:
        opened = await service.open(str(MODEL))
    for address, words in (
        ("ray://127.0.0.1:9", "No Ray cluster answers at ray://127.0.0.1:9."),
        ("somewhere", "“somewhere” is not the address of a Ray cluster."),
    ):
        runner = RayRuns().runner(RunTarget(RunPlace.RAY, address))
        with pytest.raises(WorkerError) as caught:
            async for _ in runner.predict_all(opened, pictures, threshold=0.5, save_to=None):
                pass
        assert caught.value.message == words


async def test_that_a_driver_that_ends_by_itself_is_told_of(pictures: list[str]) -> None:
    async with serving() as service:
        opened = await service.open(str(MODEL))
    runs = RayRuns(command=(sys.executable, "-c", "raise SystemExit(3)"))
    runner = runs.runner(RunTarget(RunPlace.RAY))
    with pytest.raises(WorkerError, match="process that speaks with Ray"):
        async for _ in runner.predict_all(opened, pictures, threshold=0.5, save_to=None):
            pass
    await asyncio.wait_for(runs.close(), 30)
