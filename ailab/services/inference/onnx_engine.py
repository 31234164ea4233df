"""ONNX Runtime, on the processor or on what speeds it up."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any

from onnxruntime import __version__ as runtime_version
from onnxruntime.capi.onnxruntime_inference_collection import InferenceSession
from onnxruntime.capi.onnxruntime_pybind11_state import GraphOptimizationLevel, SessionOptions

from ailab.services.inference.device import AUTO, CPU, candidates, device_name, own_device
from ailab.services.inference.device_in_use import DeviceInUse
from ailab.services.inference.engine_table import ONNX
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.network import MODEL
from ailab.services.inference.network_threads import network_threads
from ailab.services.inference.onnx_file import check_onnx_file, no_onnx_file
from ailab.services.inference.onnx_network import OnnxNetwork
from ailab.services.inference.onnx_precision import weights_precision
from ailab.services.inference.onnx_providers import (
    available_devices,
    first_words,
    fit_options,
    provider_name,
    providers,
    why_unusable,
)
from ailab.services.inference.out_of_memory import is_out_of_memory
from ailab.services.inference.spinning import spinning

if TYPE_CHECKING:
    from pathlib import Path

    from ailab.services.inference.model_description import ModelDescription

_ERRORS_ONLY = 3
_log = logging.getLogger(__name__)
_AGAIN = "Download it again, or choose another variant of the model."
_OPTIMIZING_FAILS = ("during initialization", "Failed to find kernel")
# A fusion of 1.24 to 1.26 fails over most files in half precision
# (https://github.com/microsoft/onnxruntime/issues/29153); others make nodes that a processor has no
# kernel for (issue 32186 there).
_FAILING_FUSION = "SimplifiedLayerNormFusion"


class OnnxEngine:
    """Runs `.onnx` files; loads no custom operators, and no data from outside their folder.

    ONNX Runtime itself refuses external data that is named by an absolute path or lies outside
    the model's folder, links such as the Hub's cache makes followed. It does so rightly from
    1.24.4 on: 1.23 reads any file, 1.24.1 refuses the cache's links.
    """

    name = "onnxruntime"

    def load(self, description: ModelDescription, device: str = AUTO) -> OnnxNetwork:
        """Load a model's weights; see `Engine.load`."""
        parts = dict(description.parts or ((MODEL, description.weights),))
        for weights in parts.values():
            check_onnx_file(weights)
        precision = weights_precision(parts.values())
        available = available_devices()
        notes = [] if device == AUTO else _not_available(device, available)
        *preferred, _ = candidates(ONNX, device, available)
        for key in preferred:
            try:
                placed = DeviceInUse(key, " ".join(notes), precision)
                return OnnxNetwork(_sessions_on(key, parts), placed)
            except _UnusableError as error:
                _log.warning("%s cannot be used: %s", device_name(key), error)
                notes.append(f"{device_name(key)} could not be used: {error}.")
        cores = network_threads()
        on_threads = partial(_sessions, parts, CPU)
        device_in_use = DeviceInUse(CPU, " ".join(notes), precision)
        started = perf_counter()
        sessions = on_threads(cores)
        return OnnxNetwork(sessions, device_in_use, cores, on_threads, perf_counter() - started)


class _UnusableError(Exception):
    """A device does not take a model; says why, without a full stop."""


def _not_available(device: str, available: frozenset[str]) -> list[str]:
    own = own_device(ONNX, device)
    if own in available:
        return []
    return [f"The installed ONNX Runtime ({runtime_version}) has no {device_name(device)}."]


def _sessions_on(device: str, parts: Mapping[str, Path]) -> dict[str, InferenceSession]:
    """Sessions of all parts on a device that is not the processor.

    Raises:
        _UnusableError: it does not start, or refuses the model.
    """
    if reason := why_unusable(device):
        raise _UnusableError(reason)
    try:
        sessions = _sessions(parts, device, network_threads())
    except (ModelFileError, MemoryError) as error:
        raise _UnusableError(first_words(error.__cause__ or error)) from error
    if not all(provider_name(device) in each.get_providers() for each in sessions.values()):
        raise _UnusableError("it did not take the model")
    return sessions


def _sessions(parts: Mapping[str, Path], device: str, threads: int) -> dict[str, InferenceSession]:
    return {part: _session(weights, device, threads) for part, weights in parts.items()}


def _session(weights: Path, device: str, threads: int) -> InferenceSession:
    """A session over a file, optimized less where ONNX Runtime's own optimizing fails over it."""
    failures: list[Exception] = []
    for level, left_out in (
        (GraphOptimizationLevel.ORT_ENABLE_ALL, ()),
        (GraphOptimizationLevel.ORT_ENABLE_ALL, (_FAILING_FUSION,)),
        (GraphOptimizationLevel.ORT_ENABLE_BASIC, ()),
    ):
        options = _options(device, threads)
        options.graph_optimization_level = level
        without: dict[str, Any] = {"disabled_optimizers": list(left_out)} if left_out else {}
        try:
            # Its own way of falling back writes to the standard output and tells nobody.
            return InferenceSession(
                str(weights), options, providers=providers(device), enable_fallback=0, **without
            )
        except Exception as error:  # ONNX Runtime's own errors share no base of their own
            if is_out_of_memory(error):
                raise MemoryError(str(error)) from error
            failures.append(error)
            if not any(mark in str(error) for mark in _OPTIMIZING_FAILS):
                break
            _log.warning("ONNX Runtime cannot make a session of %s: %s", weights.name, error)
    raise _failed_load(weights, failures[0]) from failures[0]


def _options(device: str, threads: int) -> SessionOptions:
    options = SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    for key, value in spinning(runtime_version).items():
        options.add_session_config_entry(key, value)
    fit_options(options, device)
    return options


def _failed_load(weights: Path, error: Exception) -> ModelFileError:
    name, said = weights.name, str(error)
    if "xternal data" in said:
        message = f"{name} keeps its weights in another file, which is missing, damaged or not "
        return ModelFileError(message + "in the model's own folder.", _AGAIN, detail=said)
    if "is not a registered function/op" in said:
        return ModelFileError(
            f"{name} needs operators of its maker's own, and ailab loads no libraries of these: "
            "they are programs.",
            "Choose another model, or another variant of this one.",
            detail=said,
        )
    if "get index by a name" in said:
        return ModelFileError(
            f"The installed ONNX Runtime ({runtime_version}) fails over {name}.",
            "Update ONNX Runtime, or choose another variant of the model.",
            detail=said,
        )
    if "NOT_IMPLEMENTED" in said or "Unsupported model IR" in said or "opset" in said:
        return ModelFileError(
            f"{name} needs operators that the installed ONNX Runtime "
            f"({runtime_version}) does not have.",
            "Update ONNX Runtime, or choose another variant of the model.",
            detail=said,
        )
    if "outer scope value" in said or ("Type Error" in said and "float16" in said):
        return ModelFileError(
            f"{name} was brought to half precision in a way that ONNX Runtime does not accept.",
            "Choose another variant of the model.",
            detail=said,
        )
    if "initializer" in said:
        message = f"{name}, or the file beside it with its weights, is damaged or incomplete."
        return ModelFileError(message, _AGAIN, detail=said)
    return no_onnx_file(weights, said)
