"""An engine, brought when it is asked for first: PyTorch takes seconds, and may not be there."""

from __future__ import annotations

from importlib import import_module

from ailab.services.inference.engine import Engine
from ailab.services.inference.engine_table import ENGINES
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.runnable_model import RunnableModel


def engine_for(model: RunnableModel) -> Engine:
    """The engine that runs a model.

    To be called in the worker process alone: it imports the engine.

    Raises:
        ModelFileError: the engine is not installed, or its installation is broken.
    """
    entry = ENGINES[model.engine]
    try:
        engine: Engine = getattr(import_module(entry.module), entry.class_name)()
    except (ImportError, OSError, RuntimeError) as error:  # a library of its own is missing
        raise ModelFileError(
            f"The engine that runs {model.name} cannot be started.",
            "Install it again, or choose a model for another engine.",
            detail=repr(error),
        ) from error
    return engine
