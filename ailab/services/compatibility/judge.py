"""From a model's details to a verdict, by a table of rules.

Nothing is downloaded for it: the Hub's file list, tags and configuration are enough to know
whether ONNX weights with a description are there, and if not, what stands in the way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ailab.services.byte_size import format_bytes
from ailab.services.compatibility.runnable_tasks import RUNNABLE_TASKS
from ailab.services.compatibility.verdict import Fit, Verdict
from ailab.services.hub.model_info import ModelDetails
from ailab.services.hub.pipeline_tag import display_name
from ailab.services.inference.model_layout import ModelLayout, find_layout
from ailab.services.inference.preprocessor_defaults import UNKNOWN_STEPS

_PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".h5", ".msgpack", ".joblib")

# Architectures of a runnable task whose networks ask for more than a picture.
_NEEDS_MORE_THAN_A_PICTURE = {
    "CLIPSegForImageSegmentation": "a text prompt",
    "GroundingDinoForObjectDetection": "a text prompt",
    "OneFormerForUniversalSegmentation": "a text prompt",
    "SamModel": "points or boxes",
}


@dataclass(frozen=True, slots=True)
class _Case:
    details: ModelDetails
    layout: ModelLayout | None
    has_token: bool

    @property
    def task(self) -> str | None:
        return self.details.info.task

    def has_file(self, *suffixes: str) -> bool:
        return any(file.path.lower().endswith(suffixes) for file in self.details.files)


def _prepares_unknown(case: _Case) -> bool:
    """True for architectures whose image processors take steps that ailab does not know."""
    return any(name.startswith(tuple(UNKNOWN_STEPS)) for name in case.details.architectures)


@dataclass(frozen=True, slots=True)
class _Refusal:
    applies: Callable[[_Case], bool]
    summary: Callable[[_Case], str]
    advice: Callable[[_Case], str]


_LOOK_FOR_ONNX = "Look for a copy with ONNX weights, for example from onnx-community or Xenova."

# The first that applies is told: what can't be mended stands before what can.
_REFUSALS: tuple[_Refusal, ...] = (
    _Refusal(
        lambda case: case.details.disabled,
        lambda case: "Won't run: the Hub has switched this model off.",
        lambda case: "Choose another model.",
    ),
    _Refusal(
        lambda case: case.task is not None and case.task not in RUNNABLE_TASKS,
        lambda case: f"Won't run: ailab has no engine for {display_name(case.task or '')}.",
        lambda case: "Choose a model for image classification, object detection or segmentation.",
    ),
    _Refusal(
        lambda case: case.task is None,
        lambda case: "Won't run: the model does not say what task it is for.",
        lambda case: (
            "Read its page; if it is an ONNX file, download it and describe it by a sheet."
        ),
    ),
    _Refusal(
        lambda case: case.layout is None and case.details.needs_remote_code,
        lambda case: "Won't run: it needs Python code from its repository, which ailab never runs.",
        lambda case: _LOOK_FOR_ONNX,
    ),
    _Refusal(
        lambda case: case.layout is None and case.has_file(".onnx"),
        lambda case: "Won't run: it has ONNX files, but none is model.onnx or onnx/model.onnx.",
        lambda case: "Download the one you want and open it with the model source “Local”.",
    ),
    _Refusal(
        lambda case: case.layout is None and case.has_file(".safetensors"),
        lambda case: "Won't run: its weights are safetensors only, and ailab runs ONNX weights.",
        lambda case: _LOOK_FOR_ONNX,
    ),
    _Refusal(
        lambda case: case.layout is None and case.has_file(*_PICKLES),
        lambda case: (
            "Won't run: its weights are pickle files only, which can run any code when opened."
        ),
        lambda case: _LOOK_FOR_ONNX,
    ),
    _Refusal(
        lambda case: case.layout is None,
        lambda case: (
            f"Won't run: ailab has no engine for the library {case.details.info.library}."
            if case.details.info.library
            else "Won't run: no weights that ailab can read are among its files."
        ),
        lambda case: _LOOK_FOR_ONNX,
    ),
    _Refusal(
        lambda case: case.layout is not None and not case.layout.is_described,
        lambda case: (
            "Won't run: its ONNX file comes without a description of what goes in and out."
        ),
        lambda case: (
            "Download the file, write a sheet for it (see the documentation), "
            "and open it with the model source “Local”."
        ),
    ),
    _Refusal(
        lambda case: bool(_demands(case)),
        lambda case: f"Won't run: {case.details.architectures[0]} asks for {_demands(case)}.",
        lambda case: "Choose a model that needs the picture alone.",
    ),
    _Refusal(
        _prepares_unknown,
        lambda case: (
            f"Won't run: how {case.details.architectures[0]} prepares its pictures is not known "
            "to ailab."
        ),
        lambda case: "Choose a model of another architecture.",
    ),
    _Refusal(
        lambda case: bool(case.details.info.gated) and not case.has_token,
        lambda case: "Gated: its files are given only to people who accepted its conditions.",
        lambda case: (
            "Accept them on the model's page, then set HF_TOKEN to your access token "
            "and start ailab again."
        ),
    ),
)


def judge(details: ModelDetails, *, has_token: bool, is_here: bool = False) -> Verdict:
    """Say whether ailab runs a model, and which of its files that takes.

    Args:
        details: the model with its files.
        has_token: an access token is sent along, so that a gated model may be tried.
        is_here: all that a run needs is on this disk already.
    """
    case = _Case(details, find_layout([file.path for file in details.files]), has_token)
    for refusal in _REFUSALS:
        if refusal.applies(case):
            return Verdict(Fit.WONT_RUN, refusal.summary(case), refusal.advice(case))
    assert case.layout is not None  # noqa: S101 - every case without a layout was refused above
    sizes = {file.path: file.size for file in details.files}
    wanted = [sizes.get(path) for path in case.layout.files]
    known = [size for size in wanted if size is not None]
    size = sum(known) if len(known) == len(wanted) else None
    cost = f", {format_bytes(size)} to download" if size is not None else ""
    if is_here:
        cost = ", already on this disk"
    spared = " Its own Python code is not needed." if details.needs_remote_code else ""
    summary = f"Runs here on ONNX Runtime: {display_name(case.task or '')}{cost}.{spared}"
    return Verdict(Fit.RUNS, summary, files=case.layout.files, download_size=size)


def _demands(case: _Case) -> str:
    """What a network asks for besides the picture; empty where nothing."""
    return next(
        (
            _NEEDS_MORE_THAN_A_PICTURE[name]
            for name in case.details.architectures
            if name in _NEEDS_MORE_THAN_A_PICTURE
        ),
        "",
    )
