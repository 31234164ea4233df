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
from ailab.services.compatibility.judge import judge
from ailab.services.hub import license_name
from ailab.services.hub.model_info import ModelDetails, ModelInfo
from ailab.services.hub.pipeline_tag import display_name
from ailab.services.inference.prediction_json import result_to_json
from ailab.services.problem import Problem
from ailab.viewmodels.inference_state import (
    Fitness,
    InferenceState,
    ModelSource,
    RunProgress,
    RunStage,
)
from ailab.viewmodels.prediction_text import summary


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
    details = await lab.hub.get_model_info(options.model)
    verdict = judge(details, has_token=lab.hub.has_token)
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
    _print("")
    _print(verdict.summary)
    if verdict.advice:
        _print(verdict.advice)
    return OK


async def run_pictures(lab: Lab, options: argparse.Namespace) -> int:
    """Run a model on pictures; tells the progress on standard error."""
    inference = lab.inference
    if _is_local(options.model):
        inference.set_model_source(ModelSource.LOCAL)
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
    inference.changed.connect(progress.follow)
    inference.run()
    await inference.wait()
    progress.end()
    return _print_results(lab, options)


def _is_local(model: str) -> bool:
    return model.endswith(".onnx") or Path(model).exists()


def _print_results(lab: Lab, options: argparse.Namespace) -> int:
    state, results = lab.inference.state, lab.inference.results.state
    failed = 0
    if options.json:
        answer = {
            "model": results.title,
            "folder": results.folder or None,
            "threshold": results.threshold,
            "results": [result_to_json(result)[0] for result in results.results],
        }
        _print(json.dumps(answer, indent=2))
    for result in results.results:
        if result.prediction is None:
            failed += 1
        elif not options.json:
            _print(f"{result.picture}: {summary(result.prediction.above(results.threshold))}")
        if result.problem is not None:
            _fail(Problem(f"{result.picture}: {result.problem.message}", result.problem.advice))
    if state.problem is not None:
        return _fail(state.problem)
    if results.folder:
        sys.stderr.write(f"saved in {results.folder}\n")
    if failed == len(results.results):
        return FAILED
    return PARTLY_FAILED if failed else OK


class _ProgressLine:
    """Tells how far a run is, on a terminal in one line that is written over."""

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._stage: RunStage | None = None

    def follow(self, _: InferenceState, new: InferenceState) -> None:
        if new.progress is None:
            return
        if self._is_terminal:
            sys.stderr.write(f"\r\x1b[K{_progress_text(new.progress)}")
            sys.stderr.flush()
        elif new.progress.stage is not self._stage:
            sys.stderr.write(f"{_progress_text(new.progress)}\n")
        self._stage = new.progress.stage

    def end(self) -> None:
        if self._is_terminal and self._stage is not None:
            sys.stderr.write("\r\x1b[K")


def _progress_text(progress: RunProgress) -> str:
    text = f"{progress.stage.value} {progress.model}".strip()
    if progress.download is not None:
        download = progress.download
        total = f" of {format_bytes(download.total)}" if download.total is not None else ""
        return f"{text}: {format_bytes(download.done)}{total}, {format_bytes(download.speed)}/s"
    if progress.stage is RunStage.RUNNING:
        return f"{text}: picture {progress.done + 1} of {progress.total}"
    return text


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
