"""What lies at a path, read without loading weights."""

from __future__ import annotations

from pathlib import Path

from ailab.services.inference.runnable_model import RunnableModel


def open_model(
    path: Path, *, model_id: str | None = None, revision: str | None = None
) -> RunnableModel:
    """Read what an `.onnx` file or a folder in Hugging Face layout says of itself.

    Raises:
        ModelFileError: nothing runnable there; says what is missing.
    """
    raise NotImplementedError
