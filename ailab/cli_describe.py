"""The command that gives a bare `.onnx` file its sheet."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace

from ailab.cli_lines import print_line, tell_line
from ailab.cli_sheet import SheetTrial, changed, check, print_sheet, tell_trial_notes
from ailab.cli_words import fail, model_source, print_table
from ailab.exit_status import FAILED, OK
from ailab.lab import Lab
from ailab.services.byte_size import format_bytes
from ailab.services.compatibility.verdict import Fit
from ailab.services.hub.hub_errors import HubError
from ailab.services.hub.model_reference import parse_reference
from ailab.services.inference.inference_errors import (
    ModelFileError,
    NotDescribedError,
    SheetError,
)
from ailab.services.inference.sheet_draft import SheetDraft
from ailab.services.inference.sheets import OpenedSheet
from ailab.services.problem import Problem
from ailab.viewmodels.inference_state import ModelSource
from ailab.viewmodels.model_choice import ModelChoice

_HEADINGS = ("MODEL", "FILE", "TASK", "SHEET")


async def run_describe(lab: Lab, options: argparse.Namespace) -> int:
    """Give a model a sheet, print the one that it has or could have, list or forget."""
    if options.model is None:
        return await _list(lab, is_json=options.json)
    source = model_source(options.model)
    if options.delete:
        return await _forget(lab, options.model, source)
    path = options.model.strip()
    if source is ModelSource.HUGGING_FACE:
        choice = ModelChoice(
            lab.hub, lab.queue, lab.worker, lab.compatibility, source=source, text=path
        )
        path = await _bring(lab, choice)
    elif source is ModelSource.LOCAL and not path.lower().endswith(".onnx"):
        raise ModelFileError(
            f"{path} is no .onnx file.", "Name the .onnx file itself, which the sheet is of."
        )
    opened = await lab.sheets.open(path)
    if opened.obstacle is not None:
        return fail(opened.obstacle, is_demo=options.demo)
    is_kept = options.write or options.sheet is not None
    draft = await changed(lab, opened, options)
    trial = SheetTrial("")
    if is_kept or options.picture:
        trial = await check(lab, opened, draft, options.picture or "")
    if options.sheet is None:
        print_sheet(opened, draft, trial, is_json=options.json)
    if not is_kept and not options.picture and draft.task and draft.decoder:
        trial = await check(lab, opened, draft, "")  # what is printed may be sent into a file, too
    if not options.json:
        tell_trial_notes(trial)
    if trial.problem is not None:
        return fail(_untried(trial.problem, is_kept=is_kept))
    if options.sheet is not None and trial.words:
        print_line(f"{trial.picture}: {trial.words}")
    return await _keep(lab, opened, draft, options) if is_kept else OK


async def _keep(
    lab: Lab, opened: OpenedSheet, draft: SheetDraft, options: argparse.Namespace
) -> int:
    """Write the sheet, unless another one lies there that is not to be replaced."""
    changes = await lab.sheets.compare(opened.path, draft)
    if changes.lines and not options.replace:
        return fail(
            Problem(
                f"{options.model} has another sheet already. This would change:\n"
                + "\n".join(f"       {line}" for line in changes.lines),
                "Give it with --replace to put it in the place of that one.",
            )
        )
    await lab.sheets.save(opened.path, draft, changes.found)
    told = f"{options.model} is described now. Try it: ailab run {options.model} PICTURE"
    # Where the sheet itself was printed, that alone belongs into a file.
    (print_line if options.sheet is not None else tell_line)(told)
    return OK


def _untried(problem: Problem, *, is_kept: bool) -> Problem:
    """Why it did not run on the picture, and that nothing was kept, if something was to be."""
    lost = " Nothing was written." if is_kept else ""
    return replace(problem, message=f"{problem.message}{lost}")


async def _bring(lab: Lab, choice: ModelChoice) -> str:
    """The path of a Hub model's `.onnx` file on this disk, downloaded where it is not there.

    Raises:
        LabError: it cannot be described, or not be brought; says why.
    """
    try:
        details, verdict = await choice.look_up()
    except HubError as error:
        path = await _kept(choice) if error.is_offline else ""
        if not path:
            raise
        return path
    name = details.info.id
    if not verdict.sheet_for:
        if verdict.fit in {Fit.RUNS, Fit.NEEDS_EXTRA}:
            raise ModelFileError(f"{name} needs no sheet: its own files describe it.", "Run it.")
        raise ModelFileError(f"{name}: {verdict.summary}", verdict.advice)
    if not await lab.queue.holds(details, verdict.files):
        size = f" ({format_bytes(verdict.download_size)})" if verdict.download_size else ""
        tell_line(f"Downloading {name}{size}")
    folder = await lab.queue.download(details, verdict.files, lambda _: None)
    return str(folder / verdict.sheet_for)


async def _kept(choice: ModelChoice) -> str:
    """The path of the file where the Hub cannot be asked; empty where it is not on this disk."""
    try:
        model = await choice.open_kept()
    except (NotDescribedError, SheetError) as error:
        return error.weights
    return str(model.path) if model is not None and model.sheet else ""


async def _list(lab: Lab, *, is_json: bool) -> int:
    kept = await lab.sheets.kept()
    if is_json:
        answer = [
            {"model": e.model_id, "file": e.file, "task": e.task or None, "sheet": str(e.place)}
            for e in kept
        ]
        print_line(json.dumps(answer, indent=2))
        return OK
    print_table(_HEADINGS, [(e.model_id, e.file, e.task or "-", str(e.place)) for e in kept])
    if not kept:
        tell_line("ailab: no model of the Hub was described here.")
    return OK


async def _forget(lab: Lab, model: str, source: ModelSource) -> int:
    if source is not ModelSource.HUGGING_FACE:
        return fail(
            Problem(
                f"{model} is no model of the Hub: its sheet is a file of yours.",
                "Delete that file.",
            )
        )
    reference = parse_reference(model)
    gone = await lab.sheets.forget(reference.model, reference.variant)
    if not gone:
        tell_line(f"ailab: nobody described {model} here.")
        return FAILED
    for each in gone:
        print_line(f"Forgot the sheet of {each.model_id}, {each.file}.")
    return OK
