"""Which devices are tried, in which order."""

from __future__ import annotations

from pathlib import Path

import pytest

from ailab.services.inference import installed_devices as installed
from ailab.services.inference.device import AUTO, CHOICES, candidates, device_name, own_device
from ailab.services.inference.engine_table import ONNX, TORCH
from ailab.services.inference.installed_devices import installed_devices

ALL = frozenset(CHOICES) - {AUTO}


@pytest.mark.parametrize(
    ("engine", "choice", "there", "expected"),
    [
        (ONNX, AUTO, {"cpu"}, ("cpu",)),
        (ONNX, AUTO, {"cpu", "cuda", "tensorrt"}, ("cuda", "cpu")),
        (ONNX, AUTO, {"cpu", "coreml"}, ("cpu",)),
        (ONNX, AUTO, {"cpu", "openvino"}, ("openvino", "cpu")),
        (ONNX, "of a newer ailab", {"cpu", "directml"}, ("directml", "cpu")),
        (ONNX, "cpu", ALL, ("cpu",)),
        (ONNX, "tensorrt", ALL, ("tensorrt", "cuda", "cpu")),
        (ONNX, "mps", ALL, ("coreml", "cpu")),
        (ONNX, "cuda", {"cpu"}, ("cpu",)),
        (TORCH, AUTO, {"cpu", "cuda", "mps"}, ("cuda", "cpu")),
        (TORCH, AUTO, {"cpu", "mps"}, ("cpu",)),
        (TORCH, "tensorrt", ALL, ("cuda", "cpu")),
        (TORCH, "coreml", ALL, ("mps", "cpu")),
        (TORCH, "openvino", ALL, ("cpu",)),
    ],
)
def test_that_a_choice_leads_to_devices_that_end_with_the_processor(
    engine: str, choice: str, there: set[str], expected: tuple[str, ...]
) -> None:
    assert candidates(engine, choice, there) == expected


def test_that_an_engine_that_cannot_follow_a_choice_says_so() -> None:
    assert own_device(TORCH, "directml") is None
    assert own_device(TORCH, AUTO) is None
    assert own_device(ONNX, "mps") == "coreml"
    assert device_name("directml") == "DirectML"


@pytest.mark.parametrize(
    ("engine", "system", "files", "expected"),
    [
        (ONNX, "linux", ["libonnxruntime_providers_shared.so"], {"cpu"}),
        (ONNX, "linux", ["libonnxruntime_providers_cuda.so"], {"cpu", "cuda"}),
        (
            ONNX,
            "win32",
            ["onnxruntime_providers_cuda.dll", "onnxruntime_providers_tensorrt.dll"],
            {"cpu", "cuda", "tensorrt"},
        ),
        (ONNX, "win32", ["DirectML.dll"], {"cpu", "directml"}),
        (ONNX, "linux", ["libonnxruntime_providers_openvino.so"], {"cpu", "openvino"}),
        (ONNX, "darwin", ["libonnxruntime.dylib"], {"cpu", "coreml"}),
        (TORCH, "linux", ["libtorch_cpu.so"], {"cpu"}),
        (TORCH, "linux", ["libtorch_cuda.so"], {"cpu", "cuda"}),
        (TORCH, "darwin", ["libtorch_cpu.dylib"], {"cpu", "mps"}),
    ],
)
def test_that_a_builds_files_tell_what_it_runs_on(
    monkeypatch: pytest.MonkeyPatch, engine: str, system: str, files: list[str], expected: set[str]
) -> None:
    installed_devices.cache_clear()
    monkeypatch.setattr(installed, "_files", lambda *_: files)
    monkeypatch.setattr("sys.platform", system)
    monkeypatch.setattr("platform.machine", lambda: "arm64")
    try:
        assert installed_devices(engine) == expected
    finally:
        installed_devices.cache_clear()


def test_that_a_package_that_is_not_there_leaves_the_processor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(_: str) -> Path:
        raise ValueError("__spec__ is None")

    monkeypatch.setattr(installed, "find_spec", broken)
    installed_devices.cache_clear()
    try:
        assert installed_devices(TORCH) == {"cpu"}
    finally:
        installed_devices.cache_clear()
