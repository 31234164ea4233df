"""Whether models run on this machine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ailab.services.compatibility.device_forecast import DeviceForecast, forecast
from ailab.services.compatibility.judge import judge_case, judge_converted
from ailab.services.compatibility.machine import Machine, read_machine
from ailab.services.compatibility.measurement import Measurement
from ailab.services.compatibility.measurements import Measurements
from ailab.services.compatibility.model_case import ModelCase
from ailab.services.compatibility.named_files import NONE_NAMED, NamedFiles, read_named_files
from ailab.services.compatibility.verdict import Verdict
from ailab.services.compatibility.weight_dtypes import Dtypes, read_dtypes
from ailab.services.conversion.converted_model import CONVERTED, ConvertedModel
from ailab.services.conversion.converted_store import ConvertedStore
from ailab.services.hub.model_hub import ModelHub
from ailab.services.hub.model_info import ModelDetails, ModelInfo
from ailab.services.inference.engine_table import ONNX, TORCH
from ailab.services.inference.model_layout import described_variant, find_layouts
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.kept_sheets.kept_sheet import NO_SHEETS, KeptSheet
from ailab.services.kept_sheets.kept_sheets import KeptSheets
from ailab.services.local_path import local_path


class Compatibility:
    """Judges models by rules, from what was read of this machine before.

    Args:
        has_token: tells whether an access token is sent along, so that gated models may be tried.
        measurements: the file that keeps what runs took; None to keep it for this lab only.
        conversions: models that were turned into ONNX here; None where none are.
        sheets: those that the person gave models of the Hub; None where there are none.
        hub: where graphs and the heads of weights are read; None to judge by lists of files alone.
        look: reads this machine, in a thread.
    """

    def __init__(
        self,
        has_token: Callable[[], bool],
        measurements: Path | None = None,
        *,
        conversions: ConvertedStore | None = None,
        sheets: KeptSheets | None = None,
        hub: ModelHub | None = None,
        look: Callable[[], Machine] = read_machine,
    ) -> None:
        self._has_token = has_token
        self._store = Measurements(measurements) if measurements is not None else None
        self._conversions = conversions
        self._converted: tuple[ConvertedModel, ...] = ()
        self._sheets = sheets
        self._described: dict[str, dict[str, KeptSheet]] = {}  # by model and file
        self._hub = hub
        self._look = look
        self._machine = Machine()
        self._access: dict[str, bool] = {}
        self._named: dict[tuple[str, str | None], NamedFiles] = {}  # by model and revision
        self._dtypes: dict[tuple[str, str | None], Dtypes] = {}  # likewise
        self._measured: dict[str, dict[tuple[str, str, str], Measurement]] = {}

    @property
    def total_memory(self) -> int | None:
        """See `ModelJudge.total_memory`."""
        return self._machine.total_memory

    def judge_row(self, model: ModelInfo) -> Verdict:
        """See `ModelJudge.judge_row`."""
        case = ModelCase.of_row(
            model,
            self._machine,
            has_token=self._has_token(),
            is_let_in=self._access.get(model.id),
            sheets=self._described.get(model.id, NO_SHEETS),
        )
        measured = None
        if (runs := self._measured.get(model.id)) and case.layout is not None:
            key = case.layout.variant, case.forecast.device
            measured = next(
                (one for one in runs.values() if (one.variant, one.device) == key), None
            )
        return judge_case(case, measured=measured)

    def judge(
        self, details: ModelDetails, *, variant: str | None = None, is_here: bool = False
    ) -> Verdict:
        """See `ModelJudge.judge`."""
        case = ModelCase.of_details(
            self._counted(details),
            self._machine,
            has_token=self._has_token(),
            variant=variant,
            is_let_in=self._access.get(details.info.id),
            is_here=is_here,
            named=self._named.get((details.info.id, details.revision), NONE_NAMED),
            sheets=self._described.get(details.info.id, NO_SHEETS),
        )
        converted = self.converted(details.info.id, details.revision or "")
        is_usual = variant is None and (case.layout is None or case.layout.engine == TORCH)
        if converted is not None and (is_usual or variant == CONVERTED):
            key = details.revision or "", CONVERTED, forecast(ONNX, self._machine).device
            measured = self._measured.get(details.info.id, {}).get(key)
            return judge_converted(case, converted, measured=measured)
        measured = None
        if case.layout is not None:
            key = details.revision or "", case.layout.variant, case.forecast.device
            measured = self._measured.get(details.info.id, {}).get(key)
        return judge_case(case, measured=measured)

    def variants(self, details: ModelDetails) -> tuple[str, ...]:
        """See `ModelJudge.variants`."""
        paths = [file.path for file in details.files]
        layouts = find_layouts(paths)
        names = tuple(layout.variant for layout in layouts)
        described = described_variant(paths, self._described.get(details.info.id, NO_SHEETS))
        if described is not None:
            names = (described, *(name for name in names if name != described))
        if self.converted(details.info.id, details.revision or "") is None:
            return names
        # What is run where nothing is chosen comes first.
        is_usual = not layouts or layouts[0].engine == TORCH
        return (CONVERTED, *names) if is_usual else (*names, CONVERTED)

    def converted(self, model_id: str, revision: str | None = None) -> ConvertedModel | None:
        """See `ModelJudge.converted`."""
        fitting = (
            each
            for each in self._converted
            if each.record.model_id == model_id and revision in {None, each.record.revision}
        )
        return next(fitting, None)

    async def converted_folder(self, folder: str) -> ConvertedModel | None:
        """See `ModelJudge.converted_folder`."""
        if self._conversions is None:
            return None
        return await asyncio.to_thread(_of_folder, self._conversions, local_path(folder))

    def forecast(self, engine: str) -> DeviceForecast:
        """See `ModelJudge.forecast`."""
        return forecast(engine, self._machine)

    def choose_device(self, device: str) -> None:
        """Judge as models run on one of `device.CHOICES` from now on."""
        self._machine = replace(self._machine, choice=device)

    def tell_access(self, model_id: str, *, is_let_in: bool) -> None:
        """See `ModelJudge.tell_access`."""
        self._access[model_id] = is_let_in

    def forget_access(self) -> None:
        """See `ModelJudge.forget_access`."""
        self._access.clear()

    async def look_into(self, details: ModelDetails) -> bool:
        """See `ModelJudge.look_into`; each revision is read once."""
        key = details.info.id, details.revision
        if self._hub is None:
            return False
        named = await read_named_files(self._hub, details) if key not in self._named else None
        if named is not None:
            self._named[key] = named
        dtypes = await read_dtypes(self._hub, details) if key not in self._dtypes else None
        if dtypes is not None:
            self._dtypes[key] = dtypes
        return bool(named) or bool(dtypes)

    async def look_around(self) -> None:
        """See `ModelJudge.look_around`."""
        machine, measured, self._converted, sheets = await asyncio.to_thread(self._read)
        self._described = {}
        for sheet in sheets:
            self._described.setdefault(sheet.model_id, {})[sheet.file] = sheet
        self._machine = replace(machine, choice=self._machine.choice)
        for one in measured:
            self._keep(one)

    def recall(self, model: RunnableModel, device: str) -> Measurement | None:
        """See `ModelJudge.recall`."""
        key = model.revision or "", model.variant, device
        return self._measured.get(model.model_id or "", {}).get(key)

    async def remember(self, measured: Measurement) -> None:
        """See `ModelJudge.remember`."""
        self._keep(measured)
        if self._store is not None:
            await asyncio.to_thread(self._store.keep, measured, self._machine.key)

    def _counted(self, details: ModelDetails) -> ModelDetails:
        """With what the head of the weights told, where the Hub has not counted them."""
        dtypes = self._dtypes.get((details.info.id, details.revision), ())
        if not dtypes or details.parameters_by_dtype:
            return details
        told = details.info.parameters
        count = told if told is not None else sum(count for _, count in dtypes)
        info = replace(details.info, parameters=count)
        return replace(details, info=info, parameters_by_dtype=dtypes)

    def _read(
        self,
    ) -> tuple[Machine, tuple[Measurement, ...], tuple[ConvertedModel, ...], tuple[KeptSheet, ...]]:
        machine = self._look()
        measured = self._store.read(machine.key) if self._store is not None else ()
        converted = self._conversions.read() if self._conversions is not None else ()
        return machine, measured, converted, self._sheets.read() if self._sheets is not None else ()

    def _keep(self, measured: Measurement) -> None:
        runs = self._measured.setdefault(measured.model_id, {})
        key = measured.revision, measured.variant, measured.device
        if measured.memory is None and key in runs:
            measured = replace(measured, memory=runs[key].memory)
        runs[key] = measured


def _of_folder(conversions: ConvertedStore, folder: Path) -> ConvertedModel | None:
    from ailab.services.conversion.weights_stamp import weights_stamp  # noqa: PLC0415 - NumPy

    stamp = weights_stamp(folder)
    return None if stamp is None else conversions.find(str(folder), stamp)
