"""What runs a model on many pictures, wherever that is."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from pathlib import Path
from typing import Protocol

from ailab.services.inference.device_in_use import DeviceInUse
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.pieces_from import PIECES_FROM
from ailab.services.inference.prompts import NO_PROMPTS, Prompts
from ailab.services.inference.run_before import NOTHING_BEFORE, RunBefore
from ailab.services.inference.runnable_model import RunnableModel


def tell_nobody() -> None:
    """Nobody asked to be told."""


class PictureRunner(Protocol):
    """The part of `Inference` that a folder run needs; both methods are described there."""

    async def load(self, model: RunnableModel) -> DeviceInUse:
        """Make ready to run a model, so far as that is done beforehand."""
        ...

    def predict_all(
        self,
        model: RunnableModel,
        pictures: Sequence[str],
        *,
        threshold: float,
        save_to: Path | None,
        prompts: Prompts = NO_PROMPTS,
        pieces_from: int = PIECES_FROM,
        on_ready: Callable[[], None] = tell_nobody,
        before: RunBefore = NOTHING_BEFORE,
    ) -> AsyncGenerator[PictureResult, None]:
        """Run a model on pictures, and give their results in the same order."""
        ...
