"""What people call the engines."""

from __future__ import annotations

from ailab.services.inference.engine_table import ENGINES


def engine_name(engine: str) -> str:
    """The name that an engine goes by, such as `ONNX Runtime` for `onnxruntime`."""
    entry = ENGINES.get(engine)
    return engine if entry is None else entry.name
