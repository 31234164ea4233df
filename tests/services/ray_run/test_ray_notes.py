"""What a run's machines tell beside results, by a driver that speaks without Ray."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import ailab
from ailab.services.inference.inference_errors import WorkerError
from ailab.services.inference.picture_runner import PictureRunner
from ailab.services.inference.run_place import RunPlace, RunTarget
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.ray_run import ray_runs
from ailab.services.ray_run.ray_runs import RayRuns
from ailab.services.served.server_token import ServerToken

_DRIVER = f"""
import sys
sys.path.insert(0, {str(Path(ailab.__file__).parents[1])!r})
from ailab.services.inference.device_in_use import DeviceInUse, device_to_json
from ailab.services.inference.lab_error_json import error_to_json
from ailab.services.images.picture_error import PictureError
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.picture_result_json import result_to_json
from ailab.services.inference.worker_messages import Message, read_message, write_message

why = device_to_json(DeviceInUse("cpu", "CUDA did not start."))
while (message := read_message(sys.stdin.buffer)) is not None:
    asked, parts = {{"id": message.body["id"], "result": None}}, {{}}
    if message.body["do"] == "predict":
        picture = message.body["picture"]
        if picture.endswith("0.png"):
            damaged = error_to_json(PictureError("It is damaged.", "Leave it out."))
            asked = {{"id": asked["id"], "error": damaged}}
        else:
            result, parts = result_to_json(PictureResult(picture))
            asked |= {{"result": result, "device": why}}
    write_message(sys.stdout.buffer, Message(asked, parts))
    sys.stdout.flush()
"""


def a_runner() -> PictureRunner:
    runs = RayRuns((sys.executable, "-c", _DRIVER), is_installed=lambda: True)
    return runs.runner(RunTarget(RunPlace.RAY))


async def test_that_a_models_own_note_is_told_before_its_run() -> None:
    model = RunnableModel("m", Path("m"), "object-detection", note="It may be wrong.")
    assert (await a_runner().load(model)).note == "It may be wrong."


async def test_that_a_servers_token_goes_to_no_cluster() -> None:
    token = ServerToken("never-shown-1", "https://host")
    model = RunnableModel("yolox", Path("yolox"), "object-detection", token=token)
    with pytest.raises(WorkerError, match="gives to no machines of a cluster") as caught:
        await a_runner().load(model)
    assert "Run it on this computer" in caught.value.advice
    assert "never-shown" not in str(caught.value)


async def test_that_ray_is_said_to_be_up_before_the_first_result() -> None:
    model = RunnableModel("m", Path("m.onnx"), "object-detection")
    told: list[str] = []
    found = a_runner().predict_all(
        *(model, ["1.png", "2.png"]),
        threshold=0.5,
        save_to=None,
        on_ready=lambda: told.append("up"),
    )
    told.extend([result.picture async for result in found])
    assert told == ["up", "1.png", "2.png"]


_SILENT = """
import sys
sys.stdin.buffer.read()
"""


@pytest.mark.parametrize(
    ("place", "words"),
    [("", "Ray on this computer did not"), ("head:1", "The Ray cluster at head:1 did not")],
)
async def test_that_a_ray_that_does_not_come_up_is_not_waited_for_for_ever(
    place: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ray_runs, "_START", 0.01)
    runs = RayRuns((sys.executable, "-c", _SILENT), is_installed=lambda: True)
    model = RunnableModel("m", Path("m.onnx"), "object-detection")
    runner = runs.runner(RunTarget(RunPlace.RAY, place))
    with pytest.raises(WorkerError, match=words):
        await anext(runner.predict_all(model, ["1.png"], threshold=0.5, save_to=None))


async def test_that_a_ray_that_falls_silent_is_not_waited_for_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ray_runs, "MOST", 0.0)
    monkeypatch.setattr(ray_runs, "LONG", 0.01)
    driver = _DRIVER.replace('"do"] == "predict"', '"do"] != "open": continue\n    if False')
    runs = RayRuns((sys.executable, "-c", driver), is_installed=lambda: True)
    model = RunnableModel("m", Path("m.onnx"), "object-detection")
    runner = runs.runner(RunTarget(RunPlace.RAY))
    with pytest.raises(WorkerError, match="Ray gave no result for"):
        await anext(runner.predict_all(model, ["1.png"], threshold=0.5, save_to=None))


async def test_that_a_device_that_was_not_used_is_told_once() -> None:
    runner = a_runner()
    model = RunnableModel("m", Path("m.onnx"), "object-detection", device="cuda")
    found = runner.predict_all(model, ["0.png", "1.png", "2.png"], threshold=0.5, save_to=None)
    notes = [result.notes async for result in found]
    assert notes == [(), ("On Ray: CUDA did not start.",), ()]
