"""Deleting and verifying what lies in the cache."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from ailab.services.library.cached_repo import CachedRepo
from ailab.services.library.check_record import CheckRecord
from ailab.services.library.check_summary import Soundness
from ailab.services.library.deletion_plan import Extent
from ailab.services.library.library import CheckProgress
from ailab.services.library.library_error import LibraryError
from ailab.services.library.library_service import LibraryService
from ailab.services.library.loaded_models import LoadedModels

WEIGHTS = bytes(range(256)) * 40
A, B, C = "a" * 40, "b" * 40, "c" * 40


@pytest.fixture
def library(cache: Any, tmp_path: Path) -> LibraryService:
    return LibraryService(cache.folder, CheckRecord(tmp_path / "data" / "verified.json"))


async def the_model(library: LibraryService, model_id: str = "acme/nuclei") -> CachedRepo:
    repo = await library.read_model(model_id)
    assert repo is not None
    return repo


async def verified(library: LibraryService) -> CachedRepo:
    repo = await library.verify("acme/nuclei", lambda _: None)
    assert repo is not None
    return repo


async def test_that_a_cache_that_is_not_there_yet_is_empty(tmp_path: Path) -> None:
    library = LibraryService(tmp_path / "none" / "hub")
    place = await library.place()
    assert (place.folder, place.is_there) == (tmp_path / "none" / "hub", False)
    assert place.free is not None
    assert [some async for some in library.read()] == []
    assert await library.read_model("acme/nuclei") is None


async def test_that_a_file_in_the_place_of_the_cache_is_told(tmp_path: Path) -> None:
    (tmp_path / "hub").write_text("a file")
    with pytest.raises(LibraryError, match="is a file, not a folder"):
        [some async for some in LibraryService(tmp_path / "hub").read()]


async def test_that_many_repositories_come_some_at_a_time(
    cache: Any, library: LibraryService, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        cache.add({"config.json": b"{}"}, repo=f"models--acme--m{number}")
    monkeypatch.setattr("ailab.services.library.library_service._SECONDS_AT_ONCE", 1e-9)
    parts = [some async for some in library.read()]
    assert len(parts) >= 5
    assert sum(parts, ()) == tuple(sorted(sum(parts, ()), key=lambda repo: repo.id))


async def test_that_hard_links_are_counted_once_and_freed_with_the_last_name(
    cache: Any, library: LibraryService, tmp_path: Path
) -> None:
    folder = cache.add({"a.onnx": WEIGHTS}, links=False)
    first = folder / "snapshots" / A / "a.onnx"
    os.link(first, first.with_name("b.onnx"))
    assert (await the_model(library)).size == len(WEIGHTS)
    assert (await library.plan_deletion("acme/nuclei", Extent.REPO)).freed == len(WEIGHTS)
    os.link(first, tmp_path / "elsewhere.onnx")
    plan = await library.plan_deletion("acme/nuclei", Extent.REPO)
    assert plan.freed == 0
    await library.delete(plan)
    assert (tmp_path / "elsewhere.onnx").read_bytes() == WEIGHTS


async def test_that_deleting_a_model_takes_its_leftovers_along_and_nothing_else(
    cache: Any, library: LibraryService
) -> None:
    cache.add({"other.json": b"other"}, repo="models--acme--other", refs=("main",))
    before = cache.everything()
    folder = cache.add({"m.onnx": WEIGHTS}, refs=("main",))
    (folder / "blobs" / "x.incomplete").write_bytes(b"1234")
    (folder / "blobs" / ("d" * 64)).write_bytes(b"56")
    repo = await the_model(library)
    assert (repo.incomplete, repo.unused) == (4, 2)
    plan = await library.plan_deletion("acme/nuclei", Extent.REPO)
    assert plan.freed == len(WEIGHTS) + 6
    assert await library.delete(plan) == plan.freed
    assert cache.everything() == before


async def test_that_deleting_a_revision_keeps_what_others_show(
    cache: Any, library: LibraryService
) -> None:
    cache.add({"config.json": b"{}", "m.onnx": WEIGHTS}, A, refs=("main",))
    before = cache.everything()
    folder = cache.add({"config.json": b"{ }", "m.onnx": WEIGHTS}, B, refs=("dev/new",))
    for note in (folder / "trees" / f"{B}.json", folder / ".no_exist" / B / "x.txt"):
        note.parent.mkdir(parents=True)
        note.write_text("")
    plan = await library.plan_deletion("acme/nuclei", Extent.REVISION, B)
    assert (plan.freed, plan.refs) == (3, ("dev/new",))
    assert await library.delete(plan) == 3
    assert cache.everything() - before == {
        "models--acme--nuclei/trees",
        "models--acme--nuclei/.no_exist",
    }


async def test_that_a_deletion_that_breaks_off_leaves_no_snapshot_without_contents(
    cache: Any, library: LibraryService, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.add({"config.json": b"{}", "m.onnx": WEIGHTS}, A, refs=("main",))
    cache.add({"config.json": b"{ }", "n.onnx": WEIGHTS[::-1]}, B, refs=("dev",))
    plan = await library.plan_deletion("acme/nuclei", Extent.REVISION, B)
    real = Path.unlink

    def fail_at_blobs(path: Path, missing_ok: bool = False) -> None:
        if path.parent.name == "blobs":
            raise OSError(5, "the disk fails")
        real(path, missing_ok)

    with monkeypatch.context() as broken:
        broken.setattr(Path, "unlink", fail_at_blobs)
        with pytest.raises(LibraryError, match="not deleted, or not wholly"):
            await library.delete(plan)
    repo = await the_model(library)
    assert [each.commit for each in repo.revisions] == [A]
    assert repo.faults == ()
    assert repo.unused == len(WEIGHTS) + 3
    await library.delete(await library.plan_deletion("acme/nuclei", Extent.REPO))
    assert cache.everything() == set()


async def test_that_what_is_being_downloaded_is_not_deleted(
    cache: Any, library: LibraryService
) -> None:
    cache.add({"m.onnx": WEIGHTS})
    plan = await library.plan_deletion("acme/nuclei", Extent.REPO)
    path = cache.folder / ".locks" / "models--acme--nuclei" / "x.lock"
    path.parent.mkdir(parents=True)
    with FileLock(path):
        assert (await the_model(library)).is_in_use
        with pytest.raises(LibraryError, match="in use"):
            await library.plan_deletion("acme/nuclei", Extent.REPO)
        with pytest.raises(LibraryError, match="in use"):
            await library.delete(plan)
    assert not (await the_model(library)).is_in_use
    await library.delete(plan)


async def test_that_what_the_lab_has_loaded_is_unloaded_and_deleted(cache: Any) -> None:
    folder = cache.add({"onnx/m.onnx": WEIGHTS})
    there: list[Path] = [folder / "snapshots" / A / "onnx" / "m.onnx"]

    async def unload() -> None:
        assert there.pop().exists()  # first of all, so that no file is held open

    loaded = LoadedModels(lambda: there, unload=unload)
    library = LibraryService(cache.folder, loaded=loaded)
    repo = await the_model(library)
    assert (repo.is_loaded, repo.is_in_use) == (True, False)
    plan = await library.plan_deletion("acme/nuclei", Extent.REPO)
    assert plan.is_loaded
    await library.delete(plan)
    assert there == []
    assert cache.everything() == set()


async def test_that_what_a_run_uses_is_neither_unloaded_nor_deleted(cache: Any) -> None:
    folder = cache.add({"onnx/m.onnx": WEIGHTS})
    path = folder / "snapshots" / A / "onnx" / "m.onnx"
    runs = [False]

    async def unload() -> None:
        raise AssertionError("it is in use")

    library = LibraryService(
        cache.folder, loaded=LoadedModels(lambda: [path], lambda: runs[0], unload)
    )
    plan = await library.plan_deletion("acme/nuclei", Extent.REPO)
    runs[0] = True
    assert (await the_model(library)).is_in_use
    with pytest.raises(LibraryError, match="in use") as refused:
        await library.plan_deletion("acme/nuclei", Extent.REPO)
    assert "cancel the run" in refused.value.advice
    with pytest.raises(LibraryError, match="in use"):
        await library.delete(plan)
    assert path.exists()


async def test_that_a_revision_that_came_meanwhile_is_not_deleted_unseen(
    cache: Any, library: LibraryService
) -> None:
    cache.add({"m.onnx": WEIGHTS}, A)
    plan = await library.plan_deletion("acme/nuclei", Extent.REPO)
    cache.add({"n.onnx": b"new"}, B)
    with pytest.raises(LibraryError, match="changed meanwhile"):
        await library.delete(plan)
    only_old = await library.plan_deletion("acme/nuclei", Extent.REVISION, A)
    await library.delete(only_old)
    assert [each.commit for each in (await the_model(library)).revisions] == [B]
    with pytest.raises(LibraryError, match="not on this disk any more"):
        await library.delete(only_old)


async def test_that_links_out_of_the_cache_are_never_followed(
    cache: Any, library: LibraryService, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious.txt").write_text("precious")
    folder = cache.add({"m.onnx": WEIGHTS}, A)
    (folder / "snapshots" / A / "link.txt").symlink_to(outside / "precious.txt")
    (folder / "snapshots" / A / "folder").symlink_to(outside, target_is_directory=True)
    (folder / "blobs" / ("f" * 64)).symlink_to(outside / "precious.txt")
    repo = await the_model(library)
    assert repo.size == len(WEIGHTS)
    assert "link.txt" in repo.faults[0]
    plan = await library.plan_deletion("acme/nuclei", Extent.REPO)
    assert plan.freed == len(WEIGHTS)
    await library.delete(plan)
    assert not folder.exists()
    shutil.copytree(outside, outside / "snapshots" / A)
    blob = cache.add({"n.onnx": WEIGHTS}, A, repo="models--acme--linked") / "blobs"
    (outside / "big.bin").write_bytes(WEIGHTS)
    (blob / cache.checksum(WEIGHTS)).unlink()
    (blob / cache.checksum(WEIGHTS)).symlink_to(outside / "big.bin")
    plan = await library.plan_deletion("acme/linked", Extent.REPO)
    assert plan.freed == 0
    await library.delete(plan)
    assert (outside / "big.bin").is_file()
    elsewhere = cache.folder / "models--acme--moved"
    elsewhere.symlink_to(outside, target_is_directory=True)
    with pytest.raises(LibraryError, match="lies outside of the cache"):
        await library.plan_deletion("acme/moved", Extent.REPO)
    assert (outside / "precious.txt").read_text() == "precious"


@pytest.mark.skipif(sys.platform == "win32", reason="folders have no such permissions there")
async def test_that_a_read_only_cache_is_listed_and_told_of(
    cache: Any, library: LibraryService, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.add({"m.onnx": WEIGHTS})
    plan = await library.plan_deletion("acme/nuclei", Extent.REPO)
    before = cache.everything()

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(LibraryError, match="the disk does not allow it"):
        await library.delete(plan)
    assert cache.everything() == before
    assert not (await the_model(library)).faults


async def test_that_verifying_names_the_damaged_files_and_is_remembered(
    cache: Any, library: LibraryService, tmp_path: Path
) -> None:
    cache.add({"config.json": b"{}", "m.onnx": WEIGHTS}, A, refs=("main",))
    assert (await the_model(library)).check.soundness is Soundness.UNKNOWN
    before = await the_model(library)
    repo = await verified(library)
    assert (repo.check.soundness, repo.check.sound) == (Soundness.SOUND, 2)
    assert repo.last_used == before.last_used  # verifying is not using
    again = LibraryService(cache.folder, CheckRecord(tmp_path / "data" / "verified.json"))
    assert (await the_model(again)).check.soundness is Soundness.SOUND
    cache.blob(WEIGHTS).write_bytes(b"X" + WEIGHTS[1:])
    os.utime(cache.blob(WEIGHTS), ns=(1, 1))  # changed, so what was found is worth nothing now
    assert (await the_model(again)).check.soundness is Soundness.PARTLY
    repo = await verified(again)
    assert (repo.check.soundness, repo.check.damaged) == (Soundness.DAMAGED, ("m.onnx",))


async def test_that_damaged_files_are_deleted_alone(cache: Any, library: LibraryService) -> None:
    cache.add({"config.json": b"{}", "m.onnx": WEIGHTS}, A, refs=("main",))
    cache.add({"config.json": b"{ }", "m.onnx": WEIGHTS}, B, refs=("dev",))
    cache.add({"config.json": b"{ }", "m.onnx": WEIGHTS[::-1]}, C)
    cache.blob(WEIGHTS).write_bytes(WEIGHTS[:-1])
    assert (await verified(library)).check.damaged == ("m.onnx",)
    plan = await library.plan_deletion("acme/nuclei", Extent.DAMAGED)
    assert (plan.files, plan.freed) == (("m.onnx",), len(WEIGHTS) - 1)
    await library.delete(plan)
    repo = await the_model(library)
    files = {each.commit: [file.path for file in each.files] for each in repo.revisions}
    assert files == {A: ["config.json"], B: ["config.json"], C: ["config.json", "m.onnx"]}
    assert (repo.faults, repo.check.soundness) == ((), Soundness.SOUND)


async def test_that_contents_without_a_checksum_are_not_called_verified(
    cache: Any, library: LibraryService
) -> None:
    cache.add({"config.json": b"{}"}, A)
    cache.add({"m.onnx": WEIGHTS}, A, links=False)
    repo = await verified(library)
    assert (repo.check.soundness, repo.check.unnamed) == (Soundness.PARTLY, 1)


async def test_that_checksums_that_somebody_knows_are_compared_too(
    cache: Any, library: LibraryService
) -> None:
    folder = cache.add({"config.json": b"{}", "m.onnx": WEIGHTS}, A, links=False)
    checksums = {
        f"{A}/config.json": cache.checksum(b"{}"),
        f"{A}/m.onnx": cache.checksum(WEIGHTS),
        f"{A}/other": "no checksum",
    }
    repo = await library.verify("acme/nuclei", lambda _: None, checksums)
    assert repo is not None
    assert (repo.check.soundness, repo.check.unnamed) == (Soundness.SOUND, 0)
    weights = folder / "snapshots" / A / "m.onnx"
    weights.write_bytes(b"X" + WEIGHTS[1:])
    os.utime(weights, ns=(1, 1))
    repo = await library.verify("acme/nuclei", lambda _: None, checksums)
    assert repo is not None
    assert repo.check.damaged == ("m.onnx",)
    await library.delete(await library.plan_deletion("acme/nuclei", Extent.DAMAGED))
    assert not weights.exists()
    assert (await the_model(library)).check.soundness is Soundness.SOUND


async def test_that_a_damaged_record_is_begun_anew(
    cache: Any, library: LibraryService, tmp_path: Path
) -> None:
    cache.add({"m.onnx": WEIGHTS}, A)
    record = tmp_path / "data" / "verified.json"
    record.parent.mkdir()
    for text in (
        "{",
        "[]",
        '{"version": 1, "blobs": {"x": [1, 2, true, 1e400]}}',
        '{"version": 2}',
    ):
        record.write_text(text)
        again = LibraryService(cache.folder, CheckRecord(record))
        assert (await the_model(again)).check.soundness is Soundness.UNKNOWN
    assert (await verified(library)).check.soundness is Soundness.SOUND


async def test_that_verifying_can_be_stopped_and_keeps_what_it_found(
    cache: Any, library: LibraryService, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.add({"a.json": b"{}", "m.onnx": WEIGHTS * 100}, A)
    monkeypatch.setattr("ailab.services.library.blob_check._CHUNK", 4096)
    monkeypatch.setattr("ailab.services.library.repo_check._SECONDS_BETWEEN", 0.0)
    began = asyncio.Event()
    seen: list[CheckProgress] = []

    def tell(progress: CheckProgress) -> None:
        seen.append(progress)
        if progress.file == "m.onnx":
            began.set()

    run = asyncio.ensure_future(library.verify("acme/nuclei", tell))
    await began.wait()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    check = (await the_model(library)).check
    assert check.sound >= 1
    assert seen[0].total == len(WEIGHTS) * 100 + 2
