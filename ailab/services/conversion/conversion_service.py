"""Conversions in a worker of their own."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Any

from ailab.services.conversion.conversion_error import ConversionError
from ailab.services.conversion.conversions import ConversionStage
from ailab.services.conversion.converted_model import ConversionRecord, ConvertedModel
from ailab.services.conversion.converted_store import ConvertedStore, files_in, take_over
from ailab.services.conversion.unconvertible import why_not_converted
from ailab.services.inference.engine_table import TORCH
from ailab.services.inference.exported_files import exported_files
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.inference.lab_error_json import error_from_json
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.inference.sandbox.model_places import model_places
from ailab.services.inference.worker_failures import ended, senseless, too_slow
from ailab.services.inference.worker_process import WorkerEndedError, WorkerProcess
from ailab.services.inference.worker_start import start_worker
from ailab.services.library.loaded_models import LoadedModels
from ailab.services.local_path import is_folder, local_path
from ailab.services.results.versions import versions

_STEPS = (
    ("load", ConversionStage.LOADING),
    ("export", ConversionStage.EXPORTING),
    ("check", ConversionStage.CHECKING),
)
_MOST_FIGURES = 20
_log = logging.getLogger(__name__)


class ConversionService:
    """Converts models, each in a new worker within the same walls as any, and keeps the outcome.

    The worker writes into its own folder alone; what it made is looked at and moved by this side.
    Cancelling ends the worker. Conversions wait for one another: each needs the memory.

    Args:
        store: keeps them.
        loaded: what the lab has in memory, and lets go of before it is deleted.
        command: the command line that starts a worker; by default this Python's.
        time_limit: seconds that each step may take.
        memory_limit: bytes that the worker may take; None for what suits this machine.
    """

    def __init__(
        self,
        store: ConvertedStore,
        loaded: LoadedModels | None = None,
        *,
        command: Sequence[str] | None = None,
        time_limit: float = 1800.0,
        memory_limit: int | None = None,
    ) -> None:
        self._store = store
        self._loaded = loaded or LoadedModels()
        self._command = command
        self._time_limit = time_limit
        self._memory_limit = memory_limit
        self._turn = asyncio.Lock()

    async def convert(
        self,
        model: RunnableModel,
        picture: str | None,
        on_stage: Callable[[ConversionStage], None],
    ) -> ConvertedModel:
        """Convert a model; see `Conversions.convert`."""
        if model.engine != TORCH:
            raise ModelFileError(
                f"{model.name} runs on ONNX Runtime already.",
                "Name its safetensors to have these converted: add :safetensors to the model.",
            )
        if reason := why_not_converted(model.architectures):
            raise ModelFileError(
                f"{model.name} cannot be converted to ONNX: {reason}.",
                "It runs on PyTorch as before.",
            )
        doing = f"{model.name} was converted"
        origin = await asyncio.to_thread(_origin, model)
        async with self._turn:
            places = await asyncio.to_thread(model_places, model.path)
            try:
                worker = await asyncio.to_thread(
                    start_worker,
                    {place.path for place in places},
                    command=self._command,
                    memory=self._memory_limit,
                )
            except OSError as error:
                raise ended(doing, WorkerEndedError("could not be started", repr(error))) from error
            try:
                return await self._steps(worker, model, origin, picture, on_stage)
            finally:
                worker.kill()
                await asyncio.shield(asyncio.to_thread(worker.close, 0.0))

    async def converted(self) -> tuple[ConvertedModel, ...]:
        """All conversions; see `Conversions.converted`."""
        return await asyncio.to_thread(self._store.read)

    async def delete(self, model_id: str, revision: str) -> None:
        """Remove a conversion; see `Conversions.delete`."""
        found = await asyncio.to_thread(self._store.find, model_id, revision)
        if found is not None and any(
            path.is_relative_to(found.folder) for path in self._loaded.paths()
        ):
            if self._loaded.is_running():
                raise ConversionError(
                    f"The conversion of {model_id} is being run.",
                    "Wait for the end of the run, or cancel it, and delete it then.",
                )
            await self._loaded.unload()
        await asyncio.to_thread(self._store.delete, model_id, revision)

    async def _steps(
        self,
        worker: WorkerProcess,
        model: RunnableModel,
        origin: tuple[str, str],
        picture: str | None,
        on_stage: Callable[[ConversionStage], None],
    ) -> ConvertedModel:
        with ExitStack() as exits:
            place = exits.enter_context(worker.folder.place())
            told: dict[str, Fields] = {}
            for step, stage in _STEPS:
                on_stage(stage)
                body = {"do": "convert", "step": step, "save_to": str(place)}
                if step == "load" and picture is not None:
                    body["picture"] = picture
                told[step] = await self._ask(worker, model, body)
            on_stage(ConversionStage.KEEPING)
            try:
                record = _record(model, origin, picture, told)
            except BadFieldError as error:
                raise senseless(f"{model.name} was converted", str(error)) from error
            # In one thread that is never left half-way: it ends with all or with nothing.
            return await asyncio.shield(asyncio.to_thread(self._keep, model, place, record, origin))

    async def _ask(
        self, worker: WorkerProcess, model: RunnableModel, body: dict[str, Any]
    ) -> Fields:
        doing = f"{model.name} was converted"
        _, reply = worker.ask(body, model)
        future = asyncio.wrap_future(reply)
        future.add_done_callback(lambda done: done.cancelled() or done.exception())
        done, _ = await asyncio.wait({future}, timeout=self._time_limit)
        if not done:
            raise too_slow(doing, self._time_limit)
        try:
            message = future.result()
        except WorkerEndedError as ending:
            raise ended(doing, ending) from ending
        try:
            if (error := message.body.get("error")) is not None:
                failure = error_from_json(Fields(error))
                _log.info("%s %s", failure, failure.detail)
                raise failure
            return Fields(message.body.get("result"))
        except BadFieldError as error:
            raise senseless(doing, str(error)) from error

    def _keep(
        self,
        model: RunnableModel,
        made: Path,
        record: ConversionRecord,
        origin: tuple[str, str],
    ) -> ConvertedModel:
        """Put everything together beside its place, then in it; in a thread."""
        from ailab.services.inference.onnx_file import check_onnx_file  # noqa: PLC0415
        from ailab.services.inference.open_model import model_files, open_model  # noqa: PLC0415
        from ailab.services.results.model_hashes import model_hashes  # noqa: PLC0415

        with self._store.begun() as partial:
            files = exported_files(made)
            if not files:
                raise ConversionError(
                    f"The conversion of {model.name} could not be written: nothing was made.",
                    "Convert it again; if that happens again, please report it with the log.",
                )
            for _, file in files:
                take_over(made, partial / "onnx", (file.name, f"{file.name}.data"))
                check_onnx_file(partial / "onnx" / file.name)
            try:
                for name, path in model_files(model.path, model.variant or None):
                    is_described = PurePath(name).suffix in {".json", ".txt"}  # .txt: words
                    if is_described and not name.endswith(".index.json"):
                        place = partial / name
                        place.parent.mkdir(exist_ok=True)
                        shutil.copyfile(path, place)
                there = files_in(partial)
            except OSError as error:
                raise ConversionError(
                    f"The files of {model.name} could not be copied.",
                    "Check that the disk has room.",
                    detail=repr(error),
                ) from error
            open_model(partial / "onnx" / files[0][1].name)  # raises where it cannot be run
            sources = model_hashes(model.path, model.variant or None)
            if _origin(model) != origin:  # what was made is of other weights than lie there now
                raise ConversionError(
                    f"The files of {model.name} were changed while it was converted, so that the "
                    "outcome was not kept.",
                    "Convert it again, once they stay as they are.",
                )
            return self._store.keep(partial, replace(record, source_files=sources, files=there))


def _origin(model: RunnableModel) -> tuple[str, str]:
    """What a conversion is kept under: the model's id and revision, or a folder and its stamp.

    Raises:
        ModelFileError: it is neither.
    """
    from ailab.services.conversion.weights_stamp import weights_stamp  # noqa: PLC0415 - NumPy

    if model.model_id is not None and model.revision is not None:
        return model.model_id, model.revision
    folder = local_path(model.path)
    stamp = weights_stamp(folder)
    if stamp is None and is_folder(folder):
        raise ModelFileError(
            f"The folder {model.name} has ONNX weights already, which run on ONNX Runtime.",
            "Run it as it is; to have its safetensors converted, copy them without the .onnx files "
            "into a folder of their own.",
        )
    if stamp is None:
        raise ModelFileError(
            f"{model.name} is no folder whose only weights are safetensors: only these are "
            "converted.",
            "Choose the folder with its config.json and model.safetensors.",
        )
    return str(folder), stamp


def _record(
    model: RunnableModel,
    origin: tuple[str, str],
    picture: str | None,
    told: dict[str, Fields],
) -> ConversionRecord:
    figures = [
        (row.text("name"), row.number("value"), row.number("limit"))
        for row in told["check"].objects("figures", _MOST_FIGURES)
    ]
    return ConversionRecord(
        model_id=origin[0],
        revision=origin[1],
        task=model.task,
        converted=datetime.now(UTC).isoformat(timespec="seconds"),
        versions=versions(),
        figures=tuple(figures),
        is_size_free=told["export"].boolean("is_size_free"),
        reason=told["export"].text("reason"),
        picture=PurePath(picture).name if picture else "",
    )
