"""The command that tells about one model."""

from __future__ import annotations

import argparse
import json

from ailab.cli_bare import outline_of, ports_json, print_ports, tell_bare
from ailab.cli_lines import print_line
from ailab.cli_prompt import ASKED
from ailab.cli_words import model_source, next_steps, number, row_json
from ailab.exit_status import OK
from ailab.lab import Lab
from ailab.services.architecture.config_reader import read_config, tells_classes
from ailab.services.byte_size import format_bytes
from ailab.services.compatibility.verdict import Fit, Verdict
from ailab.services.conversion.converted_model import CONVERTED
from ailab.services.conversion.local_reference import parse_local
from ailab.services.hub import license_name
from ailab.services.hub.model_info import ModelDetails
from ailab.services.hub.pipeline_tag import display_name
from ailab.services.inference.chat_models import POLICIES
from ailab.services.inference.device import SERVER
from ailab.services.inference.inference_errors import (
    MissingPackageError,
    ModelFileError,
    NotDescribedError,
    SheetError,
)
from ailab.services.inference.label_nouns import label_nouns, label_nouns_of
from ailab.services.inference.prompt_kind import PromptKind
from ailab.services.lab_error import LabError
from ailab.services.local_path import local_path
from ailab.services.served.served_address import spoken_model
from ailab.viewmodels.asked_by import asked_by
from ailab.viewmodels.inference_state import ModelSource
from ailab.viewmodels.model_choice import ModelChoice
from ailab.viewmodels.subtask_words import why_usual

_WITH_CLASSES = frozenset({"image-classification", "object-detection", "image-segmentation"})
"""Tasks whose models tell classes apart, with names or without."""
_OWN_CLASSES = frozenset({PromptKind.NONE, PromptKind.SUBTASK, PromptKind.READER})
"""What models ask for that tell the classes apart which they were trained on."""


async def run_info(lab: Lab, options: argparse.Namespace) -> int:
    """Tell about one model; exit status 0 whether it runs or not, if what was named is there.

    Raises:
        LabError: it is not there, or nothing can be told of it.
    """
    try:
        return await _tell(lab, options)
    except LabError as error:
        if options.json:
            answer = {
                "model": spoken_model(options.model),
                "runs": False if isinstance(error, ModelFileError) else None,
                "verdict": error.message,
                "advice": error.advice,
            }
            print_line(json.dumps(answer, indent=2))
        raise


async def _tell(lab: Lab, options: argparse.Namespace) -> int:
    choice = _choice(lab, options.model)
    if choice.source is not ModelSource.HUGGING_FACE:
        return await _tell_local(lab, choice, options)
    details, verdict = await choice.look_up()
    classes = await _classes(lab, details, verdict)
    variants, wanted = lab.compatibility.variants(details), choice.reference.variant
    if wanted and wanted not in variants:
        raise ModelFileError(f"{details.info.id}: {verdict.summary}", verdict.advice)
    if options.json:
        answer = row_json(details.info) | {
            "revision": details.revision,
            "url": details.url,
            "size_on_disk": details.size_on_disk,
            "architectures": list(details.architectures),
            "base_models": list(details.base_models),
            "labels": list(classes) or None,
            "variants": list(variants),
            "prompt": _prompt(asked_by(details, verdict.engine, verdict.variant)),
            "runs": verdict.runs,
            "fit": verdict.fit.name.lower(),
            "verdict": verdict.summary,
            "advice": verdict.advice,
            "command": verdict.command or None,
            "engine": verdict.engine or None,
            "device": lab.compatibility.forecast(verdict.engine).device if verdict.runs else None,
            "variant": verdict.variant or None,
            "files": list(verdict.files),
            "companions": [
                {"id": each.model_id, "files": list(each.files)} for each in verdict.companions
            ],
            "download_size": verdict.download_size,
            "memory": verdict.memory,
            "seconds": verdict.seconds,
            "is_measured": verdict.is_measured,
        }
        print_line(json.dumps(answer, indent=2))
        return OK
    for name, value in _facts(details):
        print_line(f"{name:<14}{value}")
    if classes:
        _, nouns = label_nouns_of(next(iter(details.architectures), ""))
        print_line(f"{nouns:<14}{len(classes):,}: {', '.join(classes)}")
    _tell_prompt(asked_by(details, verdict.engine, verdict.variant), details.info.id)
    if variants:
        print_line(f"{'weights':<14}{', '.join(variants)}")
    await _tell_status(choice, is_demo=options.demo)
    return OK


async def _classes(lab: Lab, details: ModelDetails, verdict: Verdict) -> tuple[str, ...]:
    """What a Hub model tells apart, by its configuration; nothing where that does not say."""
    if not tells_classes(details) or verdict.fit is Fit.NEEDS_ACCESS:
        return ()
    try:
        sheet = await read_config(lab.hub, details)
    except LabError:  # all else is told without
        return ()
    return () if sheet is None else sheet.names


async def _tell_local(lab: Lab, choice: ModelChoice, options: argparse.Namespace) -> int:
    try:
        model = await choice.open_local()
    except MissingPackageError:
        raise
    except ModelFileError as error:
        weights = choice.text
        if isinstance(error, NotDescribedError | SheetError):
            weights = error.weights
        if choice.source is not ModelSource.LOCAL or not weights.lower().endswith(".onnx"):
            raise
        return await tell_bare(lab, error, weights, is_json=options.json)
    # What was made of a folder goes by that folder.
    is_converted = model.variant == CONVERTED
    folder = local_path(parse_local(choice.text).path) if is_converted else model.path
    path = model.address or str(folder)
    await lab.compatibility.look_around()
    outline = await outline_of(lab, model)
    if options.json:
        answer = {
            "path": path,
            "task": model.task,
            "labels": list(model.labels),
            "default_threshold": model.default_threshold,
            "engine": model.engine,
            "device": SERVER if model.address else lab.compatibility.forecast(model.engine).device,
            "variant": model.variant or None,
            "prompt": _prompt(model.asks_for),
            "runs": True,
        } | ports_json(outline)
        print_line(json.dumps(answer, indent=2))
        return OK
    print_line(f"{'model':<14}{path}")
    print_ports(outline)
    print_line(f"{'task':<14}{display_name(model.task)}")
    _tell_prompt(model.asks_for, path)
    # What is named by the person needs no labels of its own.
    is_named = model.asks_for.takes_labels
    if (model.labels and not is_named) or (
        model.asks_for in _OWN_CLASSES and model.task in _WITH_CLASSES
    ):
        unnamed = "rules of its own" if model.decoder == POLICIES else "by number"
        _, nouns = label_nouns(model.task)
        print_line(f"{nouns:<14}{', '.join(model.labels) or unnamed}")
    await _tell_status(choice, is_demo=options.demo)
    return OK


def _prompt(kind: PromptKind) -> str | None:
    return None if kind is PromptKind.NONE else kind.value


def _tell_prompt(kind: PromptKind, model: str) -> None:
    if asked := ASKED[kind]:
        print_line(f"{'asks for':<14}{asked}")
    if kind is PromptKind.SUBTASK:
        print_line(f"{'':<14}{why_usual(model)}")


async def _tell_status(choice: ModelChoice, *, is_demo: bool) -> None:
    status = await choice.status()
    print_line("")
    print_line(status.text)
    for line in next_steps(status.advice, status.next_step, is_demo=is_demo):
        print_line(line)
    if status.command:
        print_line(status.command)


def _choice(lab: Lab, text: str) -> ModelChoice:
    return ModelChoice(
        lab.hub, lab.queue, lab.worker, lab.compatibility, source=model_source(text), text=text
    )


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
        ("downloads", number(info.downloads)),
        ("likes", number(info.likes)),
        ("modified", info.last_modified.date().isoformat() if info.last_modified else "unknown"),
        ("parameters", number(info.parameters)),
        ("size on disk", format_bytes(size) if size is not None else "unknown"),
        ("gated", {"": "no", "auto": "yes", "manual": "yes, by its author"}[info.gated]),
        ("revision", details.revision or "unknown"),
        ("tags", ", ".join(info.tags)),
    ]
