"""What people call the engines."""

from __future__ import annotations

from ailab.services.inference.model_layout import ONNX, SERVED, TORCH

_NAMES = {ONNX: "ONNX Runtime", SERVED: "Open Inference Protocol", TORCH: "PyTorch"}


def engine_name(engine: str) -> str:
    """The name that an engine goes by, such as `ONNX Runtime` for `onnxruntime`."""
    return _NAMES.get(engine, engine)
