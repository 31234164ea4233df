"""What the commands of the command line write."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ailab.cli_lines import in_a_line, print_line, tell_line
from ailab.exit_status import FAILED
from ailab.services.conversion.local_reference import parse_local
from ailab.services.hub.model_info import ModelInfo
from ailab.services.local_path import is_there
from ailab.services.next_step import NextStep
from ailab.services.problem import Problem
from ailab.services.served.served_address import is_served_address
from ailab.viewmodels.inference_state import ModelSource

ROW_HEADINGS = ("MODEL", "TASK", "DOWNLOADS", "LIKES", "LICENCE")
HOW_TO_SIGN_IN = "In a terminal you sign in by the environment variable HF_TOKEN: an access token."
HOW_TO_BE_LET_IN = (
    "The demonstration lets in whoever has its token hf_demo_reader: set the environment variable "
    "HF_TOKEN to it, or sign in with it in the window (ailab --demo)."
)
_AT_THE_HUB = frozenset({NextStep.SIGN_IN, NextStep.OPEN_MODEL_PAGE})


def model_source(model: str) -> ModelSource:
    """A server for the address of a model on one, local for a path, else the Hub."""
    if is_served_address(model):
        return ModelSource.SERVER
    path = Path(parse_local(model.strip()).path)
    # No id of the Hub begins like these, so that what is misspelt is told of as missing here.
    is_spelt = path.is_absolute() or model.startswith(("./", "../"))
    before_colon = Path(model.rpartition(":")[0])  # a file has no variants
    is_file = path.suffix == ".onnx" or (before_colon.suffix == ".onnx" and is_there(before_colon))
    is_local = is_spelt or is_file or is_there(path)
    return ModelSource.LOCAL if is_local else ModelSource.HUGGING_FACE


def row_json(model: ModelInfo) -> dict[str, Any]:
    """A row of the list as a JSON object."""
    return {
        "id": model.id,
        "author": model.author,
        "task": model.task,
        "library": model.library,
        "license": model.license,
        "downloads": model.downloads,
        "likes": model.likes,
        "last_modified": model.last_modified.isoformat() if model.last_modified else None,
        "parameters": model.parameters,
        "gated": model.gated or False,
        "tags": list(model.tags),
    }


def row_cells(model: ModelInfo) -> tuple[str, ...]:
    """A row of the list as its columns, those of `ROW_HEADINGS`."""
    return (
        model.id,
        model.task or "-",
        number(model.downloads, "-"),
        number(model.likes, "-"),
        model.license or "-",
    )


def print_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write rows: under headings and even on a terminal, with tabs between for programs."""
    rows = [tuple(map(in_a_line, row)) for row in rows]
    if not rows or not sys.stdout.isatty():
        for row in rows:
            print_line("\t".join(row))
        return
    columns = list(zip(headings, *rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    for line in zip(*columns, strict=True):
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        print_line("  ".join(cells).rstrip())


def number(number: int | None, unknown: str = "unknown") -> str:
    """A number as people read it."""
    return unknown if number is None else f"{number:,}"


def next_steps(advice: str, step: NextStep, *, is_demo: bool = False) -> tuple[str, ...]:
    """What to do next, as it is done in a terminal, a line each.

    Args:
        advice: as the window gives it; may be empty.
        step: what a button does there.
        is_demo: the Hub is the embedded one, whose pages are gone when the command ends.
    """
    if is_demo and step in _AT_THE_HUB:
        return (HOW_TO_BE_LET_IN,)
    signing_in = HOW_TO_SIGN_IN if step is NextStep.SIGN_IN else ""
    return tuple(line for line in (advice, signing_in) if line)


def fail(problem: Problem, *, is_demo: bool = False) -> int:
    """Tell of a failure on standard error; returns the exit status."""
    tell_line(f"ailab: {problem.message}")
    for line in next_steps(problem.advice, problem.next_step, is_demo=is_demo):
        tell_line(f"       {line}")
    return FAILED
