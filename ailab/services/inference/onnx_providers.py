"""Execution providers of ONNX Runtime: their options, and why one cannot be used.

In the worker process alone: this imports ONNX Runtime.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
import logging
import sys
from functools import cache
from pathlib import Path
from typing import Any

import onnxruntime
from onnxruntime.capi.onnxruntime_inference_collection import InferenceSession
from onnxruntime.capi.onnxruntime_pybind11_state import (
    ExecutionMode,
    SessionOptions,
    get_available_providers,
)

from ailab.services.inference.device import (
    COREML,
    CPU,
    CUDA,
    DEVICES,
    DIRECTML,
    OPENVINO,
    TENSORRT,
)
from ailab.services.inference.engine_table import ONNX

_log = logging.getLogger(__name__)
_FATAL_ONLY = 4  # what goes wrong here is told by ailab
_LONGEST_REASON = 200

# The same results on every machine are worth more than the last bit of speed: no TF32, no
# half-precision accumulation, no Neural Engine (which reckons in float16).
_OPTIONS: dict[str, dict[str, str]] = {
    CUDA: {"use_tf32": "0", "cudnn_conv_algo_search": "HEURISTIC"},
    COREML: {
        "ModelFormat": "MLProgram",
        "MLComputeUnits": "CPUAndGPU",
        "AllowLowPrecisionAccumulationOnGPU": "0",
    },
}
_FALLBACKS = {TENSORRT: (CUDA,)}
# One node, Identity, on one float: says in a moment whether a provider starts at all.
_SMALLEST = bytes.fromhex(
    "08083a370a100a017812017922084964656e7469747912017a5a0f0a0178120a0a08080112040a020801620f0a01"
    "79120a0a08080112040a02080142040a001011"
)


def available_devices() -> frozenset[str]:
    """Keys of the devices for which this build of ONNX Runtime has a provider."""
    names = set(get_available_providers())
    return frozenset(key for key, each in DEVICES.items() if each.by_engine.get(ONNX) in names)


def provider_name(device: str) -> str:
    """The execution provider of a device."""
    return DEVICES[device].by_engine[ONNX]


def providers(device: str) -> list[tuple[str, dict[str, str]]]:
    """The providers of a session, best first; single nodes may fall to the later ones."""
    keys = dict.fromkeys((device, *_FALLBACKS.get(device, ()), CPU))
    return [(provider_name(key), _options(key)) for key in keys]


def _options(device: str) -> dict[str, str]:
    return _openvino_options() if device == OPENVINO else _OPTIONS.get(device, {})


@cache
def _openvino_options() -> dict[str, str]:
    """Intel's graphics card where there is one; its `AUTO` would leave all to ONNX Runtime."""
    card = {"device_type": "GPU", "precision": "ACCURACY"}
    session = InferenceSession(
        _SMALLEST, _quiet(), providers=[(provider_name(OPENVINO), card)], enable_fallback=0
    )
    is_there = provider_name(OPENVINO) in session.get_providers()
    return card if is_there else {"device_type": "CPU", "precision": "FP32"}


def _quiet() -> SessionOptions:
    options = SessionOptions()
    options.log_severity_level = _FATAL_ONLY
    return options


def fit_options(options: SessionOptions, device: str) -> None:
    """Set what a provider asks of a session's options.

    Source: https://onnxruntime.ai/docs/execution-providers/DirectML-ExecutionProvider.html
    """
    if device == DIRECTML:
        options.enable_mem_pattern = False
        options.execution_mode = ExecutionMode.ORT_SEQUENTIAL


@cache  # neither drivers nor libraries come while a process runs
def why_unusable(device: str) -> str:
    """Why a device's provider does not start here, in a few words; empty where it does.

    ONNX Runtime leaves out some providers without an error and raises for others.
    """
    if device == CPU:
        return ""
    if device in {CUDA, TENSORRT}:
        _find_cuda()
    options = _quiet()
    fit_options(options, device)
    try:
        session = InferenceSession(
            _SMALLEST, options, providers=providers(device), enable_fallback=0
        )
    except Exception as error:  # ONNX Runtime's own errors share no base of their own
        return first_words(error)
    if provider_name(device) in session.get_providers():
        return ""
    return _missing_library(device) or "its libraries or its driver are missing"


def first_words(error: BaseException) -> str:
    """What an error of ONNX Runtime says, without the places in its own source."""
    text = " ".join(str(error).split())
    for mark in ("&) ", "RUNTIME_EXCEPTION : ", "FAIL : "):
        text = text.rpartition(mark)[2]
    return text.rstrip(". ")[:_LONGEST_REASON] or type(error).__name__


def _find_cuda() -> None:
    """Let ONNX Runtime find the CUDA libraries that pip installed beside it."""
    preload: Any = getattr(onnxruntime, "preload_dlls", None)
    if preload is None:
        return
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.suppress(Exception):
        preload()
    if said.getvalue():
        _log.debug("%s", said.getvalue().strip())


def _missing_library(device: str) -> str:
    """What the loader says of a provider's library; empty where it finds no fault with it.

    Only after a session was tried: the library must not be the first of ONNX Runtime's to load.
    """
    ending = {"win32": ".dll", "darwin": ".dylib"}.get(sys.platform, ".so")
    start = "" if sys.platform == "win32" else "lib"
    name = {CUDA: "cuda", TENSORRT: "tensorrt", OPENVINO: "openvino"}.get(device)
    if name is None:
        return ""
    folder = Path(onnxruntime.__file__).parent / "capi"
    try:
        ctypes.CDLL(str(folder / f"{start}onnxruntime_providers_{name}{ending}"))
    except OSError as error:
        return str(error)[:_LONGEST_REASON]
    return ""
