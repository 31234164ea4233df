"""ONNX Runtime on the CPU."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from onnxruntime import __version__ as runtime_version
from onnxruntime.capi.onnxruntime_inference_collection import InferenceSession
from onnxruntime.capi.onnxruntime_pybind11_state import SessionOptions

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.network import MODEL
from ailab.services.inference.onnx_file import check_onnx_file, no_onnx_file
from ailab.services.inference.onnx_network import OnnxNetwork
from ailab.services.inference.out_of_memory import is_out_of_memory

if TYPE_CHECKING:
    from pathlib import Path

    from ailab.services.inference.model_description import ModelDescription

_ERRORS_ONLY = 3
_AGAIN = "Download it again, or choose another variant of the model."


class OnnxEngine:
    """Runs `.onnx` files; loads no custom operators, and no data from outside their folder.

    ONNX Runtime itself refuses external data that is named by an absolute path or lies outside
    the model's folder, links such as the Hub's cache makes followed. It does so rightly from
    1.24.4 on: 1.23 reads any file, 1.24.1 refuses the cache's links.
    """

    name = "onnxruntime"

    def load(self, description: ModelDescription) -> OnnxNetwork:
        """Load a model's weights; see `Engine.load`."""
        parts = description.parts or ((MODEL, description.weights),)
        return OnnxNetwork({part: _session(weights) for part, weights in parts})


def _session(weights: Path) -> InferenceSession:
    options = SessionOptions()
    options.intra_op_num_threads = max(1, (os.cpu_count() or 1) - 1)
    options.inter_op_num_threads = 1
    options.log_severity_level = _ERRORS_ONLY
    # Spinning threads slow both sides down several times over beside another busy process.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    check_onnx_file(weights)
    try:
        return InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's own errors share no base of their own
        if is_out_of_memory(error):
            raise MemoryError(str(error)) from error
        raise _failed_load(weights, error) from error


def _failed_load(weights: Path, error: Exception) -> ModelFileError:
    name, said = weights.name, str(error)
    if "xternal data" in said:
        message = f"{name} keeps its weights in another file, which is missing, damaged or not "
        return ModelFileError(message + "in the model's own folder.", _AGAIN, detail=said)
    if "NOT_IMPLEMENTED" in said or "Unsupported model IR" in said or "opset" in said:
        return ModelFileError(
            f"{name} needs operators that the installed ONNX Runtime "
            f"({runtime_version}) does not have.",
            "Update ONNX Runtime, or choose another variant of the model.",
            detail=said,
        )
    if "initializer" in said:
        message = f"{name}, or the file beside it with its weights, is damaged or incomplete."
        return ModelFileError(message, _AGAIN, detail=said)
    return no_onnx_file(weights, said)
