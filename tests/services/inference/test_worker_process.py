"""The worker's process over a script that echoes what it is asked."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.inference.model_json import model_from_json
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.inference.sandbox.worker_folder import WorkerFolder
from ailab.services.inference.worker_command import worker_environment
from ailab.services.inference.worker_process import WorkerProcess

ECHO = """
import sys
from ailab.services.inference.worker_messages import Message, read_message, write_message
while (message := read_message(sys.stdin.buffer)) is not None:
    answer = Message({"id": message.body["id"], "result": message.body}, message.parts)
    write_message(sys.stdout.buffer, answer)
"""
MODEL = RunnableModel("nuclei", Path("nuclei.onnx"), "image-classification", ("a", "b"))
OTHER = replace(MODEL, variant="fp16")
PATIENCE = 60


@pytest.fixture
def worker() -> Iterator[WorkerProcess]:
    command = (sys.executable, "-P", "-c", ECHO)
    started = WorkerProcess(command, worker_environment(), WorkerFolder())
    yield started
    started.close(PATIENCE)


def echo(worker: WorkerProcess, model: RunnableModel | None) -> dict[str, Any]:
    _, reply = worker.ask({"do": "echo"}, model)
    told: dict[str, Any] = reply.result(PATIENCE).body["result"]
    return told


def test_that_a_model_is_told_in_full_only_where_another_was_told_before(
    worker: WorkerProcess,
) -> None:
    models = [MODEL, replace(MODEL), None, MODEL, OTHER, MODEL]
    told = [echo(worker, model) for model in models]
    assert "model" not in told[2]
    named = [each["model"] for each in told if "model" in each]
    assert named[1] is named[2] is None
    full = [model_from_json(Fields(named[at])) for at in (0, 3, 4)]
    assert full == [MODEL, OTHER, MODEL]


def test_that_bytes_go_with_a_request(worker: WorkerProcess) -> None:
    _, reply = worker.ask({"do": "echo"}, parts={"file": b"\0\1"})
    assert reply.result(PATIENCE).parts == {"file": b"\0\1"}


def test_that_a_result_comes_read(worker: WorkerProcess) -> None:
    _, reply = worker.ask({"do": "echo"}, read=lambda message: message.body["result"]["do"])
    assert reply.result(PATIENCE).body["result"] == "echo"


def test_that_a_result_that_cannot_be_read_fails_its_own_request_alone(
    worker: WorkerProcess,
) -> None:
    def refuse(_: object) -> object:
        raise BadFieldError("do is missing")

    _, bad = worker.ask({"do": "echo"}, read=refuse)
    assert isinstance(bad.exception(PATIENCE), BadFieldError)
    assert echo(worker, None)["do"] == "echo"
