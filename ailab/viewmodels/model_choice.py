"""The model in the field: what it names, and whether it runs."""

from __future__ import annotations

from dataclasses import replace

from ailab.services.compatibility.model_judge import ModelJudge
from ailab.services.compatibility.verdict import Fit, Verdict
from ailab.services.conversion.converted_model import CONVERTED, ConvertedModel
from ailab.services.downloads.model_downloads import ModelDownloads
from ailab.services.hub.hub_errors import (
    GatedModelError,
    HubError,
    InvalidModelIdError,
    ModelDisabledError,
    ModelNotFoundError,
    RevisionNotFoundError,
)
from ailab.services.hub.model_hub import ModelHub
from ailab.services.hub.model_id import parse_model_id
from ailab.services.hub.model_info import ModelDetails
from ailab.services.hub.model_reference import parse_reference
from ailab.services.inference.engine_table import TORCH
from ailab.services.inference.inference import Inference
from ailab.services.inference.inference_errors import (
    MissingPackageError,
    ModelFileError,
    NotDescribedError,
    SheetError,
)
from ailab.services.inference.model_layout import SAFETENSORS
from ailab.services.inference.prompt_kind import PromptKind
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.served.served_error import ServerError
from ailab.viewmodels.asked_by import asked_by, task_of
from ailab.viewmodels.companion_files import is_all_here
from ailab.viewmodels.inference_state import Fitness, ModelSource, ModelStatus
from ailab.viewmodels.local_status import kept_status, local_status, open_local, with_conversion
from ailab.viewmodels.open_converted import open_converted
from ailab.viewmodels.other_source import other_source
from ailab.viewmodels.other_weights import other_of_folder, other_of_hub
from ailab.viewmodels.served_status import served_status
from ailab.viewmodels.sheet_status import faulty_status, with_sheet
from ailab.viewmodels.sheet_step import SheetStep


class ModelChoice:
    """A Hub model's id or address, the path of a local model, or the address of a served one.

    The Hub's answer is kept, so that checking the field and running it ask once.

    Args:
        hub: where a Hub model is looked up.
        downloads: knows what is on this disk already.
        inference: reads what a local model is.
        judge: says whether a Hub model runs here.
        source: where the model comes from.
        text: a reference to a Hub model (`owner/name@revision:variant`, of which the revision
            and the variant may be left out), the address of a model's page, a path, or the
            address of a model on a server.
    """

    def __init__(
        self,
        hub: ModelHub,
        downloads: ModelDownloads,
        inference: Inference,
        judge: ModelJudge,
        *,
        source: ModelSource,
        text: str,
    ) -> None:
        self._hub = hub
        self._downloads = downloads
        self._inference = inference
        self._judge = judge
        self.source = source
        self.text = text.strip()
        self.reference = parse_reference(text)
        self._answer: ModelDetails | None = None
        self._refusal: GatedModelError | None = None
        self._is_here = False

    @property
    def converted(self) -> ConvertedModel | None:
        """What was made of the Hub model that was looked up, on this machine; None for nothing."""
        details = self._answer
        if details is None:
            return None
        return self._judge.converted(details.info.id, details.revision or "")

    @property
    def endpoint(self) -> str:
        """Origin of the Hub."""
        return self._hub.endpoint

    async def status(self) -> ModelStatus:
        """Whether the model runs, in a sentence."""
        try:
            if self.source is not ModelSource.HUGGING_FACE:
                return await self._local_status()
            return await self._hub_status()
        except ServerError as error:
            return ModelStatus(Fitness.UNKNOWN, error.message, error.advice)
        except (
            InvalidModelIdError,
            ModelDisabledError,
            ModelFileError,
            ModelNotFoundError,
            RevisionNotFoundError,
        ) as error:
            advice = await other_source(self.source, self.text) or error.advice
            step = self._sheet_step(error)
            by_button = command = detail = ""
            if step is SheetStep.DESCRIBE and isinstance(error, NotDescribedError):
                by_button, detail = error.by_button, error.detail
            if isinstance(error, MissingPackageError) and error.command:
                advice, command = "Install it:", error.command
            return ModelStatus(
                *(Fitness.REFUSED, error.message, advice, command),
                sheet=step,
                by_button=by_button,
                detail=detail,
            )
        except HubError as error:
            message = error.message
            if error.is_offline:
                if (kept := await self._kept_status()) is not None:
                    return kept
                message = f"{self.text} is not on this disk. {message}"
            # Unknown, not refused: a Hub that does not answer says nothing against the model.
            return ModelStatus(Fitness.UNKNOWN, message, error.advice)

    async def look_up(self) -> tuple[ModelDetails, Verdict]:
        """The Hub model's details, and whether it runs.

        Raises:
            HubError: the text names no model, or the Hub does not answer.
        """
        if self._answer is None:
            model_id = parse_model_id(self.reference.model, self._hub.endpoint)
            self._answer = await self._hub.get_model_info(model_id, self.reference.revision)
        details, variant = self._answer, self.reference.variant
        await self._judge.look_around()
        await self._judge.look_into(details)
        verdict = self._judge.judge(details, variant=variant)
        self._refusal = None
        self._is_here = await is_all_here(self._downloads, details, verdict)
        if self._is_here:
            verdict = self._judge.judge(details, variant=variant, is_here=True)
        elif verdict.variant == CONVERTED:
            self._is_here = True
        elif details.info.gated and verdict.fit is not Fit.WONT_RUN:
            verdict = await self._ask_for_access(details, verdict)
        return details, verdict

    async def check(self) -> tuple[ModelDetails, Verdict]:
        """As `look_up`, for a model that is about to be run.

        Raises:
            HubError: the text names no model, the Hub does not answer, or it does not give the
                files of a gated model to the person.
            ModelFileError: the model does not run here.
        """
        details, verdict = await self.look_up()
        if self._refusal is not None:
            raise self._refusal
        if not verdict.runs:
            raise ModelFileError(f"{details.info.id}: {verdict.summary}", _next_step(verdict))
        return details, verdict

    async def open_local(self) -> RunnableModel:
        """The model on this disk, or what was made of it here, or the one on a server.

        Raises:
            LabError: nothing there can be run, or the server does not answer.
        """
        return await open_local(self._inference, self._judge, self.text)

    async def open_kept(self) -> RunnableModel | None:
        """The Hub model as it lies on this disk, where the Hub can't be asked; None if not.

        Raises:
            InvalidModelIdError: the text names no model.
            NotDescribedError: it has to be described by a sheet first.
            SheetError: its sheet is wrong.
        """
        model_id = parse_model_id(self.reference.model, self._hub.endpoint)
        await self._judge.look_around()
        kept = await self._downloads.kept(model_id, self.reference.revision)
        revision = self.reference.revision if kept is None else kept.revision
        converted = self._judge.converted(model_id, revision)
        found = None
        faulty: NotDescribedError | SheetError | None = None
        if kept is not None and self.reference.variant != CONVERTED:
            try:
                found = await self._inference.open(
                    str(kept.folder),
                    model_id=model_id,
                    revision=kept.revision,
                    variant=self.reference.variant,
                )
            except (NotDescribedError, SheetError) as error:
                faulty = error
            except ModelFileError:
                pass  # somebody may have fetched a part of it only, or other weights
        is_usual = self.reference.variant is None and (found is None or found.engine == TORCH)
        if converted is not None and (is_usual or self.reference.variant == CONVERTED):
            return await open_converted(self._inference, converted)
        if faulty is not None:
            raise faulty
        return found

    async def _kept_status(self) -> ModelStatus | None:
        try:
            model = await self.open_kept()
        except (NotDescribedError, SheetError) as error:
            return faulty_status(error)
        if model is None:
            return None
        is_named_exactly = self.reference.variant is not None
        placed = self._judge.forecast(model.engine)
        return kept_status(model, placed, is_named_exactly=is_named_exactly)

    async def _local_status(self) -> ModelStatus:
        model = await self.open_local()
        if model.address:
            return served_status(model)
        await self._judge.look_around()
        placed = self._judge.forecast(model.engine)
        other = await other_of_folder(self._inference, self._judge, model, self.text)
        return local_status(model, placed, is_file=self._is_file, other=other)

    async def _hub_status(self) -> ModelStatus:
        details, verdict = await self.look_up()
        if self._refusal is not None:
            error = self._refusal
            return ModelStatus(
                Fitness.REFUSED,
                error.message,
                error.advice,
                next_step=error.next_step,
                model_id=details.info.id,
            )
        name = self.reference.model
        is_renamed = name != details.info.id and "://" not in name
        renamed = f" It is now called {details.info.id}." if is_renamed else ""
        weights = verdict.engine, verdict.variant
        asks_for = asked_by(details, *weights) if verdict.runs else PromptKind.NONE
        status = ModelStatus(
            Fitness.RUNS if verdict.runs else Fitness.REFUSED,
            verdict.summary + renamed,
            verdict.advice,
            command=verdict.command,
            task=task_of(details, verdict.variant) if verdict.runs else "",
            is_here=self._is_here,
            asks_for=asks_for,
            other=other_of_hub(self._judge, details, verdict, self.reference.revision),
            unused_card=self._judge.forecast(verdict.engine).about_unused_card
            if verdict.runs
            else "",
            needs_sheet=verdict.fit is Fit.NEEDS_SHEET,
        )
        is_on_torch = verdict.runs and verdict.engine == TORCH
        if is_on_torch and self._judge.variants(details) == (SAFETENSORS,):
            return with_conversion(status, details.architectures)
        return await with_sheet(status, details, verdict, self._downloads, self._inference)

    async def _ask_for_access(self, details: ModelDetails, verdict: Verdict) -> Verdict:
        """The verdict on a gated model, once the Hub has said whether the person is let in.

        Raises:
            HubError: the Hub does not say.
        """
        model_id = details.info.id
        try:
            await self._hub.check_access(model_id)
        except GatedModelError as error:
            self._refusal = error
            self._judge.tell_access(model_id, is_let_in=False)
            verdict = replace(verdict, summary=error.message, advice=error.advice)
            return replace(verdict, fit=Fit.NEEDS_ACCESS)
        self._judge.tell_access(model_id, is_let_in=True)
        return self._judge.judge(details, variant=self.reference.variant)

    @property
    def _is_file(self) -> bool:
        """A sheet is edited by its file's own path, not by that of a folder around it."""
        is_file = self.source is ModelSource.LOCAL and self.text.lower().endswith(".onnx")
        return is_file or self.source is ModelSource.SERVER

    def _sheet_step(self, error: Exception) -> SheetStep:
        if self._is_file and isinstance(error, NotDescribedError):
            return SheetStep.DESCRIBE
        is_wrong = self._is_file and isinstance(error, SheetError)
        return SheetStep.EDIT if is_wrong else SheetStep.NONE


def _next_step(verdict: Verdict) -> str:
    return f"{verdict.advice} {verdict.command}".strip()
