"""Conversions that a test lets happen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ailab.services.conversion.conversions import ConversionStage
from ailab.services.conversion.converted_model import ConversionRecord, ConvertedModel
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.lab_error import LabError
from fakes import Gate


def a_conversion(
    model_id: str = "acme/nuclei", revision: str = "c0ffee", size: int = 346_000_000
) -> ConvertedModel:
    """A conversion of which nothing lies on the disk."""
    return ConvertedModel(
        Path(f"/converted/{model_id.replace('/', '--')}@{revision}"),
        ConversionRecord(
            model_id,
            revision,
            "image-classification",
            "2026-11-29T10:00:00+00:00",
            files=(("onnx/model.onnx", size),),
            figures=(
                ("difference of scores", 2.5e-6, 1e-3),
                ("other best class", 0.0, 0.0),
                ("overlap of regions", 0.99996, 0.99),
            ),
        ),
    )


class FakeConversions:
    """Converts at the test's word; `failure` is raised once."""

    def __init__(self) -> None:
        self.gate = Gate()
        self.failure: LabError | None = None
        self.asked: list[tuple[RunnableModel, str | None]] = []
        self.there: list[ConvertedModel] = []

    async def convert(
        self,
        model: RunnableModel,
        picture: str | None,
        on_stage: Callable[[ConversionStage], None],
    ) -> ConvertedModel:
        self.asked.append((model, picture))
        on_stage(ConversionStage.EXPORTING)
        await self.gate.passage()
        if self.failure is not None:
            failure, self.failure = self.failure, None
            raise failure
        found = a_conversion(model.model_id or "", model.revision or "")
        self.there.insert(0, found)
        return found

    async def converted(self) -> tuple[ConvertedModel, ...]:
        return tuple(self.there)

    async def delete(self, model_id: str, revision: str) -> None:
        if self.failure is not None:
            failure, self.failure = self.failure, None
            raise failure
        key = model_id, revision
        self.there = [
            each for each in self.there if (each.record.model_id, each.record.revision) != key
        ]
