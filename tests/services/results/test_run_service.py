"""Runs kept in their folders."""

from __future__ import annotations

import hashlib
import json
import platform
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import Classification, ClassScore
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.problem import Problem
from ailab.services.results.result_error import ResultError
from ailab.services.results.result_writer import ResultWriter
from ailab.services.results.run_record import RunRecord
from ailab.services.results.run_service import RunService

RECORD = RunRecord(
    model="team/nuclei:v2",
    model_source="huggingface",
    revision="a" * 40,
    endpoint="https://huggingface.co",
    task="image-classification",
    threshold=0.25,
    started="2026-03-01T12:30:05+00:00",
    pictures=("/pictures/a.png", "/pictures/ä\udcff.png", "/pictures/c.png"),
    weights=(("onnx/model.onnx", "0" * 64),),
    versions=(("ailab", "0.1"),),
)
PREDICTION = Classification((ClassScore(0, "nucleus", 0.75),))


def write(folder: Path, picture: str) -> str:
    result = PictureResult(picture, 4, 4, PREDICTION)
    pixels = np.zeros((4, 4, 3), np.uint8)
    return ResultWriter().write(folder, result, pixels, threshold=0.5)[0].name


def edit(path: Path, **changes: object) -> None:
    body = json.loads(path.read_bytes())
    path.write_text(json.dumps(body | changes))


async def test_that_a_run_comes_back_as_it_was(tmp_path: Path) -> None:
    runs = RunService()
    folder = await runs.start(str(tmp_path / "new" / "place"), RECORD)
    names = (write(folder, RECORD.pictures[0]), "", write(folder, RECORD.pictures[2]))
    record = replace(
        RECORD,
        finished="2026-03-01T12:31:00+00:00",
        results=names,
        failures=((RECORD.pictures[1], "ä.png is damaged."),),
    )
    await runs.update(folder, record)
    for path in (folder, folder / "run.json", folder / names[0], tmp_path / "new" / "place"):
        saved = await runs.load(str(path))
        assert (saved.folder, saved.record) == (folder, record)
        assert [result.picture for result in saved.results] == list(RECORD.pictures)
        assert [result.prediction for result in saved.results] == [PREDICTION, None, PREDICTION]
        assert saved.results[1].problem == Problem("ä.png is damaged.")
    assert not list(folder.glob("*.part"))


async def test_that_a_folder_is_named_by_local_time_and_model_and_never_shared(
    tmp_path: Path,
) -> None:
    runs = RunService()
    first = await runs.start(str(tmp_path), RECORD)
    second = await runs.start(str(tmp_path), RECORD)
    local = datetime.fromisoformat(RECORD.started).astimezone()
    assert first.name == f"{local:%Y-%m-%d %H%M%S} team_nuclei_v2"
    assert second.name == f"{first.name} (2)"
    own = replace(RECORD, model="C:\\models\\mine.onnx", model_source="local")
    assert (await runs.start(str(tmp_path), own)).name.endswith(" mine.onnx")


async def test_that_the_newest_of_several_runs_is_loaded(tmp_path: Path) -> None:
    runs = RunService()
    newest = None
    for started in ("2026-03-01T23:00:00+00:00", "2026-03-02T00:30:00+02:00", "nonsense"):
        folder = await runs.start(str(tmp_path), replace(RECORD, started=started, model=started))
        newest = newest or folder
    assert (await runs.load(str(tmp_path))).folder == newest


async def test_that_a_run_that_broke_off_gives_what_it_has(tmp_path: Path) -> None:
    runs = RunService()
    folder = await runs.start(str(tmp_path), RECORD)
    write(folder, RECORD.pictures[1])
    saved = await runs.load(str(folder))
    assert [result.picture for result in saved.results] == [RECORD.pictures[1]]


async def test_that_one_damaged_result_does_not_hide_the_others(tmp_path: Path) -> None:
    runs = RunService()
    folder = await runs.start(str(tmp_path), RECORD)
    names = tuple(write(folder, picture) for picture in RECORD.pictures)
    await runs.update(folder, replace(RECORD, results=names, finished=RECORD.started))
    edit(folder / names[1], prediction=5)
    results = (await runs.load(str(folder))).results
    assert [result.prediction is None for result in results] == [False, True, False]
    assert results[1].problem is not None
    assert names[1] in results[1].problem.message
    for name in names:
        edit(folder / name, prediction=5)
    with pytest.raises(ResultError, match=names[0]):
        await runs.load(str(folder))


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "ailab result"},
        {"version": 2},
        {"threshold": "high"},
        {"pictures": [1]},
        {"results": None},
        {"failures": [["a", "b"]]},
        {"weights": [["a", "b"]]},
        {"versions": {"a": 1}},
    ],
)
async def test_that_a_damaged_record_is_told(changes: dict[str, object], tmp_path: Path) -> None:
    runs = RunService()
    folder = await runs.start(str(tmp_path), RECORD)
    edit(folder / "run.json", **changes)
    with pytest.raises(ResultError, match=r"run\.json is damaged or of another kind"):
        await runs.load(str(folder))


async def test_that_no_run_is_told(tmp_path: Path) -> None:
    runs = RunService()
    with pytest.raises(ResultError, match="There is no saved run in"):
        await runs.load(str(tmp_path))
    with pytest.raises(ResultError, match="There is no folder"):
        await runs.load(str(tmp_path / "gone"))


async def test_that_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    runs = RunService()
    (tmp_path / "file").touch()
    for place in ("file", "file/below"):
        with pytest.raises(ResultError) as caught:
            await runs.start(str(tmp_path / place), RECORD)
        assert caught.value.advice
    with pytest.raises(ResultError, match="not there any more"):
        await runs.update(tmp_path / "gone", RECORD)


async def test_that_only_an_empty_run_is_discarded(tmp_path: Path) -> None:
    runs = RunService()
    empty, full = [await runs.start(str(tmp_path), RECORD) for _ in range(2)]
    write(full, RECORD.pictures[0])
    for folder in (empty, full, tmp_path / "gone"):
        await runs.discard(folder)
    with pytest.raises(ResultError, match="There is no folder"):
        await runs.load(str(empty))
    assert (await runs.load(str(full))).record == RECORD


@pytest.fixture
def model_folder(tmp_path: Path) -> Path:
    """A folder in Hugging Face layout, with external data and what is no weight."""
    for name in ("onnx/model.onnx", "onnx/model.onnx_data", "config.json", "onnx/model_int8.onnx"):
        path = tmp_path / "model" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return tmp_path / "model"


@pytest.mark.parametrize(
    ("path", "names"),
    [
        (".", ["onnx/model.onnx", "onnx/model.onnx_data"]),
        ("onnx/model.onnx", ["model.onnx", "model.onnx_data"]),
        ("onnx/model_int8.onnx", ["model_int8.onnx"]),
    ],
)
async def test_that_each_weight_file_has_its_hash(
    path: str, names: list[str], model_folder: Path
) -> None:
    model = RunnableModel("m", model_folder / path, "image-classification")
    hashes = await RunService().fingerprint(model)
    assert [name for name, _ in hashes] == names
    expected = hashlib.sha256(f"onnx/{names[0].removeprefix('onnx/')}".encode()).hexdigest()
    assert hashes[0][1] == expected


async def test_that_weights_that_are_gone_are_told(tmp_path: Path) -> None:
    model = RunnableModel("m", tmp_path / "gone" / "m.onnx", "image-classification")
    with pytest.raises(ResultError, match="gone"):
        await RunService().fingerprint(model)


def test_that_versions_name_what_computes() -> None:
    found = dict(RunService().versions())
    assert found["python"] == platform.python_version()
    assert found["numpy"] == np.__version__
    assert {"ailab", "platform", "onnxruntime", "pillow"} <= found.keys()
