"""From a case to a verdict."""

from __future__ import annotations

from types import MappingProxyType

from ailab.services.byte_size import format_bytes
from ailab.services.compatibility.device_forecast import forecast
from ailab.services.compatibility.extra_cost import extra_cost
from ailab.services.compatibility.measurement import Measurement
from ailab.services.compatibility.model_case import ModelCase
from ailab.services.compatibility.rules import RULES
from ailab.services.compatibility.sheet_case import goes_by_sheet
from ailab.services.compatibility.verdict import Fit, Verdict
from ailab.services.conversion.converted_model import CONVERTED, ConvertedModel
from ailab.services.hub.pipeline_tag import display_name
from ailab.services.inference.companions import companion_names, companions_of
from ailab.services.inference.dual_encoder import is_unweighed
from ailab.services.inference.engine_table import ONNX
from ailab.services.inference.prompt_kind import PromptKind, prompt_kind
from ailab.services.inference.text_readers import TEXT_LINE, TEXT_READERS
from ailab.services.inference.zero_shot_heads import CLASSIFY
from ailab.services.install_command import install_command
from ailab.services.kept_sheets.kept_sheet import of_other_file

# What a person has to give beside the picture, as it follows the task's name.
_ASKED = MappingProxyType(
    {
        PromptKind.LABELS: " by labels that you type",
        PromptKind.SHAPES_OR_LABELS: " by points, boxes or labels that you type",
    }
)
_NOT_KNOWN = Verdict(Fit.UNKNOWN, "Not known before its list of files is read.")


def judge_case(case: ModelCase, *, measured: Measurement | None = None) -> Verdict:
    """Say whether a model runs, on which engine, which of its files that takes and what it costs.

    Args:
        case: the model and this machine.
        measured: what it took when it was run here.
    """
    rule = next((rule for rule in RULES if rule.applies(case)), None)
    command = ""
    if rule is not None:
        summary = rule.summary if isinstance(rule.summary, str) else rule.summary(case)
        advice = rule.advice if isinstance(rule.advice, str) else rule.advice(case)
        if rule.fit is Fit.WONT_RUN:
            return Verdict(rule.fit, summary, advice)
    elif case.layout is None:
        return _NOT_KNOWN
    else:
        summary = _runs(case, measured)
        placed = case.forecast
        is_told = placed.card is None and (case.machine.gpu is None or case.machine.gpu.is_card)
        words = (placed.why_not, placed.advice) if is_told else ()
        told = (_of_other(case), _relative(case), _warning(case, measured), *words)
        advice = " ".join(word for word in told if word)
        command = placed.command if is_told else ""
    layout = case.layout
    fit = rule.fit if rule is not None else Fit.RUNS
    if rule is not None and fit is Fit.NEEDS_EXTRA:
        extra = rule.brought_by(case)
        command = install_command(extra)
        disk = extra_cost(extra, lacks_torch=bool(case.lacking_engine))
        advice = f"{advice} {disk}".strip()
        if costs := _costs(case, measured):
            summary = f"{summary} With it: {', '.join(costs)}."
    return Verdict(
        fit,
        summary,
        advice,
        files=layout.files if layout is not None else (),
        download_size=case.download_size,
        engine=layout.engine if layout is not None else "",
        memory=measured.memory if measured is not None and measured.memory else case.memory,
        seconds=measured.seconds if measured is not None else None,
        command=command,
        variant=layout.variant if layout is not None else "",
        companions=companions_of(case.architectures) if layout is not None else (),
        sheet_for=layout.weights if layout is not None and goes_by_sheet(case) else "",
    )


def judge_converted(
    case: ModelCase, converted: ConvertedModel, *, measured: Measurement | None = None
) -> Verdict:
    """The verdict on a model that was turned into ONNX on this machine: it runs.

    Args:
        case: the model and this machine.
        converted: the conversion.
        measured: what that took when it was run here.
    """
    placed = forecast(ONNX, case.machine)
    record = converted.record
    words = [
        f"Runs here on {placed.words}, converted on this machine: {display_name(record.task)}",
        f"{format_bytes(converted.size)} on this disk",
    ]
    if measured is not None:
        words.append(_took(measured))
    is_told = case.machine.gpu is not None and case.machine.gpu.is_card
    fixed = "" if not record.reason else "Pictures of any shape are stretched to one size."
    advice = (fixed, *((placed.why_not, placed.advice) if is_told else ()))
    return Verdict(
        Fit.RUNS,
        f"{', '.join(words)}.",
        " ".join(word for word in advice if word),
        engine=ONNX,
        memory=measured.memory if measured is not None else None,
        seconds=measured.seconds if measured is not None else None,
        command=placed.command if is_told else "",
        variant=CONVERTED,
    )


def _took(measured: Measurement) -> str:
    memory = f" and {format_bytes(measured.memory)}" if measured.memory else ""
    return f"took {_duration(measured.seconds)}{memory} here"


def _runs(case: ModelCase, measured: Measurement | None) -> str:
    task = case.task or ""
    architecture = "" if case.sees_alone else case.architecture
    asked = _ASKED.get(prompt_kind(task, architecture=architecture), "")
    if case.kept is None and (decoder := TEXT_READERS.get(case.architecture)) is not None:
        asked = " of one line of text" if decoder == TEXT_LINE else " of one word"
    does = f"{display_name(task)}{asked}" if task else "what its sheet says"
    costs = [f"Runs here on {case.forecast.words}: {does}"]
    if case.kept is not None:
        costs.append("as you described it")
    costs += _costs(case, measured)
    spared = " Its own Python code is not needed." if case.needs_remote_code else ""
    beside = companion_names(companions_of(case.architectures))
    more = f" It is read with the tokenizers of {beside}, which are downloaded too."
    return f"{', '.join(costs)}.{spared}{more if beside else ''}"


def _costs(case: ModelCase, measured: Measurement | None) -> list[str]:
    """What is to be downloaded and what memory a run takes, as far as it is known."""
    costs = []
    if case.is_here:
        costs.append("already on this disk")
    elif case.download_size is not None:
        costs.append(f"{format_bytes(case.download_size)} to download")
    if measured is not None:
        costs.append(_took(measured))
    elif case.memory is not None:
        costs.append(f"about {format_bytes(case.memory)} of memory")
    return costs


def _of_other(case: ModelCase) -> str:
    """That a sheet was written for another file; else empty."""
    kept = case.kept
    return of_other_file(kept.file) if kept is not None and kept.is_of_other(case.content) else ""


def _relative(case: ModelCase) -> str:
    """That scores are not the network's own; else empty."""
    layout = case.layout
    if layout is None or case.task != CLASSIFY or not is_unweighed(case.architectures, layout):
        return ""
    return "Its files do not hold how matches are weighed, so that its scores are relative."


def _warning(case: ModelCase, measured: Measurement | None) -> str:
    """What to mind where there is hardly enough memory now; else empty."""
    memory = measured.memory if measured is not None and measured.memory else case.memory
    free = case.machine.free_memory
    if memory is None or free is None or memory <= free:
        return ""
    return (
        f"Only {format_bytes(free)} of memory are free now, and it needs about "
        f"{format_bytes(memory)}: close other programs first."
    )


def _duration(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
