"""What the window knows of the models that its worker keeps, and when they are let go."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from worker_lab import best, serving

from ailab.services.inference import worker_client
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.inference_service import InferenceService
from ailab.services.inference.worker_process import WorkerProcess
from fakes import until


def a_copy(model: Path, name: str) -> Path:
    for path in (model, model.with_suffix(".ailab.json")):
        path.with_name(path.name.replace("colour", name)).write_bytes(path.read_bytes())
    return model.with_name(f"{name}.onnx")


async def test_that_the_window_tells_of_every_model_that_is_kept(
    colour_model: Path, green_picture: str
) -> None:
    other = a_copy(colour_model, "other")
    async with serving() as service:
        assert service.loaded == ()
        for path in (colour_model, other, colour_model):
            await best(service, path, green_picture)
        assert set(service.loaded) == {colour_model, other}


async def test_that_a_model_that_cannot_be_loaded_is_not_told_of(
    colour_model: Path, green_picture: str
) -> None:
    broken = a_copy(colour_model, "broken")
    broken.write_bytes(broken.read_bytes()[:40])
    async with serving() as service:
        await best(service, colour_model, green_picture)
        with pytest.raises(ModelFileError):
            await best(service, broken, green_picture)
        assert service.loaded == (colour_model,)


async def test_that_what_is_to_be_known_of_a_model_is_told_of_its_run(colour_model: Path) -> None:
    async with serving() as service:
        model = replace(await service.open(str(colour_model)), note="It may be wrong.")
        assert (await service.load(model)).note == "It may be wrong."
        assert service.placed.note == "It may be wrong."


async def test_that_an_idle_worker_ends_and_the_next_picture_starts_another(
    colour_model: Path, green_picture: str
) -> None:
    service = InferenceService(idle_limit=0.0)
    try:
        for _ in range(2):
            assert await best(service, colour_model, green_picture) == "green"
            await until(lambda: service.worker_pid is None)
            assert service.loaded == ()
    finally:
        await service.close()


async def test_that_a_model_that_is_not_used_is_let_go_and_the_others_stay(
    colour_model: Path, green_picture: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    monkeypatch.setattr(worker_client, "monotonic", lambda: now)
    other = a_copy(colour_model, "other")
    async with serving() as service:
        await best(service, colour_model, green_picture)
        now = 200.0
        await best(service, other, green_picture)
        pid, now = service.worker_pid, 301.0
        await service._client._let_go()
        assert (service.loaded, service.worker_pid) == ((other,), pid)
        await best(service, other, green_picture)
        assert service.loaded == (other,)  # the worker says so too
        now = 700.0
        await service._client._let_go()
        assert service.worker_pid is None
        assert not service.loaded


async def test_that_closing_waits_for_an_idle_worker_that_is_just_ending(
    colour_model: Path, green_picture: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, ended = threading.Event(), threading.Event()
    end = WorkerProcess.close

    def slowly(worker: WorkerProcess, grace: float) -> None:
        gate.wait()
        end(worker, grace)
        ended.set()

    monkeypatch.setattr(WorkerProcess, "close", slowly)
    service = InferenceService(idle_limit=0.0)
    await best(service, colour_model, green_picture)
    await until(lambda: service.worker_pid is None)
    closing = asyncio.ensure_future(service.close())
    await until(lambda: service._client._resting is None or service._client._resting.done())
    assert not closing.done()
    gate.set()
    await closing
    assert ended.is_set()


async def test_that_closing_ends_the_waiting_for_idleness(
    colour_model: Path, green_picture: str
) -> None:
    service = InferenceService(idle_limit=3600.0)
    await best(service, colour_model, green_picture)
    timer = service._client._timer
    assert timer is not None
    assert not timer.cancelled()
    await service.close()
    assert timer.cancelled()
