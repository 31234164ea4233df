"""What is told of a model on this disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from ailab.services.compatibility.device_forecast import DeviceForecast
from ailab.services.inference.runnable_model import RunnableModel
from ailab.viewmodels.local_status import local_status
from ailab.viewmodels.served_status import described


def test_that_what_is_to_be_known_of_a_model_stands_in_its_status() -> None:
    model = RunnableModel("a", Path("a"), "image-classification", note="It may be wrong.")
    unused = DeviceForecast("cpu", "ONNX Runtime", why_not="No card is used.")
    assert local_status(model, unused, is_file=False).advice == "No card is used. It may be wrong."


@pytest.mark.parametrize(
    ("task", "labels", "words"),
    [
        ("image-classification", ("cat", "dog"), "Image Classification, 2 classes"),
        ("image-classification", ("cat",), "Image Classification, 1 class"),
        ("visual-question-answering", ("yes", "no"), "Visual Question Answering, 2 answers"),
        ("keypoint-detection", ("nose", "left eye"), "Keypoint Detection, 2 points"),
        ("depth-estimation", (), "Depth Estimation"),
    ],
)
def test_that_what_a_model_tells_apart_is_called_by_its_name(
    task: str, labels: tuple[str, ...], words: str
) -> None:
    assert described(RunnableModel("a", Path("a"), task, labels)) == words
