"""Turning a model into ONNX, in one click."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from ailab.services.byte_size import format_bytes
from ailab.services.conversion.conversions import Conversions, ConversionStage
from ailab.services.conversion.converted_model import ConvertedModel
from ailab.services.conversion.local_reference import parse_local
from ailab.services.conversion.unconvertible import why_not_converted
from ailab.services.downloads.model_downloads import ModelDownloads
from ailab.services.hub.model_reference import parse_reference
from ailab.services.inference.inference import Inference
from ailab.services.inference.model_layout import SAFETENSORS
from ailab.services.inference.prompt_kind import PromptKind
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.lab_error import LabError
from ailab.services.problem import Problem
from ailab.viewmodels.bring_model import bring_model
from ailab.viewmodels.conversion_state import ConversionState
from ailab.viewmodels.inference_state import ModelSource
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.model_choice import ModelChoice
from ailab.viewmodels.run_progress import RunProgress
from ailab.viewmodels.view_model import ViewModel

_SHARES = frozenset({"overlap of masks", "overlap of regions"})
"""Figures that are shares of a whole."""


class ConversionViewModel(ViewModel[ConversionState]):
    """Brings a model's safetensors, has them converted and compared, and keeps the outcome.

    Whoever runs models follows `changed`: another list of `models` means that what is run may be
    another.

    Args:
        conversions: converts and keeps; lent.
        downloads: brings a model's files; lent.
        inference: reads what a model is; lent.
        choice_of: makes a choice of a reference to a Hub model.
    """

    def __init__(
        self,
        conversions: Conversions,
        downloads: ModelDownloads,
        inference: Inference,
        choice_of: Callable[[str], ModelChoice],
    ) -> None:
        super().__init__(ConversionState())
        self._conversions = conversions
        self._downloads = downloads
        self._inference = inference
        self._choice_of = choice_of
        self._converting = Latest("conversion")
        self._reading = Latest("list of conversions")
        self._looking = Latest("look whether a model can be converted")

    def open(self) -> None:
        """Look which conversions there are."""
        self._reading.start(self._read())

    def convert(
        self,
        model: str,
        picture: str | None = None,
        source: ModelSource = ModelSource.HUGGING_FACE,
    ) -> None:
        """Convert a model of the Hub or a local folder.

        Args:
            model: a reference to it, or its path.
            picture: what both are compared on; None for one of ailab's own.
            source: which of both it is.
        """
        if self.state.is_running or not model.strip():
            return
        self._become(
            replace(
                self.state,
                model=model,
                bringing=None,
                stage=None,
                is_running=True,
                problem=None,
                notice="",
            )
        )
        self._converting.start(self._convert(model, picture, source))

    def cancel(self) -> None:
        """Stop it; nothing is kept."""
        if self.state.is_running:
            self._converting.cancel()
            self._end(notice="Cancelled: nothing was kept.")

    def delete(self, converted: ConvertedModel) -> None:
        """Remove a conversion; the model's own weights stay."""
        if not self.state.is_running:
            self._reading.start(self._delete(converted))

    def look_at(self, model_id: str, folder: str) -> None:
        """Read whether a model on this disk can be converted at all.

        Args:
            model_id: of the Hub.
            folder: the model's, with its configuration and safetensors.
        """
        if model_id != self.state.looked_at:
            self._looking.start(self._look(model_id, folder))

    def dismiss(self) -> None:
        """Put away what is told of the last conversion."""
        self._become(replace(self.state, problem=None, notice=""))

    async def wait(self) -> None:
        """Wait until nothing is under way."""
        await self._converting.wait()
        await self._reading.wait()
        await self._looking.wait()

    async def close(self) -> None:
        """Stop what is under way and wait for its end."""
        self.cancel()
        await self._converting.close()
        await self._reading.close()
        await self._looking.close()

    async def _convert(self, model: str, picture: str | None, source: ModelSource) -> None:
        try:
            if source is ModelSource.LOCAL:
                path = parse_local(model).path
                found = await self._inference.open(path, variant=SAFETENSORS)
            else:
                found = await self._bring(model)
            converted = await self._conversions.convert(found, picture, self._tell_stage)
        except LabError as error:
            self._end(problem=Problem.of(error))
            return
        models = await self._conversions.converted()
        self._become(replace(self.state, models=models))
        self._end(notice=f"{_outcome(converted)}{_loss(found)}")

    async def _bring(self, model: str) -> RunnableModel:
        reference = parse_reference(model)
        if "://" not in reference.model:  # an address is not taken apart
            reference = replace(reference, variant=SAFETENSORS)
        return await bring_model(
            self._choice_of(str(reference)), self._downloads, self._inference, self._tell
        )

    async def _look(self, model_id: str, folder: str) -> None:
        reason = ""
        with suppress(LabError):  # converting it will tell the person
            found = await self._inference.open(folder, variant=SAFETENSORS)
            reason = why_not_converted(found.architectures)
        self._become(replace(self.state, looked_at=model_id, why_not=reason))

    async def _read(self) -> None:
        models = await self._conversions.converted()
        self._become(replace(self.state, models=models))

    async def _delete(self, converted: ConvertedModel) -> None:
        record = converted.record
        problem = None
        try:
            await self._conversions.delete(record.model_id, record.revision)
        except LabError as error:
            problem = Problem.of(error)
        models = await self._conversions.converted()
        self._become(replace(self.state, models=models, problem=problem, notice=""))

    def _tell(self, progress: RunProgress) -> None:
        self._become(replace(self.state, bringing=progress))

    def _tell_stage(self, stage: ConversionStage) -> None:
        self._become(replace(self.state, stage=stage, bringing=None))

    def _end(self, *, problem: Problem | None = None, notice: str = "") -> None:
        self._become(
            replace(
                self.state,
                bringing=None,
                stage=None,
                is_running=False,
                problem=problem,
                notice=notice,
            )
        )


def _outcome(converted: ConvertedModel) -> str:
    record = converted.record
    figures = "; ".join(
        f"{name} {_figure(name, value)}" for name, value, limit in record.figures if limit
    )
    size = format_bytes(converted.size)
    words = f"Converted to ONNX ({size}) and run from now on in place of PyTorch."
    if figures:
        words += f" Compared with PyTorch: {figures}."
    if record.reason:
        words += f" Pictures of any shape are stretched to one size: {record.reason}"
        words += "" if record.reason.endswith(".") else "."
    return words


def _loss(model: RunnableModel) -> str:
    """What a model takes on PyTorch and not as ONNX, and how it is run so; empty for nothing."""
    if model.asks_for is not PromptKind.SHAPES_OR_LABELS:
        return ""
    named = f"{model.model_id or model.path}:{SAFETENSORS}"
    return f" It takes points and boxes alone: to find what labels name, run {named}."


def _figure(name: str, value: float) -> str:
    # Rounded down: what is not the same is never told to be.
    return f"{math.floor(value * 1000) / 10:g}%" if name in _SHARES else f"{value:.2g}"
