"""The page that tells what came of the comparison with transformers, `docs/fidelity.md`."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.engine_name import engine_name
from ailab.services.inference.engine_table import ONNX, TORCH
from tiny_networks.case_needs import HEAVY, needs_of

if TYPE_CHECKING:
    from tiny_networks.fidelity_case import FidelityCase
    from tiny_networks.reference import Difference

NOT_EXPORTED = "not exported: "
_PACKAGES = ("torch", "transformers", "onnxruntime", "onnxscript", "numpy", "pillow")
_MEASURED, _OTHERWISE = "Measured with ", ", where a row says no others"
_AGREES, _DIFFERS, _NOTHING = "agrees", "**differs**", "–"
_HOW = (
    "Does ailab give the answer that the reference gives? For every architecture below, a tiny "
    "network with random weights of a fixed seed is saved as transformers saves its models, "
    "exported to ONNX (by transformers' own exporter, as the lab converts, or by PyTorch's older "
    "one, as the exports on the Hub were made), and run on the same picture files by ailab's "
    "engines and by transformers' own model and Pillow image processor. The table is made by `make "
    "fidelity`, which fails where a difference is larger than it may be, or ailab fails. Networks "
    "of timm are compared with timm's own transform and network."
)
_LIMITS = (
    "May differ at most: scores by 1e-3, with the same labels; boxes by 1 pixel; masks and class "
    "maps by 1 - IoU = 0.001 (panoptic ones where a mask claims more than 0.2 %); depths by 1e-3 "
    "of each pixel's own (of a hundredth of the largest below that); features by 1 - cosine = "
    "1e-4; mattes and pictures made by 1 of 256 steps; words not at all."
)
_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """What came of an architecture on an engine.

    Attributes:
        case: the architecture.
        engine: name of the engine.
        worst: the largest difference of each measure over all pictures.
        pictures: how many were compared.
        problem: why nothing could be compared; empty where it could.
    """

    case: FidelityCase
    engine: str
    worst: tuple[Difference, ...] = ()
    pictures: int = 0
    problem: str = ""

    @property
    def agrees(self) -> bool:
        """True where something was compared, and every difference is within its limit."""
        return bool(self.worst) and not self.problem and all(each.is_small for each in self.worst)

    @property
    def is_wrong(self) -> bool:
        """True where something differs, or could not be compared though transformers ran it."""
        return not self.agrees and not self.problem.startswith(NOT_EXPORTED)

    @property
    def key(self) -> _Key:
        """What tells it from the page's other rows: task, architecture and engine."""
        return self.case.task, self.case.name, engine_name(self.engine)


def joined(rows: Sequence[Row]) -> Row:
    """Rows of one architecture on one engine, each of other pictures, as one."""
    worst: dict[str, Difference] = {}
    for each in (difference for row in rows for difference in row.worst):
        known = worst.get(each.measure)
        worst[each.measure] = each if known is None or each.worst > known.worst else known
    return Row(
        rows[0].case,
        rows[0].engine,
        tuple(worst.values()),
        sum(row.pictures for row in rows),
        next((row.problem for row in rows if row.problem), ""),
    )


def told(row: Row) -> str:
    """A row's differences in a few words."""
    if row.problem:
        return row.problem
    said = "; ".join(f"{each.measure} {_number(each.worst)}" for each in row.worst)
    if heavy := [name for name in needs_of(row.case) if name in HEAVY]:
        said += f" ({', '.join(f'{name} {version(name)}' for name in ('torch', *heavy))})"
    return said


def versions_here() -> str:
    """The packages that the comparison rests on, with their versions."""
    return ", ".join(f"{name} {version(name)}" for name in _PACKAGES)


def kept_versions(text: str) -> str:
    """Those that a page names."""
    return text.partition(_MEASURED)[2].partition(_OTHERWISE)[0]


def kept_rows(text: str) -> dict[_Key, str]:
    """The lines of a page's tables, by what tells each from the others."""
    found = {}
    task = ""
    for line in text.splitlines():
        if line.startswith("## "):
            task = line.removeprefix("## ")
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| ") and len(cells) == 4 and cells[0] != "architecture":
            found[task, cells[0], cells[1]] = line
    return found


def page(
    every: Sequence[FidelityCase],
    rows: Sequence[Row],
    kept: Mapping[_Key, str],
    *,
    pictures: Sequence[str],
    cannot_agree: Sequence[str],
    versions: str,
) -> str:
    """The whole of the page.

    Args:
        every: all architectures, in the order of the page.
        rows: what was measured now.
        kept: the lines of the page as it was, for what was not.
        pictures: what the pictures are called.
        cannot_agree: what cannot agree, or is not compared, and why.
        versions: of the packages by which most rows were measured.
    """
    lines = dict(kept) | {row.key: _line(row) for row in rows}
    keys = {
        case.task: [
            key
            for other in every
            if other.task == case.task
            for engine in (TORCH, ONNX)
            if (key := (other.task, other.name, engine_name(engine))) in lines
        ]
        for case in every
    }
    told_lines = [lines[key] for each in keys.values() for key in each]
    tables = [
        line
        for task, each in keys.items()
        for line in (
            f"## {task}",
            "",
            "| architecture | engine | largest difference | |",
            "|---|---|---|---|",
            *(lines[key] for key in each),
            "",
        )
    ]
    return "\n".join(
        [
            "# Fidelity",
            "",
            textwrap.fill(_HOW, 95),
            "",
            f"Pictures: {'; '.join(pictures)}.",
            "",
            textwrap.fill(_LIMITS, 95),
            "",
            f"{_MEASURED}{versions}{_OTHERWISE}: {_summary(told_lines)}.",
            "",
            *tables,
            "## What is not compared, and why",
            "",
            *_left_out(every),
            *(f"- {line}" for line in cannot_agree),
            "",
        ]
    )


def shortened(text: str, width: int) -> str:
    """A text in one line of so many characters at most."""
    return textwrap.shorten(text, width, placeholder=" …", break_on_hyphens=False)


def _line(row: Row) -> str:
    mark = _AGREES if row.agrees else _DIFFERS if row.worst else _NOTHING
    return f"| {row.case.name} | {engine_name(row.engine)} | {told(row)} | {mark} |"


def _summary(lines: Sequence[str]) -> str:
    """How many rows were compared, and what came of it."""
    agreeing = sum(line.endswith(f"| {_AGREES} |") for line in lines)
    differing = sum(line.endswith(f"| {_DIFFERS} |") for line in lines)
    outcome = f"{differing} of them differ" if differing else "all agree"
    said = [f"{agreeing + differing} rows compared, {outcome}"]
    if exports := sum(f"| {NOT_EXPORTED}" in line for line in lines):
        said.append(f"{exports} not exported")
    if failed := len(lines) - agreeing - differing - exports:
        said.append(f"{failed} failed")
    return "; ".join(said)


def _left_out(every: Sequence[FidelityCase]) -> Iterator[str]:
    for case in every:
        for name, why in case.skips.items():
            yield f"- {case.name}, {name}: {why}."
    keepers = [case.name for case in every if case.keeps_its_size]
    yield (
        f"- {', '.join(keepers)} on ONNX Runtime are exported anew for each picture: the exporter "
        "keeps numbers of the size that it traced, and a graph is right for pictures of that shape "
        "only, whoever runs it. Converting in the lab finds that out, and keeps the size fixed."
    )


def _number(value: float) -> str:
    return "0" if value == 0 else "another number of things" if value == np.inf else f"{value:.1e}"
