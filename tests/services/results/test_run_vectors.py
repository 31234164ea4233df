"""The vectors of a run as a whole: summed up, read back, compared."""

from __future__ import annotations

import csv
import io
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from finished_runs import PICTURES, finished

from ailab.services.inference.features import Features
from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.predictions import Classification
from ailab.services.results.feature_files import read_run_features
from ailab.services.results.model_identity import RECORDED_HUB, RECORDED_LOCAL, ModelIdentity
from ailab.services.results.result_error import ResultError
from ailab.services.results.run_json import read_record, write_record
from ailab.services.results.run_service import RunService

FEATURES = "image-feature-extraction"
MODEL = ModelIdentity("acme/nuclei", RECORDED_HUB, "a" * 40)


def a_vector(*numbers: float) -> Features:
    return Features(FloatMap.pack(np.array([numbers], np.float32)))


async def a_run(folder: Path, *vectors: tuple[float, ...] | None) -> Path:
    made = (None if each is None else a_vector(*each) for each in vectors)
    return await finished(folder, *made, task=FEATURES)


def neighbours(folder: Path) -> list[list[str]]:
    with (folder / "neighbours.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


async def test_that_each_picture_has_its_nearest_in_a_table(tmp_path: Path) -> None:
    folder = await a_run(tmp_path, (2, 0), (0, 5), (3, 3))
    east, north, between = PICTURES
    assert neighbours(folder) == [
        ["picture", "rank", "neighbour", "similarity"],
        [east, "1", between, "0.707107"],
        [east, "2", north, "0.0"],
        [north, "1", between, "0.707107"],
        [north, "2", east, "0.0"],
        [between, "1", east, "0.707107"],
        [between, "2", north, "0.707107"],
    ]
    # What is saved beside it is as the network gave it.
    with np.load(folder / "features.npz", allow_pickle=False) as saved:
        np.testing.assert_array_equal(saved["features"], [[2, 0], [0, 5], [3, 3]])


@pytest.mark.parametrize("vectors", [((2, 0),), ((2, 0), None), ((2, 0), (0, 0))])
async def test_that_without_two_directions_there_is_no_table(
    tmp_path: Path, vectors: tuple[tuple[float, ...] | None, ...]
) -> None:
    folder = await a_run(tmp_path, *vectors)
    assert (folder / "features.npz").exists()
    assert not (folder / "neighbours.csv").exists()


async def test_that_other_results_have_no_table(tmp_path: Path) -> None:
    folder = await finished(tmp_path, Classification(()), Classification(()))
    assert not (folder / "neighbours.csv").exists()


async def test_that_vectors_are_read_back_and_compared(tmp_path: Path) -> None:
    folder = await a_run(tmp_path, (2, 0), (0, 5), (3, 3))
    saved = await RunService().vectors(str(folder))
    assert (saved.folder, saved.name) == (folder, folder.name)
    assert saved.model == MODEL
    found = saved.features.nearest(a_vector(0, 0.5), 2)
    assert [(each.index, each.picture) for each in found] == [(1, PICTURES[1]), (2, PICTURES[2])]
    assert saved.features.nearest(a_vector(1, 2, 3), 2) == ()
    assert saved.features.nearest(a_vector(0, 0), 2) == ()


async def test_that_vectors_of_a_run_that_was_killed_are_read_from_their_own_files(
    tmp_path: Path,
) -> None:
    folder = await a_run(tmp_path, (2, 0), None, (3, 3))
    (folder / "features.npz").unlink()
    saved = await RunService().vectors(str(folder))
    assert list(saved.features.pictures) == [PICTURES[0], PICTURES[2]]


async def test_that_a_run_without_vectors_says_so(tmp_path: Path) -> None:
    folder = await finished(tmp_path, Classification(()))
    with pytest.raises(ResultError, match="of object-detection has no vectors to compare with"):
        await RunService().vectors(str(folder))


def an_archive(**arrays: Any) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def packed() -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, features=np.zeros((9, 9), "<f4"), pictures=np.array(["a"] * 9))
    return buffer.getvalue()


def a_huge_one() -> bytes:
    """A head that tells of far more numbers than there are."""
    head = io.BytesIO()
    shape = {"descr": "<f4", "fortran_order": False, "shape": (10**9, 10**6)}
    np.lib.format.write_array_header_1_0(head, shape)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("features.npy", head.getvalue())
    return buffer.getvalue()


ROW = np.ones((1, 2), "<f4")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no archive",
        packed(),
        a_huge_one(),
        an_archive(features=ROW),
        an_archive(features=ROW, pictures=np.array(["a", "b"])),
        an_archive(features=ROW, pictures=np.array([1])),
        an_archive(features=ROW.astype("<f8"), pictures=np.array(["a"])),
        an_archive(features=ROW[0], pictures=np.array(["a", "b"])),
        an_archive(features=ROW * np.float32(np.nan), pictures=np.array(["a"])),
        an_archive(features=np.array([[{}]]), pictures=np.array(["a"])),
    ],
)
async def test_that_a_file_of_another_kind_is_told(tmp_path: Path, data: bytes) -> None:
    folder = await a_run(tmp_path, (2, 0), (0, 5))
    (folder / "features.npz").write_bytes(data)
    with pytest.raises(ResultError, match=r"features\.npz of a saved run cannot be read"):
        await RunService().vectors(str(folder))


def test_that_numbers_in_the_order_of_columns_are_read_too(tmp_path: Path) -> None:
    file = tmp_path / "features.npz"
    vectors = np.asfortranarray(np.arange(6, dtype="<f4").reshape(2, 3))
    file.write_bytes(an_archive(features=vectors, pictures=np.array(["a", "b"])))
    pictures, read = read_run_features(file)
    assert pictures == ("a", "b")
    np.testing.assert_array_equal(read, vectors)


def test_that_the_same_files_are_the_same_model_wherever_they_lie() -> None:
    one = ModelIdentity("/a/net.onnx", RECORDED_LOCAL, files=(("net.onnx", "1"), ("net.json", "2")))
    moved = replace(one, model="/b/net.onnx", files=one.files[::-1])
    assert one.is_same(moved)
    assert one.why_not_compared(moved, "run") is None
    changed = replace(one, files=(("net.onnx", "1"), ("net.json", "3")))
    problem = one.why_not_compared(changed, "monday")
    assert problem is not None
    assert problem.message == (
        "The run monday cannot be compared with: "
        "both models are called net, but their files differ."
    )


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (replace(MODEL, model="acme/other"), "its vectors are of acme/other@aaaaaaaaaaaa, and"),
        (replace(MODEL, revision="b" * 40), "of acme/nuclei@bbbbbbbbbbbb, and these of acme/nucl"),
        (replace(MODEL, variant="q8"), "acme/nuclei@aaaaaaaaaaaa (q8), and these of acme/nuclei@a"),
    ],
)
def test_that_another_model_revision_or_weights_are_refused(
    other: ModelIdentity, told: str
) -> None:
    problem = MODEL.why_not_compared(other, "monday")
    assert problem is not None
    assert told in problem.message
    assert "same model, revision and weights" in problem.advice


def test_that_a_model_of_the_hub_is_known_by_its_commit_where_no_files_were_read() -> None:
    assert MODEL.is_same(replace(MODEL, files=(("model.onnx", "1"),)))


async def test_that_names_without_files_cost_no_memory(tmp_path: Path) -> None:
    folder = await a_run(tmp_path, tuple(range(1, 100_001)), (0, 5))
    (folder / "features.npz").unlink()
    record = read_record(folder)
    # Vectors of so many pictures would take 2 GB, were there any.
    names = (record.results[0], record.results[1], *[record.results[0]] * 10, "gone")
    every = (*names, *(f"{number}.json" for number in range(5_000)))
    write_record(folder, replace(record, pictures=every, results=every))
    tracemalloc.start()
    try:
        features = (await RunService().vectors(str(folder))).features
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert features.pictures == every[:1]
    assert most < 2**28


async def test_that_too_little_memory_for_vectors_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = await a_run(tmp_path, (2, 0), (0, 5))
    (folder / "features.npz").unlink()

    def no_room(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("ailab.services.results.feature_files.np.empty", no_room)
    with pytest.raises(ResultError, match="do not fit into the memory") as told:
        await RunService().vectors(str(folder))
    assert told.value.advice.startswith("Close other programs")


def groups(folder: Path) -> list[list[str]]:
    with (folder / "groups.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


async def test_that_alike_pictures_are_grouped_in_a_table(tmp_path: Path) -> None:
    folder = await a_run(tmp_path, (0, 1), (3, 0), (2, 0.02))
    north, east, beside = PICTURES
    heads, *rows = groups(folder)
    assert heads == [
        *("group", "picture", "representative", "similarity"),
        *("pictures", "least_similarity", "alike_from"),
    ]
    assert rows == [
        ["1", east, "1", "1.0", "2", "0.99995", "0.95"],
        ["1", beside, "0", "0.99995", "2", "0.99995", "0.95"],
    ]
    assert north not in str(rows)


async def test_that_the_runs_own_likeness_is_recorded_and_counts(tmp_path: Path) -> None:
    folder = await a_run(tmp_path, (0, 1), (3, 0), (2, 0.02))
    record = replace(read_record(folder), groups_from=0.99999)
    await RunService().sum_up(folder, record)
    assert len(groups(folder)) == 1  # the heading: no two are so alike
    write_record(folder, record)
    assert read_record(folder).groups_from == 0.99999
