"""Files that an ONNX file says its tensors are in come along, whatever their names."""

from __future__ import annotations

from pathlib import Path

import filelock
import pytest
from aiohttp import web

from ailab.services.architecture.onnx_external import external_locations
from ailab.services.downloads.blob_locks import BlobLocks
from ailab.services.downloads.download_run import DownloadRun
from ailab.services.downloads.hub_cache import HubCache
from ailab.services.downloads.staged_file import StagedFile
from ailab.services.hub.hub_errors import HubServerError
from download_lab import FOLDER, DownloadLab, lab_with
from loopback_hub import COMMIT, MODEL, git_sha1, sha256
from named_tensors import a_graph, message

GRAPH = "onnx/net.onnx"


FILES = {
    "config.json": b"{}",
    GRAPH: a_graph(
        "onnx__MatMul_7", "./more/bias", "missing", "../others", "../../etc/passwd", "/etc/passwd"
    ),
    "onnx/onnx__MatMul_7": b"weights",
    "onnx/more/bias": b"more weights",
    "onnx/another": b"not wanted",
    "others": b"beyond the graph's folder",
}
NAMED = ["onnx/more/bias", "onnx/onnx__MatMul_7"]


def shown(lab: DownloadLab, snapshot: Path) -> list[str]:
    return [
        path.relative_to(snapshot).as_posix()
        for path in sorted(snapshot.rglob("*"))
        if path.is_file()
    ]


@pytest.mark.parametrize("uses_links", [True, False])
async def test_that_what_a_graph_names_is_brought_with_it(tmp_path: Path, uses_links: bool) -> None:
    async with lab_with(tmp_path, FILES) as lab:
        snapshot = await lab.download(["config.json", GRAPH], uses_links=uses_links)
        assert shown(lab, snapshot) == sorted(["config.json", GRAPH, *NAMED])
        for path in NAMED:
            assert (snapshot / path).read_bytes() == FILES[path]
        assert lab.progress[-1].done == lab.progress[-1].total
        assert not lab.unfinished()


async def test_that_nothing_is_shown_before_all_that_is_named_is_there(tmp_path: Path) -> None:
    async with lab_with(tmp_path, FILES) as lab:
        address = f"/{MODEL}/resolve/{COMMIT}/onnx/more/bias"
        lab.hub.say(address, status=500, text="")
        with pytest.raises(HubServerError):
            await lab.download([GRAPH])
        assert lab.visible() == []
        del lab.hub.answers[address]
        snapshot = await lab.download([GRAPH])
        assert shown(lab, snapshot) == sorted([GRAPH, *NAMED])


async def test_that_a_graph_that_is_there_already_is_asked_too(tmp_path: Path) -> None:
    async with lab_with(tmp_path, FILES) as lab:
        snapshot = await lab.download([GRAPH])
        for path in NAMED:
            (snapshot / path).unlink()
        lab.hub.seen.clear()
        assert await lab.download([GRAPH]) == snapshot
        assert shown(lab, snapshot) == sorted([GRAPH, *NAMED])
        assert not any(GRAPH in path for path in lab.hub.asked("cdn"))


async def test_that_no_second_content_of_a_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows takes what stands behind a colon for one."""
    monkeypatch.setattr("ailab.services.hub.repo_path._IS_WINDOWS", True)
    async with lab_with(
        tmp_path, {GRAPH: a_graph("net.onnx:more"), f"{GRAPH}:more": b"weights"}
    ) as lab:
        assert shown(lab, await lab.download([GRAPH])) == [GRAPH]


async def test_that_names_without_end_are_not_all_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ailab.services.downloads.download_run._MOST_ASKED_FOR", 3)
    lies = a_graph(*(f"lie{number}" for number in range(9)), "there")
    async with lab_with(tmp_path, {GRAPH: lies, "onnx/there": b"weights"}) as lab:
        snapshot = await lab.download([GRAPH])
        assert shown(lab, snapshot) == [GRAPH, "onnx/there"]
        assert len([path for path in lab.hub.asked("hub") if "lie" in path]) == 3


async def test_that_what_was_verified_is_not_hashed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed = 0
    take = StagedFile._take

    def count(file: StagedFile, chunk: bytes) -> None:
        nonlocal hashed
        hashed += len(chunk)
        take(file, chunk)

    monkeypatch.setattr(StagedFile, "_take", count)
    async with lab_with(tmp_path, FILES) as lab:
        await lab.download([GRAPH])
        assert hashed == sum(len(FILES[path]) for path in (GRAPH, *NAMED))


async def test_that_nothing_is_fetched_twice_where_there_are_no_locks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise NotImplementedError

    monkeypatch.setattr(filelock.FileLock, "acquire", refuse)
    async with lab_with(tmp_path, FILES) as lab:
        snapshot = await lab.download([GRAPH])
        assert shown(lab, snapshot) == sorted([GRAPH, *NAMED])
        assert len([path for path in lab.hub.asked("cdn") if GRAPH in path]) == 1
        assert not lab.unfinished()


async def test_that_a_graph_stays_locked_until_its_tensors_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with lab_with(tmp_path, FILES) as lab:
        cache = HubCache(lab.cache, MODEL)
        paths = [cache.lock_path(sha256(FILES[GRAPH])), cache.lock_path(git_sha1(FILES[NAMED[0]]))]
        held: list[Path] = []
        seen: list[list[str]] = []
        release = BlobLocks.release

        async def answer(_: web.Request) -> web.StreamResponse:
            for path in paths:
                with pytest.raises(filelock.Timeout):
                    filelock.FileLock(path).acquire(blocking=False)
                held.append(path)
            return web.Response(body=FILES[NAMED[0]], headers={"X-Repo-Commit": COMMIT})

        def look_and_release(locks: BlobLocks) -> None:
            snapshot = lab.cache / FOLDER / "snapshots" / COMMIT
            seen.append(shown(lab, snapshot))
            release(locks)

        monkeypatch.setattr(BlobLocks, "release", look_and_release)
        lab.hub.answers[f"/{MODEL}/resolve/{COMMIT}/{NAMED[0]}"] = answer
        await lab.download([GRAPH])
        assert held == paths
        assert seen == [sorted([GRAPH, *NAMED])]


async def test_that_whoever_holds_a_graph_does_not_wait_for_its_tensors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another lab may hold these and wait for the graph, and may then put it in its place."""
    clean_up = DownloadRun._clean_up
    async with lab_with(tmp_path, FILES) as lab:
        path = HubCache(lab.cache, MODEL).lock_path(git_sha1(FILES[NAMED[0]]))
        path.parent.mkdir(parents=True)
        other = filelock.FileLock(path, thread_local=False)
        other.acquire()

        def while_unlocked(run: DownloadRun, locks: BlobLocks) -> None:
            clean_up(run, locks)
            for partial in tmp_path.rglob("*.ailab.incomplete"):
                partial.rename(partial.with_name(partial.name.partition(".")[0]))
            other.release()

        monkeypatch.setattr(DownloadRun, "_clean_up", while_unlocked)
        snapshot = await lab.download([GRAPH])
        assert shown(lab, snapshot) == sorted([GRAPH, *NAMED])
        assert len([path for path in lab.hub.asked("cdn") if GRAPH in path]) == 1


async def test_that_tensors_may_have_the_content_of_a_file_that_has_come_before(
    tmp_path: Path,
) -> None:
    files = {"config.json": b"{}", GRAPH: a_graph("twin"), "onnx/twin": b"{}"}
    async with lab_with(tmp_path, files) as lab:
        snapshot = await lab.download(["config.json", GRAPH])
        assert shown(lab, snapshot) == sorted(files)
        assert (snapshot / "onnx" / "twin").read_bytes() == b"{}"


@pytest.mark.parametrize("data", [b"", a_graph("x" * 3000), message(7, message(9, b"12"))])
def test_that_a_graph_may_name_nothing(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(data)
    assert external_locations(tmp_path / "model.onnx") == frozenset()


@pytest.mark.parametrize("where", [(7,), (7, 5, 13)], ids=["of a graph", "of an entry"])
def test_that_a_graph_of_fields_without_end_is_refused(
    where: tuple[int, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ailab.services.architecture.onnx_external._MOST_FIELDS", 1000)
    data = b"\x08\0" * 1001
    for number in reversed(where):
        data = message(number, data)
    (tmp_path / "model.onnx").write_bytes(data)
    with pytest.raises(ValueError, match="more than 1000 fields"):
        external_locations(tmp_path / "model.onnx")


@pytest.mark.parametrize("data", [b"\0", b"\x3a\x09", message(7, message(5, b"\x6a\x09"))])
def test_that_a_file_that_is_no_sound_graph_is_refused(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(data)
    with pytest.raises(ValueError, match=r"message|number"):
        external_locations(tmp_path / "model.onnx")
