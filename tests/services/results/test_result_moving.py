"""Results' files on their way from a worker's folder into a run's."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from ailab.services.inference.sandbox.worker_folder import WorkerFolder
from ailab.services.results.result_error import ResultError
from ailab.services.results.result_files import ResultFiles


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """A worker's place and a run's folder."""
    place, run = tmp_path / "place", tmp_path / "run"
    place.mkdir()
    run.mkdir()
    return place, run


def made(place: Path, *names: str) -> list[str]:
    for name in names:
        (place / name).write_text(name)
    return [str(place / name) for name in names]


@pytest.mark.parametrize("is_another_disk", [False, True])
def test_that_files_are_moved_the_json_last_and_in_their_order(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, is_another_disk: bool
) -> None:
    place, run = folders
    if is_another_disk:
        monkeypatch.setattr("ailab.services.results.result_files._is_same_disk", lambda *_: False)
    files = made(place, "a.json", "a.mask.png", "a.annotated.jpg")
    found = ResultFiles().bring(files, place, run, "a")
    assert found == tuple(str(run / Path(file).name) for file in files)
    assert {path.name: path.read_text() for path in run.iterdir()} == {
        name: name for name in ("a.json", "a.mask.png", "a.annotated.jpg")
    }
    assert is_another_disk or not list(place.iterdir())


@pytest.mark.parametrize(
    "file",
    ["run.json", "b.json", "../run.json", "a.exe", ".bashrc", "a.json/../x", "a.json.part"],
)
def test_that_a_worker_brings_no_other_files_into_a_run(
    folders: tuple[Path, Path], file: str
) -> None:
    place, run = folders
    (run / "run.json").write_text("the record")
    files = [*made(place, "a.mask.png"), str(place / file)]
    (place / Path(file).name).write_text("{}")
    with pytest.raises(ResultError, match="belongs to no result"):
        ResultFiles().bring(files, place, run, "a")
    assert [path.name for path in run.iterdir()] == ["run.json"]
    assert (run / "run.json").read_text() == "the record"


def test_that_a_link_of_a_worker_is_not_followed(folders: tuple[Path, Path]) -> None:
    place, run = folders
    secret = place.parent / "secret"
    secret.write_text("secret")
    try:
        (place / "a.json").symlink_to(secret)
    except OSError:
        pytest.skip("this system makes no links")
    with pytest.raises(ResultError):
        ResultFiles().bring([str(place / "a.json")], place, run, "a")
    assert not list(run.iterdir())


def test_that_a_folder_that_is_gone_leaves_nothing_and_is_told(folders: tuple[Path, Path]) -> None:
    place, run = folders
    run.rmdir()
    with pytest.raises(ResultError, match="not there any more"):
        ResultFiles().bring(made(place, "a.json"), place, run, "a")


def test_that_pictures_of_the_same_name_under_way_get_names_of_their_own(
    folders: tuple[Path, Path],
) -> None:
    _, run = folders
    (run / "a.json").touch()
    files = ResultFiles()
    with files.name(run, "x/a.png") as first, files.name(run, "y/a.tif") as second:
        assert {first, second} == {"a (2)", "a (3)"}
        with files.name(run.parent, "a.png") as elsewhere:
            assert elsewhere == "a"
    with files.name(run, "a.png") as again:
        assert again == "a (2)"
    with files.name(run, "run.png") as record:
        assert record != "run"


@pytest.mark.parametrize("other", ["y/A.tif", "y/e\u0301.tif"])
def test_that_names_under_way_differ_on_systems_that_take_them_for_one(
    folders: tuple[Path, Path], other: str
) -> None:
    files = ResultFiles()
    first = "x/a.png" if other == "y/A.tif" else "x/\u00e9.png"
    with files.name(folders[1], first), files.name(folders[1], other) as second:
        assert second.endswith(" (2)")


def test_that_a_workers_folder_waits_for_what_is_carried_out_of_it() -> None:
    folder = WorkerFolder()
    with folder.place() as place:
        (place / "a.json").touch()
        removing = threading.Thread(target=folder.remove)
        removing.start()
        assert (place / "a.json").exists()
    removing.join()
    assert not folder.path.exists()
    assert not os.path.exists(place)  # noqa: PTH110 - after its removal
