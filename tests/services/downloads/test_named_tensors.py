"""Files that an ONNX file says its tensors are in come along, whatever their names."""

from __future__ import annotations

from pathlib import Path

import pytest

from ailab.services.architecture.onnx_external import external_locations
from ailab.services.downloads.blob_locks import BlobLocks
from ailab.services.downloads.download_run import DownloadRun
from ailab.services.hub.hub_errors import HubServerError
from download_lab import DownloadLab, lab_with
from loopback_hub import COMMIT, MODEL

GRAPH = "onnx/net.onnx"


def message(number: int, *parts: bytes) -> bytes:
    """A field that holds bytes, shorter than 16 kB."""
    data = b"".join(parts)
    head = bytes([number * 8 + 2 & 0x7F | 0x80, number * 8 + 2 >> 7])
    return head + bytes([len(data) & 0x7F | 0x80, len(data) >> 7]) + data


def tensor(location: str) -> bytes:
    """The inside of a tensor that lies in another file."""
    entries = (("offset", "0"), ("location", location))
    return b"".join(message(13, message(1, k.encode()), message(2, v.encode())) for k, v in entries)


def a_graph(*names: str) -> bytes:
    """A file whose first tensor is an initializer, and whose others belong to nodes."""
    first, *others = map(tensor, names)
    nodes = [message(1, message(5, message(5, each))) for each in others]
    return message(7, message(5, first), message(5, message(9, b"12345678")), *nodes)


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
    monkeypatch.setattr("ailab.services.hub.repo_path._STREAM", frozenset(":"))
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


async def test_that_another_lab_may_put_a_graph_in_its_place_before_its_tensors_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clean_up = DownloadRun._clean_up

    def while_unlocked(run: DownloadRun, locks: BlobLocks) -> None:
        clean_up(run, locks)
        for partial in tmp_path.rglob("*.ailab.incomplete"):
            partial.rename(partial.with_name(partial.name.partition(".")[0]))

    monkeypatch.setattr(DownloadRun, "_clean_up", while_unlocked)
    async with lab_with(tmp_path, FILES) as lab:
        snapshot = await lab.download([GRAPH])
        assert shown(lab, snapshot) == sorted([GRAPH, *NAMED])


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
