"""Pictures run by a server, through the worker and its walls."""

from __future__ import annotations

import asyncio
import struct
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from ailab.services.inference.device import SERVER
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.inference_service import InferenceService
from ailab.services.inference.predictions import Detections
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.results.run_service import RunService
from ailab.services.served.served_error import ServerError
from ailab.services.served.served_models import ServedModels
from loopback_served import LoopbackServed
from onnx_files import write_colour_model

INFER = "/v2/models/finder/infer"
NO_RESULTS = (
    b"",
    b"[]",
    b"[" * 100_000,
    b'{"outputs": [{"name": "a", "datatype": "BYTES", "shape": [1], "data": ["x"]}]}',
    b'{"outputs": [{"name": "a", "datatype": "FP32", "shape": [1], "data": ["x"]}]}',
    b'{"outputs": [{"name": "a", "datatype": "FP32", "shape": [2], "data": [1]}]}',
    b'{"outputs": [{"name": "a", "datatype": "FP32", "shape": [2], "data": [1, [2]]}]}',
    b'{"outputs": [{"name": "a", "datatype": "FP32", "shape": [99999, 99999, 99999], "data": []}]}',
    b'{"outputs": [{"name": "a", "datatype": "FP32", "shape": [0, 2147483647, 2147483647],'
    b' "data": []}]}',
    b'{"outputs": [{"name": "a", "datatype": "FP32", "shape": [-1], "data": [1]}]}',
    b'{"outputs": [{"name": "a", "datatype": "FP32", "shape": [1],'
    b' "parameters": {"binary_data_size": 4}}]}',
)


@asynccontextmanager
async def serving(served: ServedModels) -> AsyncIterator[InferenceService]:
    service = InferenceService(served=served.open)
    try:
        yield service
    finally:
        await service.close()


async def found(service: InferenceService, model: RunnableModel, picture: str) -> Detections:
    result = await service.predict(model, picture, threshold=0.5, save_to=None)
    assert isinstance(result.prediction, Detections)
    return result.prediction


@pytest.mark.parametrize(
    ("extensions", "takes_binary", "kinds"),
    [
        (["binary_tensor_data"], True, ["binary", "binary"]),
        (None, True, ["binary", "binary"]),
        (None, False, ["binary", "json", "json"]),
        ([], False, ["json", "json"]),
    ],
)
async def test_that_pictures_are_run_as_the_server_takes_them(
    picture: str,
    server: LoopbackServed,
    described: ServedModels,
    extensions: list[str] | None,
    takes_binary: bool,
    kinds: list[str],
) -> None:
    server.extensions, server.takes_binary = extensions, takes_binary
    async with serving(described) as service:
        model = await service.open(server.model)
        assert (await service.load(model)).device == SERVER
        for _ in range(2):
            (detection,) = (await found(service, model, picture)).items
            assert detection.label == "disc"
            assert detection.box == pytest.approx((36, 0, 60, 32))
    assert server.kinds == kinds


async def test_that_a_worker_with_network_reads_no_models_and_one_with_models_has_no_network(
    picture: str, server: LoopbackServed, described: ServedModels, tmp_path: Path
) -> None:
    colour_model = write_colour_model(tmp_path / "colour.onnx")
    async with serving(described) as service:
        served = await service.open(server.model)
        local = await service.open(str(colour_model))
        pids = []
        for model in (served, local, served, served):
            await service.predict(model, picture, threshold=0.5, save_to=None)
            pids.append(service.worker_pid)
        assert len(set(pids[:3])) == 3
        assert pids[2] == pids[3]


async def test_that_a_refusal_is_told_in_the_servers_words(
    picture: str, server: LoopbackServed, described: ServedModels
) -> None:
    async with serving(described) as service:
        model = await service.open(server.model)
        for status, body, words in (
            (400, b'{"error": "unexpected shape [1]"}', "could not run finder: unexpected shape"),
            (500, b"<html>", "could not run finder"),
            (404, b"{}", "could not run finder"),
            (401, b"{}", "asks for an access token"),
            (503, b'{"error": "queue full"}', "has no room for another picture.* queue full"),
        ):
            server.answers[INFER] = (status, body)
            with pytest.raises(ModelFileError, match=words):
                await found(service, model, picture)


async def test_that_an_answer_that_is_no_result_is_refused_and_the_next_one_taken(
    picture: str, server: LoopbackServed, described: ServedModels
) -> None:
    async with serving(described) as service:
        model = await service.open(server.model)
        for body in NO_RESULTS:
            server.answers[INFER] = (200, body)
            with pytest.raises(ServerError, match="something that is no result"):
                await found(service, model, picture)
        pid = service.worker_pid
        server.answers.clear()
        assert (await found(service, model, picture)).items
        assert service.worker_pid == pid


async def test_that_versions_share_a_sheet_but_not_a_network(
    picture: str, server: LoopbackServed, described: ServedModels
) -> None:
    async with serving(described) as service:
        model = await service.open(server.model)
        await found(service, model, picture)
        other = replace(model, address=f"{server.model}/versions/9", sheet=f"{model.sheet} ")
        with pytest.raises(ModelFileError, match="called finder, version 9"):
            await found(service, other, picture)


async def test_that_lengths_of_json_that_are_none_are_refused(
    picture: str, server: LoopbackServed, described: ServedModels
) -> None:
    async with serving(described) as service:
        model = await service.open(server.model)
        for length in ("-1", "99999999", "x", "٣"):
            name = "Inference-Header-Content-Length"
            server.headers = {name: length.encode().decode("latin-1")}
            server.answers[INFER] = (200, struct.pack("<f", 1.0))
            with pytest.raises(ServerError, match="something that is no result"):
                await found(service, model, picture)


async def test_that_a_run_can_be_stopped_and_the_worker_goes_on(
    picture: str, server: LoopbackServed, described: ServedModels
) -> None:
    async with serving(described) as service:
        model = await service.open(server.model)
        await found(service, model, picture)
        pid = service.worker_pid
        server.held = threading.Event()
        server.arrived.clear()
        running = asyncio.ensure_future(found(service, model, picture))
        await asyncio.to_thread(server.arrived.wait, 30)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        server.held.set()
        assert service.worker_pid == pid
        assert (await found(service, model, picture)).items


async def test_that_a_server_that_went_away_ends_the_run_with_a_sentence(
    picture: str, server: LoopbackServed, described: ServedModels
) -> None:
    async with serving(described) as service:
        model = await service.open(server.model)
        await service.load(model)
        server.close()
        with pytest.raises(ServerError, match=r"No server answers|connection .* broke"):
            await found(service, model, picture)


async def test_that_the_sheet_is_what_a_run_is_known_by(
    server: LoopbackServed, described: ServedModels
) -> None:
    model = described.open(server.model)
    ((name, digest),) = await RunService().fingerprint(model)
    assert name == model.path.name
    assert len(digest) == 64
