"""Memory that the window and its worker share."""

from __future__ import annotations

import asyncio
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from onnx import helper
from worker_lab import best

from ailab.services.inference import worker_start
from ailab.services.inference.inference_service import InferenceService
from ailab.services.inference.predictions import Segmentation
from ailab.services.inference.result_rooms import ResultRooms
from ailab.services.inference.shared_block import inherited_block, make_block
from ailab.services.inference.worker_messages import (
    FrameError,
    Message,
    read_message,
    write_message,
)

ALL_LARGE = [
    sys.executable,
    "-c",
    "from ailab.services.inference import worker, worker_loop\n"
    "worker_loop._LARGE = 1\nworker.main()",
]


def test_that_what_is_written_at_one_end_is_read_at_the_other() -> None:
    block = make_block(1000)
    other = inherited_block(["--else", *block.arguments()])
    assert other is not None
    other.write(10, b"result")
    assert block.read(10, 6) == b"result"
    assert inherited_block(["--else"]) is None
    block.close()


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone seals a file's size")
def test_that_no_side_makes_it_longer_or_shorter() -> None:
    block = make_block(1000)
    (descriptor,) = block.inherited
    for size in (0, 2000):
        with pytest.raises(PermissionError):
            os.ftruncate(descriptor, size)
    with pytest.raises(PermissionError):
        block.write(999, b"ab")
    assert not os.get_inheritable(descriptor)  # a worker alone gets it
    block.close()


def test_that_each_request_has_a_room_of_its_own_until_its_answer_is_read() -> None:
    rooms = ResultRooms(make_block(400))
    taken = [rooms.take(request) for request in range(4)]
    assert sorted(room for room in taken if room) == [(0, 100), (100, 100), (200, 100), (300, 100)]
    assert rooms.take(4) is None
    rooms.give_back(2)
    rooms.give_back(2)
    rooms.give_back(77)
    assert rooms.take(5) == taken[2]
    assert rooms.take(6) is None
    rooms.block.close()


def test_that_a_part_in_shared_memory_is_not_in_the_frame() -> None:
    block = make_block(100)
    stream = io.BytesIO()

    def put(data: bytes) -> int | None:
        if len(data) < 5:
            return None
        block.write(7, data)
        return 7

    message = Message({"id": 1}, {"small": b"abc", "large": b"0123456789"})
    write_message(stream, message, put)
    assert b"0123456789" not in stream.getvalue()
    stream.seek(0)
    assert read_message(stream, block.read) == message
    stream.seek(0)
    with pytest.raises(FrameError, match="nowhere"):
        read_message(stream)
    block.close()


@pytest.mark.parametrize("place", [-1, 95, 10**9])
def test_that_a_part_beyond_the_block_is_refused(place: int) -> None:
    rooms = ResultRooms(make_block(100))
    stream = io.BytesIO()
    write_message(stream, Message({}, {"large": b"0123456789"}), lambda _: place)
    stream.seek(0)
    with pytest.raises(FrameError, match="nowhere"):
        read_message(stream, rooms.read)
    rooms.block.close()


@pytest.mark.parametrize("has_block", [True, False])
async def test_that_large_results_come_whole_with_and_without_shared_memory(
    tmp_path: Path,
    green_picture: str,
    save_model: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    has_block: bool,
) -> None:
    read: list[int] = []
    own = ResultRooms.read

    def spied(self: ResultRooms, offset: int, size: int) -> bytes:
        read.append(size)
        return own(self, offset, size)

    def none(_: int) -> object:
        raise OSError("this system has none")

    monkeypatch.setattr(ResultRooms, "read", spied)
    if not has_block:
        monkeypatch.setattr(worker_start, "make_block", none)
    nodes = [helper.make_node("Identity", ["pixels"], ["scores"])]
    path = save_model(
        tmp_path / "map.onnx",
        nodes,
        [1, 3, 8, 8],
        task="image-segmentation",
        decoder={"name": "label-map"},
    )
    service = InferenceService(command=ALL_LARGE)
    try:
        model = await service.open(str(path))
        found = service.predict_all(model, [green_picture] * 9, threshold=0.5, save_to=None)
        results = [result.prediction async for result in found]
    finally:
        await service.close()
    assert len(results) == 9
    for prediction in results:
        assert isinstance(prediction, Segmentation)
        assert set(prediction.label_map.unpack()) == {1}
    assert bool(read) is has_block


@pytest.mark.skipif(sys.platform != "linux", reason="Linux shows open descriptors")
async def test_that_ended_workers_leave_no_shared_memory_behind(
    colour_model: Path, green_picture: str
) -> None:
    def blocks() -> int:
        held = 0
        for entry in Path("/proc/self/fd").iterdir():
            try:
                held += "ailab-results" in str(entry.readlink())
            except OSError:
                continue  # closed meanwhile
        return held

    before = blocks()
    service = InferenceService()
    assert await best(service, colour_model, green_picture) == "green"
    assert blocks() == before + 1
    worker = service._client._worker
    assert worker is not None
    assert worker._process is not None
    worker._process.kill()
    await asyncio.to_thread(worker._thread.join)  # it reaps the process
    assert await best(service, colour_model, green_picture) == "green"
    assert blocks() == before + 1
    await service.close()
    assert blocks() == before
