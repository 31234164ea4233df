"""What the view models ask of conversions."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Protocol

from ailab.services.conversion.converted_model import ConvertedModel
from ailab.services.inference.runnable_model import RunnableModel


class ConversionStage(Enum):
    """What a conversion is doing; the value is the word for it."""

    LOADING = "Running it on PyTorch"
    EXPORTING = "Writing it as ONNX"
    CHECKING = "Comparing both"
    KEEPING = "Keeping it"


class Conversions(Protocol):
    """Turns models that PyTorch runs into ONNX, and keeps them."""

    async def convert(
        self,
        model: RunnableModel,
        picture: str | None,
        on_stage: Callable[[ConversionStage], None],
    ) -> ConvertedModel:
        """Convert a model that PyTorch runs, check the outcome against it, and keep it.

        Whole or not at all, also where the awaiting run is cancelled.

        Args:
            model: from the Hub, with its revision, or a local folder of safetensors.
            picture: path of what both are compared on; None for a picture of ailab's own.
            on_stage: is told how far it is.

        Raises:
            LabError: it cannot be converted, the outcome answers otherwise, or it cannot be
                kept; says why. Nothing of it is left.
        """
        ...

    async def converted(self) -> tuple[ConvertedModel, ...]:
        """All conversions, the newest first."""
        ...

    async def delete(self, model_id: str, revision: str) -> None:
        """Remove a conversion.

        Raises:
            ConversionError: it is in use, or may not be removed.
        """
        ...
