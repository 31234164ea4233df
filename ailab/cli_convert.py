"""The command that turns models into ONNX."""

from __future__ import annotations

import argparse
import contextlib
import json
from pathlib import PurePath

from ailab.cli_lines import print_line, tell_line
from ailab.cli_words import fail, model_source, print_table
from ailab.exit_status import FAILED, OK
from ailab.lab import Lab
from ailab.services.byte_size import format_bytes
from ailab.services.conversion.local_reference import parse_local
from ailab.services.local_path import local_path
from ailab.services.problem import Problem
from ailab.services.served.served_address import spoken_model
from ailab.viewmodels.conversion_state import ConversionState
from ailab.viewmodels.inference_state import ModelSource


async def run_convert(lab: Lab, options: argparse.Namespace) -> int:
    """Convert a model, list what was converted, or delete it."""
    conversion = lab.conversion
    conversion.open()
    await conversion.wait()
    if options.model is None and options.delete:
        return fail(
            Problem(
                "Nothing is named whose conversion is to be deleted.",
                "Name one of those that `ailab convert` lists.",
            )
        )
    if options.model is None:
        return _list(conversion.state, is_json=options.json)
    if options.delete:
        there = conversion.state.of_model(_name_of(options.model))
        if not there:
            tell_line(f"ailab: nothing of {options.model} was converted here.")
            return FAILED
        for each in there:
            conversion.delete(each)
            await conversion.wait()
            if conversion.state.problem is not None:
                return fail(conversion.state.problem)
            size = format_bytes(each.size)
            print_line(f"Deleted the conversion of {each.record.model_id} ({size}).")
        return OK
    source = model_source(options.model)
    if source is ModelSource.SERVER or options.model.endswith(".onnx"):
        return fail(_not_converted(options.model))
    steps = _Steps()
    conversion.changed.connect(steps.follow)
    conversion.convert(options.model, options.picture, source)
    await conversion.wait()
    state = conversion.state
    if state.problem is not None:
        return fail(state.problem, is_demo=options.demo)
    if options.json:
        return _list(state, is_json=True)
    print_line(state.notice)
    return OK


def _name_of(model: str) -> str:
    """What a conversion is kept under: the Hub's id, or a folder's absolute path."""
    # A folder may be gone by the time that its conversion is deleted.
    is_path = PurePath(model).is_absolute() or model.startswith(("~", "."))
    is_local = is_path or model_source(model) is ModelSource.LOCAL
    return str(local_path(parse_local(model).path)) if is_local else model


def _not_converted(model: str) -> Problem:
    """Why an ONNX file, or the address of a model on a server, is not converted."""
    advice = (
        "Name a model by its id on the Hub, or by the path of a folder with safetensors: "
        "ailab convert OWNER/NAME."
    )
    if model_source(model) is ModelSource.SERVER:
        return Problem(
            f"{spoken_model(model)} is on a server: what it runs is not converted.", advice
        )
    return Problem(f"{model} is ONNX already.", advice)


def _list(state: ConversionState, *, is_json: bool) -> int:
    if is_json:
        answer = [
            {
                "model": each.record.model_id,
                "revision": each.record.revision,
                "task": each.record.task,
                "folder": str(each.folder),
                "size": each.size,
                "converted": each.record.converted,
                "is_size_free": each.record.is_size_free,
                "figures": {name: value for name, value, _ in each.record.figures},
            }
            for each in state.models
        ]
        print_line(json.dumps(answer, indent=2))
        return OK
    rows = [
        (each.record.model_id, each.record.revision[:8], each.record.task, format_bytes(each.size))
        for each in state.models
    ]
    print_table(("MODEL", "REVISION", "TASK", "SIZE"), rows)
    if not state.models:
        tell_line("ailab: no model was converted here yet.")
    return OK


class _Steps:
    """Tells each step once, beside what is printed."""

    def __init__(self) -> None:
        self._last = ""

    def follow(self, _: ConversionState, new: ConversionState) -> None:
        # Of a download the first line alone: it changes many times a second.
        words = new.progress.partition(" · ")[0]
        if words and words != self._last:
            self._last = words
            with contextlib.suppress(BrokenPipeError):  # for which PyQt would end the program
                tell_line(words)
