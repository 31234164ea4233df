"""A model as the rules look at it, whether known from a row of the list or from its details."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ailab.services.compatibility.device_forecast import DeviceForecast, forecast
from ailab.services.compatibility.gpu import Gpu
from ailab.services.compatibility.kept_precision import (
    WIDENED,
    bytes_per_parameter,
    half_wide_bytes,
)
from ailab.services.compatibility.machine import Machine
from ailab.services.compatibility.memory_estimate import estimate_memory, memory_while_widened
from ailab.services.compatibility.named_files import NONE_NAMED, NamedFiles
from ailab.services.compatibility.possible_labels import possible_labels
from ailab.services.compatibility.runnable_tasks import task_here
from ailab.services.hub.model_info import ModelDetails, ModelInfo
from ailab.services.inference.dual_encoder import only_sees, task_of_halves
from ailab.services.inference.engine_table import ONNX, TORCH
from ailab.services.inference.matte_models import is_matte_model
from ailab.services.inference.model_layout import (
    ModelLayout,
    described_variant,
    find_layout,
    find_layouts,
)
from ailab.services.inference.torch_alone import runs_on_torch_alone
from ailab.services.kept_sheets.kept_sheet import NO_SHEETS, KeptSheet

_PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".h5", ".msgpack", ".joblib")


@dataclass(frozen=True, slots=True)
class ModelCase:
    """What a verdict depends on.

    Attributes:
        info: the model's row.
        paths: its files; empty where not known.
        knows_files: False where the paths are not known, so that their lack tells nothing.
        architectures: as its configuration names them.
        needs_remote_code: its configuration names Python code of its own.
        machine: this machine.
        has_token: an access token is sent along.
        is_let_in: the files of a gated model are given to the person; None where nobody asked.
        is_here: all that a run needs is on this disk already.
        disabled: the Hub has switched it off.
        variant: the weights that were asked for; None for those that run best.
        layout: the files that a run would take; None where none can be chosen.
        memory: bytes that a run is expected to take at most; None where not known.
        least_memory: those without which it cannot be run: pages of files that are read while a
            network is loaded are given up where memory is short.
        download_size: bytes of the layout's files; None where not known.
        kept: the sheet that the person gave the layout's `.onnx` file; None for none.
        content: checksum of the layout's weights, where the Hub tells it.
    """

    info: ModelInfo
    paths: tuple[str, ...]
    knows_files: bool
    architectures: tuple[str, ...]
    needs_remote_code: bool
    machine: Machine
    has_token: bool
    is_let_in: bool | None = None
    is_here: bool = False
    disabled: bool = False
    variant: str | None = None
    layout: ModelLayout | None = None
    memory: int | None = None
    least_memory: int | None = None
    download_size: int | None = None
    kept: KeptSheet | None = None
    content: str = ""

    @classmethod
    def of_row(
        cls,
        info: ModelInfo,
        machine: Machine,
        *,
        has_token: bool,
        is_let_in: bool | None = None,
        sheets: Mapping[str, KeptSheet] = NO_SHEETS,
    ) -> ModelCase:
        """The case of a row; quick, since a list has many.

        Args:
            info: the row.
            machine: this machine.
            has_token: see there.
            is_let_in: see there.
            sheets: those that the person gave its files, by their paths.
        """
        is_alone = runs_on_torch_alone(info.architectures)
        usual = described_variant(info.files, sheets)
        layout = find_layout(info.files, usual, is_torch_alone=is_alone) if info.files else None
        memory = None
        if layout is not None and info.parameters is not None and info.task is not None:
            weights = info.parameters * bytes_per_parameter(info.architectures, machine)
            task = task_here(info.task, info.architectures) or ""
            memory = _memory(layout, weights, task, info.architectures)
        return cls(
            info=info,
            paths=info.files,
            knows_files=bool(info.files),
            architectures=info.architectures,
            needs_remote_code=info.needs_remote_code,
            machine=machine,
            has_token=has_token,
            is_let_in=is_let_in,
            layout=layout,
            memory=memory,
            least_memory=memory,
            kept=_kept(layout, sheets),
        )

    @classmethod
    def of_details(
        cls,
        details: ModelDetails,
        machine: Machine,
        *,
        has_token: bool,
        variant: str | None,
        is_let_in: bool | None = None,
        is_here: bool = False,
        named: NamedFiles = NONE_NAMED,
        sheets: Mapping[str, KeptSheet] = NO_SHEETS,
    ) -> ModelCase:
        """The case of a model whose files are known, and what its graphs name as theirs."""
        paths = tuple(file.path for file in details.files)
        sizes = {file.path: file.size for file in details.files}
        architectures = details.architectures
        task = task_here(details.info.task, architectures) or ""

        dtype = next((name for name, _ in details.parameters_by_dtype), "")
        each = bytes_per_parameter(architectures, machine, dtype)

        def whole(layout: ModelLayout) -> ModelLayout:
            return layout.with_data(
                path for graph in layout.part_files for path in named.get(graph, ())
            )

        def memory_of(layout: ModelLayout) -> int | None:
            weights = _total(sizes, whole(layout).weight_files)
            if weights is not None and layout.engine == TORCH:
                weights = max(weights, (details.info.parameters or 0) * each)
            return None if weights is None else _memory(layout, weights, task, architectures)

        def most_memory_of(layout: ModelLayout) -> int | None:
            least = memory_of(layout)
            if least is None or layout.engine != TORCH or each != WIDENED:
                return least
            read = half_wide_bytes(details.parameters_by_dtype)
            return max(least, memory_while_widened((details.info.parameters or 0) * each, read))

        is_alone = runs_on_torch_alone(architectures)
        described = described_variant(paths, sheets) if variant is None else None
        layout = find_layout(paths, variant or described, is_torch_alone=is_alone)
        if variant is None and described is None and layout is not None:
            layout = _first_that_fits(layout, paths, memory_of, machine.total_memory)
        kept = _kept(layout, sheets)
        if layout is not None:
            layout = whole(layout)
            if kept is None and not any(map(is_matte_model, architectures)):
                layout = layout.with_labels(possible_labels(layout, details.files))
        return cls(
            info=details.info,
            paths=paths,
            knows_files=True,
            architectures=architectures,
            needs_remote_code=details.needs_remote_code,
            machine=machine,
            has_token=has_token,
            is_let_in=is_let_in,
            is_here=is_here,
            disabled=details.disabled,
            variant=variant,
            layout=layout,
            memory=most_memory_of(layout) if layout is not None else None,
            least_memory=memory_of(layout) if layout is not None else None,
            download_size=_total(sizes, layout.files) if layout is not None else None,
            kept=kept,
            content=_content(layout, details),
        )

    def has_file(self, *suffixes: str) -> bool:
        """True where a file's name has one of these ends; False where the files aren't known."""
        return any(path.lower().endswith(suffixes) for path in self.paths)

    @property
    def has_pickles(self) -> bool:
        """True where weights are kept in a form that can run code when it is read."""
        return self.has_file(*_PICKLES)

    @property
    def task(self) -> str | None:
        """What it does here, as a pipeline tag; None where nothing names a task."""
        if self.kept is not None and self.kept.task:
            return self.kept.task
        halves = task_of_halves(self.architectures, self.layout)
        return halves or task_here(self.info.task, self.architectures)

    @property
    def sees_alone(self) -> bool:
        """True where the part of CLIP's kind is run that sees, without the one that reads."""
        return only_sees(self.architectures, self.layout)

    @property
    def forecast(self) -> DeviceForecast:
        """On what the run would be."""
        return forecast(self.layout.engine if self.layout is not None else ONNX, self.machine)

    @property
    def card(self) -> Gpu | None:
        """The graphics card that the run would take, and whose memory it needs; None for none."""
        card = self.forecast.card
        return card if card is not None and card.memory else None

    @property
    def runs_on_torch(self) -> bool:
        """True where the weights that a run would take are those of the PyTorch engine."""
        return self.layout is not None and self.layout.engine == TORCH

    @property
    def lacking_engine(self) -> tuple[str, ...]:
        """PyTorch's name where a run would take it and this machine lacks it; else nothing."""
        is_lacking = self.runs_on_torch and TORCH not in self.machine.engines
        return ("PyTorch",) if is_lacking else ()

    @property
    def library(self) -> str:
        """The library in lower case; empty where none is named."""
        return (self.info.library or "").lower()

    @property
    def architecture(self) -> str:
        """The first architecture; empty where none is known."""
        return self.architectures[0] if self.architectures else ""


def _first_that_fits(
    usual: ModelLayout,
    paths: tuple[str, ...],
    memory_of: Callable[[ModelLayout], int | None],
    total: int | None,
) -> ModelLayout:
    """The usual weights, or the first for the same engine that this machine's memory holds."""
    if total is None or (memory_of(usual) or 0) <= total:
        return usual
    others = (
        each
        for each in find_layouts(paths)
        if each.engine == usual.engine and each.sees_alone == usual.sees_alone
    )
    return next((each for each in others if (memory_of(each) or 0) <= total), usual)


def _kept(layout: ModelLayout | None, sheets: Mapping[str, KeptSheet]) -> KeptSheet | None:
    return None if layout is None or layout.engine != ONNX else sheets.get(layout.weights)


def _content(layout: ModelLayout | None, details: ModelDetails) -> str:
    if layout is None:
        return ""
    file = next((each for each in details.files if each.path == layout.weights), None)
    return "" if file is None else file.sha256 or file.git_sha1 or ""


def _memory(layout: ModelLayout, weights: int, task: str, architectures: tuple[str, ...]) -> int:
    return estimate_memory(
        weights,
        engine=layout.engine,
        variant=layout.variant,
        task=task,
        architecture=architectures[0] if architectures else "",
    )


def _total(sizes: Mapping[str, int | None], paths: Iterable[str]) -> int | None:
    """Bytes of some files together; None where that of any is not known."""
    total = 0
    for path in paths:
        size = sizes.get(path)
        if size is None:
            return None
        total += size
    return total
