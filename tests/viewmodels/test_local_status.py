"""What is told of a model on this disk."""

from __future__ import annotations

from pathlib import Path

from ailab.services.compatibility.device_forecast import DeviceForecast
from ailab.services.inference.runnable_model import RunnableModel
from ailab.viewmodels.local_status import local_status


def test_that_what_is_to_be_known_of_a_model_stands_in_its_status() -> None:
    model = RunnableModel("a", Path("a"), "image-classification", note="It may be wrong.")
    unused = DeviceForecast("cpu", "ONNX Runtime", why_not="No card is used.")
    assert local_status(model, unused, is_file=False).advice == "No card is used. It may be wrong."
