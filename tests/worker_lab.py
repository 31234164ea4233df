"""A real worker process for a test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from ailab.services.inference.inference_service import InferenceService
from ailab.services.inference.predictions import Classification


@asynccontextmanager
async def serving() -> AsyncIterator[InferenceService]:
    """A worker that is ended with the test."""
    service = InferenceService()
    try:
        yield service
    finally:
        await service.close()


async def best(service: InferenceService, model: Path, picture: str) -> str:
    """The first label that a model gives a picture."""
    opened = await service.open(str(model))
    result = await service.predict(opened, picture, threshold=0.1, save_to=None)
    assert isinstance(result.prediction, Classification)
    return result.prediction.scores[0].label
