"""The engines, by name. Another engine is one more file and one more line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from ailab.services.inference.engine import Engine
from ailab.services.inference.onnx_engine import OnnxEngine
from ailab.services.inference.runnable_model import RunnableModel

ENGINES: Mapping[str, Callable[[], Engine]] = MappingProxyType({OnnxEngine.name: OnnxEngine})


def engine_for(model: RunnableModel) -> Engine:
    """The engine that runs a model; so far every model is an ONNX file.

    To be called in the worker process alone: it imports the engines.
    """
    return ENGINES[OnnxEngine.name]()
