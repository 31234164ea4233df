"""Strangers' files that mean harm, tried on a real worker within its limits."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from onnx import ModelProto

from ailab.services.inference.inference_errors import ModelFileError, WorkerError
from ailab.services.inference.inference_service import InferenceService
from ailab.services.inference.predictions import Classification
from ailab.services.lab_error import LabError

SHEET: dict[str, Any] = {
    "format": 1,
    "task": "image-classification",
    "input": {"width": 8, "height": 8},
    "decoder": {"name": "class-scores"},
}
MEMORY = 3 * 2**29
_TECHNICAL = re.compile(r"mistake in ailab|Traceback|Error\b|0x[0-9a-f]{4}|std::|\bnull\b|\bNone\b")


@asynccontextmanager
async def guarded(time_limit: float = 20.0) -> AsyncIterator[InferenceService]:
    """A worker with less memory and patience than usual."""
    service = InferenceService(memory_limit=MEMORY, time_limit=time_limit, load_limit=time_limit)
    try:
        yield service
    finally:
        await service.close()


def save(folder: Path, name: str, model: ModelProto | bytes, sheet: Any = SHEET) -> Path:
    """Write an `.onnx` file with its sheet."""
    path = folder / f"{name}.onnx"
    data = model if isinstance(model, bytes) else model.SerializeToString()
    path.write_bytes(data)
    path.with_suffix(".ailab.json").write_text(json.dumps(sheet))
    return path


async def attempt(service: InferenceService, model: Path, picture: str) -> LabError | None:
    """Run a model on a picture; the refusal, in words that a person understands."""
    refusal = None
    try:
        opened = await service.open(str(model))
        await service.predict(opened, picture, threshold=0.1, save_to=None)
    except LabError as error:
        refusal = error
    if refusal is not None:
        assert refusal.message.endswith("."), refusal.message
        assert refusal.advice.endswith((".", "`")), refusal.advice
        assert not _TECHNICAL.search(f"{refusal.message} {refusal.advice}"), refusal.message
        assert len(refusal.message) < 700, refusal.message
    return refusal


async def survive(
    service: InferenceService,
    cases: Mapping[str, tuple[Path, str]],
    good_model: Path,
    good_picture: str,
) -> dict[str, LabError | None]:
    """Try each case, and a good model on a good picture after each.

    Returns:
        What was said of each; None for one that ran after all.
    """
    said: dict[str, LabError | None] = {}
    for name, (model, picture) in cases.items():
        try:
            said[name] = await attempt(service, model, picture)
            opened = await service.open(str(good_model))
            result = await service.predict(opened, good_picture, threshold=0.1, save_to=None)
        except BaseException as error:
            error.add_note(f"case: {name}")
            raise
        assert isinstance(result.prediction, Classification)
        assert result.prediction.scores[0].label == "green"
    return said


def is_refusal(error: LabError | None) -> bool:
    """True for what says that the model is at fault, or ended the worker."""
    return isinstance(error, ModelFileError | WorkerError)
