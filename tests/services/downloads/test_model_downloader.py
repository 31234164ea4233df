"""Models brought from the Hub into the cache, and what is left where that fails."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import threading
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import filelock
import huggingface_hub
import pytest
from aiohttp import web

from ailab.services.downloads.download_error import DownloadError
from ailab.services.downloads.hub_cache import HubCache
from ailab.services.downloads.model_downloader import ModelDownloader
from ailab.services.downloads.staged_file import StagedFile
from ailab.services.hub.hub_errors import (
    FileNotFoundOnHubError,
    HubFormatError,
    HubOfflineError,
)
from ailab.services.hub.model_info import ModelDetails, ModelInfo, RepoFile
from ailab.services.library.check_record import CheckRecord
from ailab.services.library.check_summary import Soundness
from ailab.services.library.library_service import LibraryService
from download_lab import FILES, FOLDER, WEIGHTS, lab_with
from loopback_hub import COMMIT, MODEL, git_sha1, sha256


async def test_that_huggingface_hub_reads_what_was_downloaded(tmp_path: Path) -> None:
    async with lab_with(tmp_path) as lab:
        snapshot = await lab.download()
        assert snapshot == lab.cache / FOLDER / "snapshots" / COMMIT
        await asyncio.to_thread(lab.check_by_huggingface_hub, snapshot, tuple(FILES))
        assert (lab.cache / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172")
        assert (lab.cache / FOLDER / "refs" / "main").read_text() == COMMIT
        if os.name == "nt":
            return  # where links need rights, there may be no blobs
        blobs = {path.name for path in (lab.cache / FOLDER / "blobs").iterdir()}
        small = {git_sha1(FILES[path]) for path in FILES if not path.endswith(".onnx")}
        assert blobs == {sha256(WEIGHTS), *small}


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
async def test_that_links_are_relative_so_that_the_cache_may_be_moved(tmp_path: Path) -> None:
    async with lab_with(tmp_path) as lab:
        snapshot = await lab.download()
        assert (snapshot / "config.json").readlink().parts[:3] == ("..", "..", "blobs")
        moved = lab.cache.rename(tmp_path / "moved")
        assert (moved / FOLDER / "snapshots" / COMMIT / "onnx/model.onnx").read_bytes() == WEIGHTS


@pytest.mark.parametrize("how", ["asked", "environment", "refused"])
async def test_that_a_cache_without_links_holds_the_files_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    files = {**FILES, "copy.json": FILES["config.json"]}
    async with lab_with(tmp_path, files) as lab:
        if how == "environment":
            monkeypatch.setenv("HF_HUB_DISABLE_SYMLINKS", "1")
        if how == "refused":

            def refuse(*_: object) -> None:
                raise OSError(errno.EPERM, "a required privilege is not held by the client")

            monkeypatch.setattr(Path, "symlink_to", refuse)
        snapshot = await lab.download(tuple(files), uses_links=how != "asked")
        assert not any(path.is_symlink() for path in snapshot.rglob("*"))
        assert not (lab.cache / FOLDER / "blobs").exists()
        for path, data in files.items():
            assert (snapshot / path).read_bytes() == data
        found = await asyncio.to_thread(
            huggingface_hub.snapshot_download, MODEL, cache_dir=lab.cache, local_files_only=True
        )
        assert Path(found) == snapshot
        assert huggingface_hub.scan_cache_dir(lab.cache).warnings == []


@pytest.mark.parametrize("uses_links", [True, False])
async def test_that_what_is_there_is_not_fetched_again(tmp_path: Path, uses_links: bool) -> None:
    async with lab_with(tmp_path) as lab:
        first = await lab.download(["config.json"], uses_links=uses_links)
        lab.hub.seen.clear()
        assert await lab.download(uses_links=uses_links) == first
        assert not any("config.json" in path for path in lab.hub.asked())
        lab.hub.seen.clear()
        assert await lab.download(uses_links=uses_links) == first
        assert lab.hub.asked() == []
        assert lab.progress[-1].done == lab.progress[-1].total == sum(map(len, FILES.values()))


async def test_that_a_file_of_another_size_is_fetched_again(tmp_path: Path) -> None:
    async with lab_with(tmp_path) as lab:
        snapshot = await lab.download()
        (snapshot / "onnx/model.onnx").write_bytes(WEIGHTS[:1000])
        await lab.download()
        assert (snapshot / "onnx/model.onnx").read_bytes() == WEIGHTS
        await asyncio.to_thread(lab.check_by_huggingface_hub, snapshot, tuple(FILES))


async def test_that_the_same_content_is_fetched_once(tmp_path: Path) -> None:
    files = {"a.onnx": WEIGHTS, "b.onnx": WEIGHTS}
    async with lab_with(tmp_path, files) as lab:
        snapshot = await lab.download(["a.onnx", "b.onnx", "a.onnx"])
        assert len(lab.hub.asked("cdn")) == 1
        await asyncio.to_thread(lab.check_by_huggingface_hub, snapshot, ["a.onnx", "b.onnx"])


async def test_that_a_read_only_cache_that_holds_all_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with lab_with(tmp_path) as lab:
        snapshot = await lab.download()

        def refuse(*_: object) -> None:
            raise PermissionError(errno.EROFS, "read-only file system")

        monkeypatch.setattr(HubCache, "prepare", refuse)
        monkeypatch.setattr(HubCache, "set_ref", refuse)
        assert await lab.download() == snapshot


async def test_that_a_branch_or_tag_is_remembered_by_its_own_name(tmp_path: Path) -> None:
    async with lab_with(tmp_path) as lab:
        await lab.download(revision="refs/pr/1")
        refs = lab.cache / FOLDER / "refs"
        assert (refs / "refs" / "pr" / "1").read_text() == COMMIT
        assert not (refs / "main").exists()
        await lab.download(revision=COMMIT)
        assert not (refs / COMMIT).exists()


async def test_that_details_without_commit_sizes_or_checksums_do(tmp_path: Path) -> None:
    async with lab_with(tmp_path) as lab:
        bare = ModelDetails(ModelInfo("1", MODEL))
        snapshot = await lab.download(details=bare)
        await asyncio.to_thread(lab.check_by_huggingface_hub, snapshot, tuple(FILES))
        assert lab.progress[0].total is None
        assert lab.progress[-1].total == lab.progress[-1].done == sum(map(len, FILES.values()))
        lab.hub.seen.clear()
        await lab.download(details=bare)
        assert (snapshot / "onnx/model.onnx").read_bytes() == WEIGHTS


async def test_that_progress_goes_up_to_the_total(tmp_path: Path) -> None:
    async with lab_with(tmp_path) as lab:
        await lab.download()
        total = sum(map(len, FILES.values()))
        done = [progress.done for progress in lab.progress]
        assert done == sorted(done)
        assert done[0] == 0
        assert done[-1] == total
        assert {progress.total for progress in lab.progress} == {total}
        assert lab.progress[-1].speed > 0


async def test_that_a_cancelled_download_goes_on_where_it_stopped(tmp_path: Path) -> None:
    async with lab_with(tmp_path) as lab:
        begun = asyncio.Event()
        released = asyncio.Event()

        async def stall(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse(headers={"Content-Length": str(len(WEIGHTS))})
            await response.prepare(request)
            await response.write(WEIGHTS[: 2**20 + 1])
            begun.set()
            await released.wait()
            return response

        lab.hub.storage = stall
        run = asyncio.ensure_future(lab.download())
        await begun.wait()
        await lab.until(lambda: lab.partial.exists() and lab.partial.stat().st_size > 0)
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
        released.set()
        assert lab.visible() == []
        report = await asyncio.to_thread(huggingface_hub.scan_cache_dir, lab.cache)
        assert report.warnings == []
        assert lab.partial.name in {file.file_path.name for file in report.incomplete_files}
        arrived = lab.partial.stat().st_size
        lab.hub.storage = None
        snapshot = await lab.download()
        assert lab.ranges()[-1] == f"bytes={arrived}-"
        await asyncio.to_thread(lab.check_by_huggingface_hub, snapshot, tuple(FILES))


@pytest.mark.parametrize("turns", [*range(0, 60, 3), 100, 200, 400])
async def test_that_cancelling_at_any_moment_leaves_all_or_nothing(
    tmp_path: Path, turns: int
) -> None:
    files = {"config.json": b"{}", "m.onnx": b"x" * 1000}
    async with lab_with(tmp_path, files) as lab:
        details = await lab.service.get_model_info(MODEL)
        run = asyncio.ensure_future(lab.download(tuple(files), details=details))
        for _ in range(turns):
            await asyncio.sleep(0)
        run.cancel()
        await asyncio.wait({run})
        snapshot = lab.cache / FOLDER / "snapshots" / COMMIT
        if lab.visible():
            await asyncio.to_thread(lab.check_by_huggingface_hub, snapshot, tuple(files))
        else:
            assert run.cancelled()
            if lab.cache.exists():
                assert huggingface_hub.scan_cache_dir(lab.cache).warnings == []
            await lab.download(tuple(files), details=details)
            await asyncio.to_thread(lab.check_by_huggingface_hub, snapshot, tuple(files))


@pytest.mark.parametrize("path", ["onnx/model.onnx", "config.json"])
async def test_that_content_with_a_wrong_checksum_is_never_seen(tmp_path: Path, path: str) -> None:
    async with lab_with(tmp_path) as lab:
        details = await lab.service.get_model_info(MODEL)
        lab.hub.files[path] = bytes(len(FILES[path]))
        with pytest.raises(DownloadError, match="arrived damaged") as caught:
            await lab.download(details=details)
        assert path in caught.value.message
        assert MODEL in caught.value.message
        assert "Try again" in caught.value.advice
        assert lab.visible() == []
        is_large = path in lab.hub.large
        damaged = sha256(WEIGHTS) if is_large else git_sha1(FILES[path])
        assert not any(name.startswith(damaged) for name in lab.unfinished())


async def test_that_a_failure_leaves_what_was_there_before(tmp_path: Path) -> None:
    async with lab_with(tmp_path) as lab:
        snapshot = await lab.download(["config.json"])
        before = lab.visible()
        details = await lab.service.get_model_info(MODEL)
        lab.hub.files["onnx/model.onnx"] = bytes(len(WEIGHTS))
        with pytest.raises(DownloadError):
            await lab.download(details=details)
        assert lab.visible() == before
        await lab.downloader().discard(details)
        await asyncio.to_thread(lab.check_by_huggingface_hub, snapshot, ["config.json"])


async def test_that_a_file_that_is_not_on_the_hub_is_named(tmp_path: Path) -> None:
    async with lab_with(tmp_path) as lab:
        with pytest.raises(FileNotFoundOnHubError, match=r"onnx/no\.onnx"):
            await lab.download(["config.json", "onnx/no.onnx"])
        assert lab.visible() == []


async def test_that_a_hub_that_is_gone_is_offline(tmp_path: Path) -> None:
    async with lab_with(tmp_path) as lab:
        details = await lab.service.get_model_info(MODEL)
        await lab.hub._hub.close()
        with pytest.raises(HubOfflineError):
            await lab.download(details=details)
        assert lab.visible() == []


@pytest.mark.parametrize("missing", ["X-Repo-Commit", "ETag"])
async def test_that_a_file_that_cannot_be_verified_is_refused(tmp_path: Path, missing: str) -> None:
    async with lab_with(tmp_path) as lab:
        headers = {"X-Repo-Commit": COMMIT, "ETag": f'"{git_sha1(b"{}")}"'}
        del headers[missing]
        lab.hub.say(f"/{MODEL}/resolve/main/config.json", text=b"{}", headers=headers)
        with pytest.raises(HubFormatError, match=r"checksum|commit"):
            await lab.download(["config.json"], details=ModelDetails(ModelInfo("1", MODEL)))
        assert lab.visible() == []


@pytest.mark.parametrize(
    ("number", "message", "advice"),
    [
        (errno.ENOSPC, "became full", "Free some space"),
        (errno.EROFS, "cannot be written", "Make the folder writable"),
        (errno.EACCES, "cannot be written", "HF_HUB_CACHE"),
        (errno.EIO, "failed", "Check the folder and its disk"),
    ],
)
@pytest.mark.parametrize(
    "moment",
    [
        "write",
        pytest.param(
            "link", marks=pytest.mark.skipif(os.name == "nt", reason="there may be no links")
        ),
    ],
)
async def test_that_a_failing_disk_is_named_and_nothing_shown(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    message: str,
    advice: str,
    moment: str,
) -> None:
    real_write, real_link = StagedFile.write, HubCache._link

    def write(self: StagedFile, chunk: bytes) -> None:
        if len(chunk) > 2**20:
            raise OSError(number, os.strerror(number))
        real_write(self, chunk)

    def link(self: HubCache, blob: Path, pointer: Path) -> None:
        if "deep" in pointer.parts:
            raise OSError(number, os.strerror(number))
        real_link(self, blob, pointer)

    if moment == "write":
        monkeypatch.setattr(StagedFile, "write", write)
    else:
        monkeypatch.setattr(HubCache, "_link", link)
    async with lab_with(tmp_path) as lab:
        with pytest.raises(DownloadError, match=message) as caught:
            await lab.download()
        assert advice in caught.value.advice
        assert str(lab.cache) in caught.value.message
        assert lab.visible() == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
async def test_that_a_really_full_disk_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = StagedFile.open

    def open_full(self: StagedFile) -> None:
        real(self)
        if len(self.checksum) == 64:
            self.close()
            self._file = Path("/dev/full").open("wb", buffering=0)  # noqa: SIM115 - it closes it

    monkeypatch.setattr(StagedFile, "open", open_full)
    monkeypatch.setattr(StagedFile, "take_up", lambda _: False)
    async with lab_with(tmp_path) as lab:
        with pytest.raises(DownloadError, match="became full"):
            await lab.download()
        assert lab.visible() == []


async def test_that_a_full_disk_is_said_before_the_download(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, 2_000_000))
    async with lab_with(tmp_path) as lab:
        with pytest.raises(DownloadError, match=r"needs 3\.1 MB, but only 2\.0 MB are free"):
            await lab.download()
        assert lab.hub.asked("cdn") == []
        assert not lab.cache.exists()
        await lab.download(["config.json"])


async def test_that_a_cache_that_is_no_folder_is_named(tmp_path: Path) -> None:
    async with lab_with(tmp_path) as lab:
        lab.cache.write_text("a file")
        with pytest.raises(DownloadError, match="cannot be downloaded") as caught:
            await lab.download()
        assert "HF_HUB_CACHE" in caught.value.advice


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a/../../x", "..\\x", "C:/x", ""])
async def test_that_a_path_that_leaves_the_folder_is_refused(tmp_path: Path, path: str) -> None:
    async with lab_with(tmp_path) as lab:
        details = replace(await lab.service.get_model_info(MODEL), files=(RepoFile(path, 1),))
        with pytest.raises(DownloadError, match="not safe"):
            await lab.download([path], details=details)
        assert not lab.cache.exists()


async def test_that_names_that_leave_the_cache_are_refused(tmp_path: Path) -> None:
    async with lab_with(tmp_path) as lab:
        good = await lab.service.get_model_info(MODEL)
        for bad in (
            replace(good, info=replace(good.info, id="../..")),
            replace(good, revision="../../x"),
            replace(good, ref="../../x"),
        ):
            with pytest.raises(DownloadError, match="not safe"):
                await lab.download(details=bad)
        with pytest.raises(DownloadError, match="No file"):
            await lab.download([], details=good)
        assert not lab.cache.exists()


async def test_that_a_file_another_program_is_fetching_is_waited_for(tmp_path: Path) -> None:
    async with lab_with(tmp_path) as lab:
        details = await lab.service.get_model_info(MODEL)
        cache = HubCache(lab.cache, MODEL)
        checksum = git_sha1(FILES["config.json"])
        path = cache.lock_path(checksum)
        path.parent.mkdir(parents=True)
        lock = filelock.FileLock(path)
        lock.acquire()
        run = asyncio.ensure_future(lab.download(["config.json"], details=details))
        await lab.until_there(f"{FOLDER}/snapshots")  # made last
        assert not run.done()
        blob = lab.cache / FOLDER / "blobs" / checksum
        blob.write_bytes(FILES["config.json"])  # the other one is done
        lock.release()
        snapshot = await run
        assert (snapshot / "config.json").read_bytes() == FILES["config.json"]
        assert not any("resolve" in path for path in lab.hub.asked())


async def test_that_waiting_for_another_program_can_be_cancelled(tmp_path: Path) -> None:
    async with lab_with(tmp_path) as lab:
        details = await lab.service.get_model_info(MODEL)
        path = HubCache(lab.cache, MODEL).lock_path(git_sha1(FILES["config.json"]))
        path.parent.mkdir(parents=True)
        with filelock.FileLock(path):
            run = asyncio.ensure_future(lab.download(["config.json"], details=details))
            await lab.until_there(f"{FOLDER}/snapshots")  # made last
            run.cancel()
            with pytest.raises(asyncio.CancelledError):
                await run
        assert lab.visible() == []


async def test_that_two_downloads_of_one_model_do_not_disturb_each_other(tmp_path: Path) -> None:
    async with lab_with(tmp_path) as lab:
        first, second = await asyncio.gather(lab.download(), lab.download())
        assert first == second
        assert len(lab.hub.asked("cdn")) == 1
        await asyncio.to_thread(lab.check_by_huggingface_hub, first, tuple(FILES))


async def test_that_the_loop_turns_while_a_file_is_hashed_and_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loops_thread = threading.get_ident()
    real = StagedFile.write

    def write(self: StagedFile, chunk: bytes) -> None:
        assert threading.get_ident() != loops_thread
        real(self, chunk)

    monkeypatch.setattr(StagedFile, "write", write)
    async with lab_with(tmp_path) as lab:
        await lab.download()


async def test_that_the_lab_knows_what_is_on_the_disk_already(tmp_path: Path) -> None:
    async with lab_with(tmp_path) as lab:
        details = await lab.service.get_model_info(MODEL)
        downloader = ModelDownloader(lab.service, lab.cache)
        assert not await downloader.holds(details, tuple(FILES))
        await lab.download(["config.json"], details=details)
        assert await downloader.holds(details, ["config.json"])
        assert not await downloader.holds(details, tuple(FILES))
        assert not await downloader.holds(details, ["../config.json"])


async def test_that_the_lab_finds_what_it_kept_without_asking_the_hub(tmp_path: Path) -> None:
    async with lab_with(tmp_path) as lab:
        downloader = ModelDownloader(lab.service, lab.cache)
        assert await downloader.kept(MODEL, None) is None
        snapshot = await lab.download(["config.json"])
        asked = len(lab.hub.asked())
        for revision in (None, "main", snapshot.name):
            kept = await downloader.kept(MODEL, revision)
            assert kept is not None
            assert (kept.folder, kept.revision) == (snapshot, snapshot.name)
        for revision in ("other", "../main", "0" * 40):
            assert await downloader.kept(MODEL, revision) is None
        assert len(lab.hub.asked()) == asked


@pytest.mark.parametrize("uses_links", [True, False])
async def test_that_what_is_downloaded_counts_as_verified(uses_links: bool, tmp_path: Path) -> None:
    async with lab_with(tmp_path) as lab:
        record = CheckRecord(tmp_path / "verified.json")
        downloader = ModelDownloader(
            lab.service, lab.cache, uses_links=uses_links, on_verified=record.add_sound
        )
        details = await lab.service.get_model_info(MODEL)
        await downloader.download(details, tuple(FILES), lambda _: None)
        repo = await LibraryService(lab.cache, CheckRecord(tmp_path / "verified.json")).read_model(
            MODEL
        )
        assert repo is not None
        assert repo.check.soundness is Soundness.SOUND
        assert repo.check.sound == len(FILES)


async def test_that_a_model_that_was_not_looked_up_is_downloaded_by_its_branch(
    tmp_path: Path,
) -> None:
    async with lab_with(tmp_path) as lab:
        downloader, wanted = lab.downloader(), ("config.json",)
        named = ModelDetails(ModelInfo(MODEL, MODEL))
        assert not await downloader.holds(named, wanted)
        snapshot = await downloader.download(named, wanted, lab.progress.append)
        assert snapshot == lab.cache / FOLDER / "snapshots" / COMMIT
        assert (snapshot / "config.json").read_bytes() == FILES["config.json"]
        assert await downloader.holds(named, wanted)
        assert not await downloader.holds(named, ("onnx/model.onnx",))
        assert not await downloader.holds(replace(named, ref="other"), wanted)
        (lab.cache / FOLDER / "refs" / "main").write_text("../../elsewhere")
        assert not await downloader.holds(named, wanted)
