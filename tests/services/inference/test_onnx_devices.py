"""ONNX Runtime on devices that are not here, by builds of it that fail as they do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnxruntime.capi.onnxruntime_inference_collection import InferenceSession
from onnxruntime.capi.onnxruntime_pybind11_state import ExecutionMode, SessionOptions

from ailab.services.inference import onnx_engine, onnx_providers
from ailab.services.inference.device_in_use import DeviceInUse
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.inference_service import InferenceService
from ailab.services.inference.loaded_model import LoadedModel, load_model
from ailab.services.inference.open_model import open_model
from ailab.services.inference.predictions import Classification

NAMES = {
    "cuda": "CUDAExecutionProvider",
    "tensorrt": "TensorrtExecutionProvider",
    "directml": "DmlExecutionProvider",
    "coreml": "CoreMLExecutionProvider",
    "openvino": "OpenVINOExecutionProvider",
    "cpu": "CPUExecutionProvider",
}
# What a build for CUDA without its libraries raises for TensorRT.
NO_TENSORRT = (
    "/src/pybind_state.cc:729 void onnxruntime::python::RegisterPlugins(const ProviderOptions&) "
    "Please install TensorRT libraries"
)


class _Session:
    """A real session on the processor that claims a device, as far as a test lets it."""

    def __init__(
        self, build: _Build, model: Any, options: SessionOptions, names: list[str]
    ) -> None:
        self._session = InferenceSession(model, options, providers=["CPUExecutionProvider"])
        refused = build.left_out if isinstance(model, bytes) else build.left_out_of_models
        self._names = [name for name in names if name not in refused]

    def get_providers(self) -> list[str]:
        return self._names

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)


class _Build:
    """A build of ONNX Runtime with some providers, which fail in the ways that they have.

    Attributes:
        left_out: providers that every session lacks, without an error.
        left_out_of_models: those that a real model's session lacks.
        raised: what a session with a provider raises.
        made: the providers, their options and the session's of each model that was loaded.
    """

    def __init__(self, *devices: str) -> None:
        self.available = [NAMES[device] for device in (*devices, "cpu")]
        self.left_out: set[str] = set()
        self.left_out_of_models: set[str] = set()
        self.raised: dict[str, Exception] = {}
        self.made: list[tuple[list[tuple[str, dict[str, str]]], SessionOptions]] = []

    def session(
        self, model: Any, options: SessionOptions, *, providers: Any, enable_fallback: int
    ) -> _Session:
        assert enable_fallback == 0
        names = [name for name, _ in providers]
        for name in names:
            if name in self.raised:
                raise self.raised[name]
        if isinstance(model, str):
            self.made.append((providers, options))
        return _Session(self, model, options, names)


@pytest.fixture
def build_with(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., _Build]]:
    def make(*devices: str) -> _Build:
        build = _Build(*devices)
        monkeypatch.setattr(onnx_providers, "get_available_providers", lambda: build.available)
        for module in (onnx_providers, onnx_engine):
            monkeypatch.setattr(module, "InferenceSession", build.session)
        return build

    for each in (onnx_providers.why_unusable, onnx_providers._openvino_options):
        each.cache_clear()
    yield make
    for each in (onnx_providers.why_unusable, onnx_providers._openvino_options):
        each.cache_clear()


def load(path: Path, device: str) -> LoadedModel:
    return load_model(replace(open_model(path), device=device))


def test_that_a_device_that_works_is_used_and_nothing_said(
    build_with: Callable[..., _Build], colour_model: Path
) -> None:
    build = build_with("tensorrt", "cuda")
    loaded = load(colour_model, "auto")
    assert loaded.network.device == DeviceInUse("cuda")
    [(providers, _)] = build.made
    assert [name for name, _ in providers] == [NAMES["cuda"], NAMES["cpu"]]
    # Half-precision accumulation would change results.
    assert providers[0][1]["use_tf32"] == "0"
    prediction = loaded.predict(np.full((8, 8, 3), (255, 0, 0), np.uint8)).prediction
    assert isinstance(prediction, Classification)
    assert prediction.scores[0].label == "red"


def test_that_a_device_whose_libraries_are_missing_is_passed_over_with_the_reason(
    build_with: Callable[..., _Build], colour_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build = build_with("cuda")
    build.left_out = {NAMES["cuda"]}
    monkeypatch.setattr(onnx_providers, "_missing_library", lambda _: "libcudnn.so.9: not found")
    placed = load(colour_model, "auto").network.device
    assert placed == DeviceInUse("cpu", "CUDA could not be used: libcudnn.so.9: not found.")
    assert [name for name, _ in build.made[-1][0]] == [NAMES["cpu"]]
    assert len(build.made) == 1  # the model itself was loaded once


def test_that_each_device_that_fails_is_named_before_the_next_is_tried(
    build_with: Callable[..., _Build], colour_model: Path
) -> None:
    build = build_with("tensorrt", "cuda")
    build.raised = {NAMES["tensorrt"]: RuntimeError(NO_TENSORRT)}
    placed = load(colour_model, "tensorrt").network.device
    said = "TensorRT could not be used: Please install TensorRT libraries."
    assert placed == DeviceInUse("cuda", said)


@pytest.mark.parametrize("is_raised", [True, False])
def test_that_a_model_that_a_device_does_not_take_runs_on_the_processor(
    build_with: Callable[..., _Build], colour_model: Path, is_raised: bool
) -> None:
    build = build_with("cuda")
    assert onnx_providers.why_unusable("cuda") == ""
    if is_raised:
        build.raised = {NAMES["cuda"]: RuntimeError("FAIL : CUDA failure 2: out of memory")}
        reason = "CUDA failure 2: out of memory"
    else:
        build.left_out_of_models = {NAMES["cuda"]}
        reason = "it did not take the model"
    placed = load(colour_model, "auto").network.device
    assert placed == DeviceInUse("cpu", f"CUDA could not be used: {reason}.")


def test_that_a_bad_file_is_told_as_such_whatever_the_device(
    build_with: Callable[..., _Build], colour_model: Path
) -> None:
    build_with("cuda")
    model = replace(open_model(colour_model), device="cuda")
    colour_model.write_bytes(colour_model.read_bytes()[:-20])
    with pytest.raises(ModelFileError, match="damaged"):
        load_model(model)


def test_that_a_chosen_device_that_the_build_lacks_is_told(
    build_with: Callable[..., _Build], colour_model: Path
) -> None:
    build_with()
    placed = load(colour_model, "cuda").network.device
    assert placed.device == "cpu"
    assert placed.note.startswith("The installed ONNX Runtime (")
    assert placed.note.endswith(" has no CUDA.")
    assert load(colour_model, "auto").network.device == DeviceInUse("cpu")


def test_that_directml_gets_the_session_that_it_asks_for(
    build_with: Callable[..., _Build], colour_model: Path
) -> None:
    build = build_with("directml")
    assert load(colour_model, "directml").network.device == DeviceInUse("directml")
    [(_, options)] = build.made
    assert not options.enable_mem_pattern
    assert options.execution_mode == ExecutionMode.ORT_SEQUENTIAL


def test_that_coreml_keeps_float32(build_with: Callable[..., _Build], colour_model: Path) -> None:
    build = build_with("coreml")
    assert load(colour_model, "auto").network.device == DeviceInUse("cpu")
    assert load(colour_model, "coreml").network.device == DeviceInUse("coreml")
    name, options = build.made[-1][0][0]
    assert (name, options["ModelFormat"]) == (NAMES["coreml"], "MLProgram")
    assert options["MLComputeUnits"] == "CPUAndGPU"


@pytest.mark.parametrize(("has_card", "expected"), [(True, "GPU"), (False, "CPU")])
def test_that_openvino_takes_intels_card_where_there_is_one(
    build_with: Callable[..., _Build],
    colour_model: Path,
    monkeypatch: pytest.MonkeyPatch,
    has_card: bool,
    expected: str,
) -> None:
    build = build_with("openvino")
    plain = build.session

    def session(model: Any, options: SessionOptions, *, providers: Any, **rest: int) -> _Session:
        wants_card = providers[0][1].get("device_type") == "GPU"
        build.left_out = {NAMES["openvino"]} if wants_card and not has_card else set()
        return plain(model, options, providers=providers, enable_fallback=rest["enable_fallback"])

    for module in (onnx_providers, onnx_engine):
        monkeypatch.setattr(module, "InferenceSession", session)
    assert load(colour_model, "auto").network.device == DeviceInUse("openvino")
    assert build.made[-1][0][0][1]["device_type"] == expected


async def test_that_the_worker_tells_what_it_runs_on(
    colour_model: Path, green_picture: str, caplog: pytest.LogCaptureFixture
) -> None:
    service = InferenceService(device="openvino")
    try:
        model = await service.open(str(colour_model))
        assert model.device == "openvino"
        placed = await service.load(model)
        if placed.device == "cpu":  # the build that ailab asks for
            assert "has no OpenVINO" in placed.note
            assert placed.note in caplog.text
        service.choose_device("cpu")
        again = await service.open(str(colour_model))
        assert await service.load(again) == DeviceInUse("cpu")
        result = await service.predict(again, str(green_picture), threshold=0.5, save_to=None)
        assert isinstance(result.prediction, Classification)
    finally:
        await service.close()
