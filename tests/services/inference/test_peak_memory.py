"""How much memory a run takes, as the worker sees it itself."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from ailab.services.inference import peak_memory as module
from ailab.services.inference.inference_service import InferenceService
from ailab.services.inference.peak_memory import PeakMemory

BLOCK = 150_000_000


def test_that_memory_that_was_given_back_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    watch, looked = PeakMemory(), threading.Event()
    look = watch._look

    def look_and_tell() -> None:
        look()
        if watch.bytes > before + BLOCK // 2:
            looked.set()

    with watch:
        watch._look()
        before = watch.bytes
        monkeypatch.setattr(watch, "_look", look_and_tell)
        block = bytearray(BLOCK)
        block[::4096] = b"x" * len(block[::4096])  # every page is really there
        assert looked.wait(30)
        del block
    assert watch.bytes > before + BLOCK // 2


def test_that_one_thread_looks_for_all() -> None:
    watch = PeakMemory()
    with watch:
        thread = watch._thread
        with watch:
            assert watch._thread is thread
    with watch:
        assert watch._thread is thread


def test_that_the_thread_ends_when_nobody_is_left_and_another_takes_its_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_IDLE", 0.01)
    watch = PeakMemory()
    with watch:
        first = watch._thread
    assert first is not None
    first.join(30)
    assert not first.is_alive()
    with watch:
        assert watch._thread not in {first, None}


def _copy(model: Path) -> Path:
    for path in (model, model.with_suffix(".ailab.json")):
        path.with_name(path.name.replace("colour", "other")).write_bytes(path.read_bytes())
    return model.with_name("other.onnx")


async def test_that_the_worker_tells_its_memory_for_its_first_model_alone(
    colour_model: Path, green_picture: str
) -> None:
    service = InferenceService()
    try:
        first = await service.open(str(colour_model))
        told = [
            (await service.predict(first, green_picture, threshold=0.5, save_to=None)).memory
            for _ in range(2)
        ]
        assert told[0] is not None
        assert told[1] is not None
        assert 20_000_000 < told[0] <= told[1] < 2_000_000_000
        second = await service.open(str(_copy(colour_model)))
        # What the engine keeps of the first would be counted as the second's.
        result = await service.predict(second, green_picture, threshold=0.5, save_to=None)
        assert result.memory is None
    finally:
        await service.close()
