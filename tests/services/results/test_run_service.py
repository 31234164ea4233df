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

from ailab.services.inference.features import Features
from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import Classification, ClassScore
from ailab.services.inference.prompt import Prompt
from ailab.services.inference.prompts import Prompts
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.problem import Problem
from ailab.services.results import model_hashes
from ailab.services.results.result_error import ResultError
from ailab.services.results.result_writer import ResultWriter
from ailab.services.results.run_json import read_record
from ailab.services.results.run_record import RunRecord
from ailab.services.results.run_service import RunService
from named_tensors import a_graph

RECORD = RunRecord(
    model="team/nuclei:v2",
    model_source="huggingface",
    revision="a" * 40,
    endpoint="https://huggingface.co",
    task="image-classification",
    threshold=0.25,
    started="2026-03-01T12:30:05+00:00",
    pictures=("/pictures/a.png", "/pictures/ä\udcff.png", "/pictures/c.png"),
    model_files=(("onnx/model.onnx", "0" * 64),),
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


async def test_that_what_was_asked_comes_back(tmp_path: Path) -> None:
    runs = RunService()
    shown = Prompt(inside=((1.5, 2.0),), outside=((3.0, 4.0),), boxes=((0.0, 1.0, 2.0, 3.0),))
    for prompts in (
        Prompts(Prompt(labels=("cat", "rote „Tür“", "猫"))),
        Prompts(Prompt(question="<OCR>")),
        Prompts(own=((RECORD.pictures[0], shown), (RECORD.pictures[1], Prompt(inside=((5, 6),))))),
    ):
        folder = await runs.start(str(tmp_path), replace(RECORD, prompts=prompts))
        assert read_record(folder).prompts == prompts


async def test_that_a_record_from_before_there_were_prompts_is_read(tmp_path: Path) -> None:
    folder = await RunService().start(str(tmp_path), RECORD)
    body = json.loads((folder / "run.json").read_bytes())
    assert body.pop("prompts") is None
    (folder / "run.json").write_text(json.dumps(body))
    assert read_record(folder) == RECORD


@pytest.mark.parametrize(
    "prompts",
    [
        [],
        {"labels": [1]},
        {"labels": [], "inside": [], "outside": [], "boxes": []},
        {"labels": [], "inside": [[1]], "outside": [], "boxes": [], "pictures": []},
        {"labels": [], "inside": [], "outside": [], "boxes": [], "pictures": [{"picture": 1}]},
    ],
)
async def test_that_a_damaged_prompt_is_told_as_the_damage_it_is(
    tmp_path: Path, prompts: object
) -> None:
    folder = await RunService().start(str(tmp_path), RECORD)
    edit(folder / "run.json", prompts=prompts)
    with pytest.raises(ResultError, match="damaged"):
        read_record(folder)


async def test_that_a_folder_is_named_by_local_time_and_model_and_never_shared(
    tmp_path: Path,
) -> None:
    runs = RunService()
    first = await runs.start(str(tmp_path), RECORD)
    second = await runs.start(str(tmp_path), RECORD)
    local = datetime.fromisoformat(RECORD.started).astimezone()
    assert first.name == f"{local:%Y-%m-%d %H%M%S} team_nuclei_v2"
    assert second.name == f"{first.name} (2)"
    weights = await runs.start(str(tmp_path), replace(RECORD, variant="fp16"))
    assert weights.name == f"{first.name} fp16"
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
        {"model_files": [["a", "b"]]},
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
    """A folder in Hugging Face layout, with external data, a bare file with a sheet, and others."""
    sheet = {
        "format": 1,
        "task": "image-classification",
        "input": {"width": 8, "height": 8},
        "decoder": {"name": "class-scores"},
        "labels": "names.txt",
    }
    contents = {
        "config.json": json.dumps({"architectures": ["ViTForImageClassification"]}),
        "preprocessor_config.json": json.dumps({"image_processor_type": "ViTImageProcessor"}),
        "bare/net.ailab.json": json.dumps(sheet),
        "bare/listed.ailab.json": json.dumps(sheet | {"labels": ["cat"]}),
    }
    plain = (
        *("onnx/model.onnx", "onnx/model.onnx_data", "onnx/model_int8.onnx", "README.md"),
        *("bare/net.onnx", "bare/net.onnx.data", "bare/names.txt", "bare/notes.txt"),
        *("bare/listed.onnx", "bare/config.json"),
    )
    for name, content in contents.items() | {(name, name) for name in plain}:
        path = tmp_path / "model" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return tmp_path / "model"


DESCRIBED = ["config.json", "preprocessor_config.json"]


@pytest.mark.parametrize(
    ("path", "folder", "names"),
    [
        (".", ".", ["onnx/model.onnx", "onnx/model.onnx_data", *DESCRIBED]),
        ("onnx/model.onnx", ".", ["onnx/model.onnx", "onnx/model.onnx_data", *DESCRIBED]),
        ("onnx/model_int8.onnx", ".", ["onnx/model_int8.onnx", *DESCRIBED]),
        (
            "bare/net.onnx",
            "bare",
            ["net.onnx", "net.onnx.data", "net.ailab.json", "names.txt"],
        ),
        ("bare/listed.onnx", "bare", ["listed.onnx", "listed.ailab.json"]),
    ],
)
async def test_that_each_file_that_a_run_reads_has_its_hash(
    path: str, folder: str, names: list[str], model_folder: Path
) -> None:
    model = RunnableModel("m", model_folder / path, "image-classification")
    files = [model_folder / folder / name for name in names]
    expected = [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
    assert await RunService().fingerprint(model) == tuple(zip(names, expected, strict=True))


@pytest.mark.parametrize("path", [".", "onnx/model_int8.onnx"])
async def test_that_external_data_of_any_name_has_its_hash(path: str, model_folder: Path) -> None:
    named = ("MatMul_7", "deep/bias", "missing", "../README.md", "/etc/hostname", "model_int8.onnx")
    for graph in ("model.onnx", "model_int8.onnx"):
        (model_folder / "onnx" / graph).write_bytes(a_graph(*named))
    (model_folder / "onnx" / "deep").mkdir()
    for name in named[:2]:
        (model_folder / "onnx" / name).write_text(name, encoding="utf-8")
    model = RunnableModel("m", model_folder / path, "image-classification")
    hashes = dict(await RunService().fingerprint(model))
    expected = {f"onnx/{name}": hashlib.sha256(name.encode()).hexdigest() for name in named[:2]}
    assert hashes.items() >= expected.items()
    assert not {"README.md", "onnx/missing", "/etc/hostname"} & hashes.keys()


async def test_that_no_hash_is_made_of_what_lies_outside_the_model(
    model_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("a secret", encoding="utf-8")
    (model_folder / "onnx" / "model.onnx").write_bytes(a_graph("bias"))
    (model_folder / "onnx" / "bias").symlink_to(tmp_path / "secret")
    model = RunnableModel("m", model_folder, "image-classification")
    with pytest.raises(ModelFileError, match="bias is a link that leads out"):
        await RunService().fingerprint(model)


async def test_that_a_model_that_is_gone_is_told(tmp_path: Path) -> None:
    model = RunnableModel("m", tmp_path / "gone" / "m.onnx", "image-classification")
    with pytest.raises(ModelFileError, match="gone"):
        await RunService().fingerprint(model)


async def test_that_a_file_that_goes_meanwhile_is_told(
    model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = model_folder / "onnx" / "model.onnx_data"
    monkeypatch.setattr(model_hashes, "model_files", lambda *_, **__: (("data", gone),))
    gone.unlink()
    model = RunnableModel("m", model_folder, "image-classification")
    with pytest.raises(ResultError, match=r"model\.onnx_data cannot be read"):
        await RunService().fingerprint(model)


def test_that_versions_name_what_computes() -> None:
    found = dict(RunService().versions())
    assert found["python"] == platform.python_version()
    assert found["numpy"] == np.__version__
    assert {"ailab", "platform", "onnxruntime", "pillow"} <= found.keys()


def write_vector(folder: Path, picture: str, *numbers: float) -> str:
    vector = Features(FloatMap.pack(np.array([numbers], np.float32)))
    result = PictureResult(picture, 4, 4, vector)
    pixels = np.zeros((4, 4, 3), np.uint8)
    return ResultWriter().write(folder, result, pixels, threshold=0.5)[0].name


async def test_that_the_end_of_a_run_puts_all_vectors_into_one_file(tmp_path: Path) -> None:
    runs = RunService()
    record = replace(RECORD, task="image-feature-extraction")
    folder = await runs.start(str(tmp_path), record)
    first, _, last = record.pictures
    names = (write_vector(folder, first, 1, 2, 3), "", write_vector(folder, last, 4, 5, 6))
    await runs.update(folder, replace(record, results=names))
    assert not (folder / "features.npz").exists()  # it goes on
    await runs.sum_up(folder, replace(record, results=names))
    with np.load(folder / "features.npz", allow_pickle=False) as all_of_them:
        np.testing.assert_array_equal(all_of_them["features"], [[1, 2, 3], [4, 5, 6]])
        assert all_of_them["pictures"].tolist() == [first, last]
        assert all_of_them["features"].dtype == np.float32
    (loaded, *_) = (await runs.load(str(folder))).results
    assert isinstance(loaded.prediction, Features)


async def test_that_a_damaged_vector_does_not_cost_the_others(tmp_path: Path) -> None:
    runs = RunService()
    record = replace(RECORD, task="image-feature-extraction", finished="2026-03-01T12:30:05+00:00")
    folder = await runs.start(str(tmp_path), record)
    names = tuple(write_vector(folder, picture, 1, 2) for picture in record.pictures)
    (folder / "c.features.npy").write_bytes(b"\x93NUMPY")
    (folder / "a.features.npy").unlink()
    await runs.sum_up(folder, replace(record, results=names))
    with np.load(folder / "features.npz", allow_pickle=False) as all_of_them:
        assert all_of_them["pictures"].tolist() == [record.pictures[1]]
