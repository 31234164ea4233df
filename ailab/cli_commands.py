"""The commands of the command line, on the lab's own view models."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from ailab.cli import FAILED, OK, PARTLY_FAILED, SORTS
from ailab.lab import Lab
from ailab.services.byte_size import format_bytes
from ailab.services.hub import license_name
from ailab.services.hub.model_info import ModelDetails, ModelInfo
from ailab.services.hub.pipeline_tag import display_name
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.prediction_json import result_to_json
from ailab.services.inference.predictions import Segmentation
from ailab.services.problem import Problem
from ailab.viewmodels.inference_state import (
    Fitness,
    InferenceState,
    ModelSource,
    RunStage,
)
from ailab.viewmodels.model_choice import ModelChoice
from ailab.viewmodels.prediction_text import summary
from ailab.viewmodels.progress_text import progress_text
from ailab.viewmodels.results import ResultsState


async def run_search(lab: Lab, options: argparse.Namespace) -> int:
    """List models, one a line or as a JSON array."""
    browser = lab.browser
    browser.set_task(options.task)
    browser.set_sort(SORTS[options.sort])
    browser.set_query(options.query)
    browser.submit_query()
    await browser.wait()
    while len(browser.state.results) < options.limit and browser.state.next_page is not None:
        browser.load_more()
        await browser.wait()
        if browser.state.more_problem is not None:
            break
    problem = browser.state.problem or browser.state.more_problem
    models = browser.state.results[: options.limit]
    if options.json:
        _print(json.dumps([_row_json(model) for model in models], indent=2))
    for model in () if options.json else models:
        _print(_row_line(model))
    if problem is not None:
        return _fail(problem)
    if not models:
        sys.stderr.write("ailab: no model matches.\n")
    return OK


async def run_info(lab: Lab, options: argparse.Namespace) -> int:
    """Tell about one model; exit status 0 whether it runs or not."""
    choice = _choice(lab, options.model)
    if choice.source is ModelSource.LOCAL:
        return await _tell_local(lab, choice, options)
    details, verdict = await choice.look_up()
    if options.json:
        answer = _row_json(details.info) | {
            "revision": details.revision,
            "url": details.url,
            "size_on_disk": details.size_on_disk,
            "architectures": list(details.architectures),
            "base_models": list(details.base_models),
            "runs": verdict.runs,
            "verdict": verdict.summary,
            "advice": verdict.advice,
            "files": list(verdict.files),
            "download_size": verdict.download_size,
        }
        _print(json.dumps(answer, indent=2))
        return OK
    for name, value in _facts(details):
        _print(f"{name:<14}{value}")
    await _tell_status(choice)
    return OK


async def _tell_local(lab: Lab, choice: ModelChoice, options: argparse.Namespace) -> int:
    model = await lab.worker.open(choice.text)
    if options.json:
        answer = {
            "path": str(model.path),
            "task": model.task,
            "labels": list(model.labels),
            "default_threshold": model.default_threshold,
            "runs": True,
        }
        _print(json.dumps(answer, indent=2))
        return OK
    _print(f"{'model':<14}{model.path}")
    _print(f"{'task':<14}{display_name(model.task)}")
    _print(f"{'classes':<14}{', '.join(model.labels) or 'by number'}")
    await _tell_status(choice)
    return OK


async def _tell_status(choice: ModelChoice) -> None:
    status = await choice.status()
    _print("")
    _print(status.text)
    if status.advice:
        _print(status.advice)


async def run_pictures(lab: Lab, options: argparse.Namespace) -> int:
    """Run a model on pictures; prints each result as it comes, and the progress beside it."""
    inference = lab.inference
    source = _source(options.model)
    inference.set_model_source(source)
    if source is ModelSource.LOCAL:
        inference.set_local_path(options.model)
    else:
        inference.set_model_text(options.model)
    inference.check_again()
    inference.set_inputs(options.images)
    inference.set_save_to(options.save_to)
    if options.threshold is not None:
        inference.choose_threshold(options.threshold)
    await inference.wait()
    state = inference.state
    if state.input_problem is not None:
        return _fail(state.input_problem)
    if state.status.fitness is Fitness.REFUSED:
        return _fail(Problem(state.status.text, state.status.advice))
    progress = _ProgressLine()
    printer = _ResultPrinter(progress, is_quiet=options.json)
    inference.changed.connect(progress.follow)
    inference.results.changed.connect(printer.follow)
    try:
        inference.run()
        await inference.wait()
    finally:  # also where the person interrupts: what is done is saved
        progress.clear()
        results = inference.results.state
        if results.folder and results.results:
            sys.stderr.write(f"saved in {results.folder}\n")
    return _conclude(lab, options)


def _choice(lab: Lab, text: str) -> ModelChoice:
    return ModelChoice(
        lab.hub, lab.downloads, lab.worker, lab.compatibility, source=_source(text), text=text
    )


def _source(model: str) -> ModelSource:
    is_local = model.endswith(".onnx") or Path(model).exists()
    return ModelSource.LOCAL if is_local else ModelSource.HUGGING_FACE


def _conclude(lab: Lab, options: argparse.Namespace) -> int:
    state, results = lab.inference.state, lab.inference.results.state
    if options.json:
        answer = {
            "model": results.title,
            "folder": results.folder or None,
            "threshold": results.threshold,
            "results": [_result_json(result) for result in results.results],
        }
        _print(json.dumps(answer, indent=2))
    if state.problem is not None:
        return _fail(state.problem)
    failed = sum(result.prediction is None for result in results.results)
    if failed == len(results.results):
        return FAILED
    return PARTLY_FAILED if failed else OK


def _result_json(result: PictureResult) -> dict[str, Any]:
    """A result without the names of its maps' pixels, which are in the files saved."""
    answer, _ = result_to_json(result)
    if isinstance(result.prediction, Segmentation):
        for name in ("label_map", "confidence"):
            del answer["prediction"][name]
    return answer


class _ResultPrinter:
    """Prints each result as it comes: what was found to standard output, the rest beside it."""

    def __init__(self, progress: _ProgressLine, *, is_quiet: bool) -> None:
        self._progress = progress
        self._is_quiet = is_quiet

    def follow(self, old: ResultsState, new: ResultsState) -> None:
        """Print what is new."""
        for result in new.results[len(old.results) :]:
            self._progress.clear()
            if result.prediction is not None and not self._is_quiet:
                _print(f"{result.picture}: {summary(result.prediction.above(new.threshold))}")
                sys.stdout.flush()
            for note in result.notes:
                sys.stderr.write(f"{result.picture}: {note}\n")
            problem = result.problem
            if problem is not None:
                _fail(Problem(f"{result.picture}: {problem.message}", problem.advice))


class _ProgressLine:
    """Tells how far a run is, on a terminal in one line that is written over."""

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._stage: RunStage | None = None

    def follow(self, _: InferenceState, new: InferenceState) -> None:
        if new.progress is None:
            return
        if self._is_terminal:
            line = ": ".join(part for part in progress_text(new.progress) if part)
            sys.stderr.write(f"\r\x1b[K{line}")
            sys.stderr.flush()
        elif new.progress.stage is not self._stage:
            sys.stderr.write(f"{new.progress.stage.value} {new.progress.model}\n")
        self._stage = new.progress.stage

    def clear(self) -> None:
        """Make room for a line of something else."""
        if self._is_terminal and self._stage is not None:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def _facts(details: ModelDetails) -> list[tuple[str, str]]:
    info = details.info
    size = details.size_on_disk
    return [
        ("model", info.id),
        ("page", details.url),
        ("author", info.author or "unknown"),
        ("task", display_name(info.task) if info.task else "unknown"),
        ("library", info.library or "unknown"),
        ("licence", license_name.display_name(info.license) if info.license else "unknown"),
        ("downloads", _number(info.downloads)),
        ("likes", _number(info.likes)),
        ("modified", info.last_modified.date().isoformat() if info.last_modified else "unknown"),
        ("parameters", _number(info.parameters)),
        ("size on disk", format_bytes(size) if size is not None else "unknown"),
        ("gated", {"": "no", "auto": "yes", "manual": "yes, by its author"}[info.gated]),
        ("revision", details.revision or "unknown"),
        ("tags", ", ".join(info.tags)),
    ]


def _row_json(model: ModelInfo) -> dict[str, Any]:
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


def _row_line(model: ModelInfo) -> str:
    return "\t".join(
        (
            model.id,
            model.task or "-",
            _number(model.downloads, "-"),
            _number(model.likes, "-"),
            model.license or "-",
        )
    )


def _number(number: int | None, unknown: str = "unknown") -> str:
    return unknown if number is None else f"{number:,}"


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _fail(problem: Problem) -> int:
    sys.stderr.write(f"ailab: {problem.message}\n")
    if problem.advice:
        sys.stderr.write(f"       {problem.advice}\n")
    return FAILED
