"""Who says whether models run here, without looking at this machine."""

from __future__ import annotations

from dataclasses import replace

from ailab.services.compatibility.device_forecast import DeviceForecast
from ailab.services.compatibility.measurement import Measurement
from ailab.services.compatibility.runnable_tasks import RUNNABLE_TASKS
from ailab.services.compatibility.verdict import Fit, Verdict
from ailab.services.conversion.converted_model import ConvertedModel
from ailab.services.hub.model_info import ModelDetails, ModelInfo
from ailab.services.hub.pipeline_tag import display_name
from ailab.services.inference.companions import Companion
from ailab.services.inference.device import CPU
from ailab.services.inference.engine_name import engine_name
from ailab.services.inference.runnable_model import RunnableModel
from fakes import Gate


class FakeJudge:
    """Lets ONNX models of runnable tasks run; `fits` decides otherwise by a model's id."""

    def __init__(self) -> None:
        self.fits: dict[str, Fit] = {}
        self.names: dict[str, tuple[str, ...]] = {}
        self.let_in: set[str] = set()  # of gated models
        self.looked_around = 0
        self.named: dict[str, int] = {}  # bytes of files that graphs name, by a model's id
        self.looked_into: set[str] = set()
        self.gate = Gate()
        self.measured: list[Measurement] = []
        self.companions: tuple[Companion, ...] = ()
        self.total_memory: int | None = None

    def forecast(self, engine: str) -> DeviceForecast:
        return DeviceForecast(CPU, engine_name(engine))

    def converted(self, model_id: str, revision: str | None = None) -> ConvertedModel | None:
        return None

    async def converted_folder(self, folder: str) -> ConvertedModel | None:
        return None

    def judge_row(self, model: ModelInfo) -> Verdict:
        if model.id in self.fits:
            return Verdict(self.fits[model.id], self.fits[model.id].value)
        if model.task not in RUNNABLE_TASKS:
            name = display_name(model.task or "other")
            return Verdict(Fit.WONT_RUN, f"Won't run: ailab has no engine for {name}.", "Look on.")
        if model.gated and model.id not in self.let_in:
            return Verdict(Fit.NEEDS_ACCESS, "Needs access.", "Ask for it.")
        return Verdict(Fit.UNKNOWN, "Not known before its details are read.")

    def judge(
        self, details: ModelDetails, *, variant: str | None = None, is_here: bool = False
    ) -> Verdict:
        row = self.judge_row(details.info)
        files = tuple(file.path for file in details.files)
        if row.fit is Fit.NEEDS_ACCESS and not is_here:
            return replace(row, files=files)
        if row.fit not in {Fit.UNKNOWN, Fit.NEEDS_ACCESS}:
            return row
        if not any(path.endswith(".onnx") for path in files):
            library = details.info.library
            return Verdict(Fit.WONT_RUN, f"Won't run: no engine for {library}.", "Look for a copy.")
        sizes = [file.size for file in details.files]
        known = [size for size in sizes if size is not None]
        size = sum(known) if len(known) == len(sizes) else None
        if size is not None and details.info.id in self.looked_into:
            size += self.named.get(details.info.id, 0)
        weights = f" ({variant})" if variant else ""
        return Verdict(
            Fit.RUNS,
            f"Runs here on ONNX Runtime{weights}{', already on this disk' if is_here else ''}.",
            files=files,
            download_size=size,
            companions=self.companions,
        )

    def variants(self, details: ModelDetails) -> tuple[str, ...]:
        return self.names.get(details.info.id, ())

    def tell_access(self, model_id: str, *, is_let_in: bool) -> None:
        if is_let_in:
            self.let_in.add(model_id)
        else:
            self.let_in.discard(model_id)

    def forget_access(self) -> None:
        self.let_in.clear()

    async def look_into(self, details: ModelDetails) -> bool:
        await self.gate.passage()
        self.looked_into.add(details.info.id)
        return details.info.id in self.named

    async def look_around(self) -> None:
        self.looked_around += 1

    def recall(self, model: RunnableModel, device: str) -> Measurement | None:
        runs = (each for each in self.measured if each.device == device)
        return next((each for each in runs if each.model_id == model.model_id), None)

    async def remember(self, measured: Measurement) -> None:
        self.measured.append(measured)
