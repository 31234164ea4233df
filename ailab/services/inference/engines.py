"""The engines, by name. Another engine is one more file and one more line here."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from ailab.services.inference.engine import Engine
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.model_layout import ONNX, SERVED, TORCH
from ailab.services.inference.runnable_model import RunnableModel

# Each is imported when it is asked for first: PyTorch takes seconds, and may not be there.
ENGINES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        ONNX: ("ailab.services.inference.onnx_engine", "OnnxEngine"),
        SERVED: ("ailab.services.inference.oip_engine", "OipEngine"),
        TORCH: ("ailab.services.inference.torch_engine", "TorchEngine"),
    }
)


def engine_for(model: RunnableModel) -> Engine:
    """The engine that runs a model.

    To be called in the worker process alone: it imports the engine.

    Raises:
        ModelFileError: the engine is not installed, or its installation is broken.
    """
    module, name = ENGINES[model.engine]
    try:
        engine: Engine = getattr(import_module(module), name)()
    except (ImportError, OSError, RuntimeError) as error:  # a library of its own is missing
        raise ModelFileError(
            f"The engine that runs {model.name} cannot be started.",
            "Install it again, or choose a model for another engine.",
            detail=repr(error),
        ) from error
    return engine
