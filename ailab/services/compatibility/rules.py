"""What stands in the way of a run, as a table: the first rule that applies is told."""

from __future__ import annotations

from ailab.services.byte_size import format_bytes
from ailab.services.compatibility.extra_rules import EXTRA_RULES
from ailab.services.compatibility.known_refusals import why_not_run
from ailab.services.compatibility.model_case import ModelCase
from ailab.services.compatibility.needs_more import (
    asked_for,
    comes_apart,
    lacking_tokenizer,
)
from ailab.services.compatibility.rule import Rule
from ailab.services.compatibility.runnable_tasks import ASKED, RUNNABLE_TASKS
from ailab.services.compatibility.timm_case import TIMM, is_of_timm
from ailab.services.compatibility.torch_architectures import TORCH_ARCHITECTURES
from ailab.services.compatibility.verdict import Fit
from ailab.services.hub.pipeline_tag import display_name
from ailab.services.inference.answer_models import ANSWERS
from ailab.services.inference.model_config import is_known_head
from ailab.services.inference.model_layout import find_layouts
from ailab.services.inference.preprocessor_defaults import UNKNOWN_STEPS

_UNKNOWN_STEPS = tuple(UNKNOWN_STEPS)
_LIBRARIES = frozenset({"", "transformers", "transformers.js", "pytorch", TIMM})
_PADDLE_OCR = "paddleocr"
"""The library that authors name whose safetensors transformers runs, in part."""
_MIXED = frozenset({ASKED, ANSWERS})
"""Tags under which the Hub files what runs and what does not."""
_WEIGHT_TAGS = frozenset({"onnx", "safetensors"})

_ANOTHER = "Choose another model."
_ANOTHER_ARCHITECTURE = "Choose a model of another architecture."
_PICTURE_ALONE = "Choose a model that needs the picture alone."
_LOOK_FOR_ONNX = "Look for a copy with ONNX weights, for example from onnx-community or Xenova."
_WRITE_A_SHEET = (
    "Download the file, write a sheet for it (see the documentation), "
    "and open it with the model source “Local”."
)


def _lacks_variant(case: ModelCase) -> bool:
    return case.layout is None and case.variant is not None and bool(find_layouts(case.paths))


def _lacks_weights_by_tags(case: ModelCase) -> bool:
    # The Hub adds formats and the region itself; an author's own tags alone tell nothing.
    tags = case.info.tags
    is_whole = not case.knows_files and any(tag.startswith("region:") for tag in tags)
    return is_whole and not _WEIGHT_TAGS.intersection(tags)


def _lacks_weights(case: ModelCase) -> bool:
    return case.knows_files and case.layout is None


def _is_of_other_library(case: ModelCase) -> bool:
    is_known = case.architecture in TORCH_ARCHITECTURES or bool(why_not_run(case.architecture))
    is_other = case.library not in _LIBRARIES and not (case.library == _PADDLE_OCR and is_known)
    return case.runs_on_torch and is_other


def _is_not_described(case: ModelCase) -> bool:
    layout = case.layout
    is_by_timm = is_of_timm(case) and layout is not None and layout.config is not None
    return layout is not None and not layout.is_described and not is_by_timm


def _is_unknown_to_torch(case: ModelCase) -> bool:
    is_judged = case.runs_on_torch and not is_of_timm(case)
    return is_judged and case.architecture not in TORCH_ARCHITECTURES


def _is_too_large(case: ModelCase) -> bool:
    total = case.machine.total_memory
    return case.least_memory is not None and total is not None and case.least_memory > total


def _is_too_large_for_card(case: ModelCase) -> bool:
    card = case.card
    return card is not None and case.least_memory is not None and case.least_memory > card.memory


def _is_nameless(case: ModelCase) -> bool:
    # What is filed under this tag is told from others by its architecture alone.
    is_judged = case.runs_on_torch or (case.layout is not None and case.task in _MIXED)
    return is_judged and not case.architectures


def _is_unknown_head(case: ModelCase) -> bool:
    layout = case.layout
    is_judged = layout is not None and layout.sheet is None and bool(case.architectures)
    return is_judged and not any(map(is_known_head, case.architectures))


def _known_refusal(case: ModelCase) -> str:
    # What a sheet describes is read as it says, whatever the configuration names.
    is_described = case.layout is not None and case.layout.sheet is not None
    return "" if is_described else why_not_run(case.architecture)


def _no_engine_for_library(case: ModelCase) -> str:
    return f"Won't run: ailab has no engine for the library {case.info.library}."


def _how_to_get_in(case: ModelCase) -> str:
    if not case.has_token:
        return "Sign in to Hugging Face, and accept them on the model's page."
    if case.is_let_in is None:
        return "The Hub is asked whether you are let in when the model is selected."
    return ""  # the Hub's own answer says what is missing


# What can't be mended stands before what can.
RULES: tuple[Rule, ...] = (
    Rule(
        lambda case: case.disabled,
        "Won't run: the Hub has switched this model off.",
        _ANOTHER,
    ),
    Rule(
        lambda case: case.task is not None and case.task not in RUNNABLE_TASKS,
        lambda case: f"Won't run: ailab has no engine for {display_name(case.task or '')}.",
        "Choose a model that classifies, detects, segments, estimates depth, enlarges or captions.",
    ),
    Rule(
        lambda case: case.task is None,
        "Won't run: the model does not say what task it is for.",
        "Read its page; if it is an ONNX file, download it and describe it by a sheet.",
    ),
    Rule(
        lambda case: _lacks_weights(case) and case.needs_remote_code,
        "Won't run: it needs Python code from its repository, which ailab never runs.",
        _LOOK_FOR_ONNX,
    ),
    Rule(
        _lacks_variant,
        lambda case: f"Won't run: it has no weights called {case.variant}.",
        lambda case: (
            f"Choose one of {', '.join(each.variant for each in find_layouts(case.paths))}."
        ),
    ),
    Rule(
        comes_apart,
        "Won't run: its networks for words and for pictures are files of their own, and how "
        "their answers are weighed (the logit scale) is in neither.",
        "Look for a copy with both in one file, model.onnx.",
    ),
    Rule(
        lambda case: _lacks_weights(case) and case.has_file(".onnx"),
        "Won't run: it has ONNX files, but none is model.onnx or onnx/model.onnx.",
        "Download the one you want and open it with the model source “Local”.",
    ),
    Rule(
        lambda case: _lacks_weights(case) and case.has_file(".safetensors"),
        lambda case: (
            _no_engine_for_library(case)
            if case.library not in _LIBRARIES
            else "Won't run: it has safetensors files, but none is model.safetensors."
        ),
        _LOOK_FOR_ONNX,
    ),
    Rule(
        lambda case: _lacks_weights(case) and case.has_pickles,
        "Won't run: its weights are pickle files only, which can run any code when opened.",
        _LOOK_FOR_ONNX,
    ),
    Rule(
        lambda case: _lacks_weights(case) or _lacks_weights_by_tags(case),
        lambda case: (
            _no_engine_for_library(case)
            if case.library
            else "Won't run: no weights that ailab can read are among its files."
        ),
        _LOOK_FOR_ONNX,
    ),
    Rule(
        _is_of_other_library,
        _no_engine_for_library,
        _LOOK_FOR_ONNX,
    ),
    Rule(
        lambda case: case.runs_on_torch and case.needs_remote_code,
        "Won't run: it needs Python code from its repository, which ailab never runs.",
        _LOOK_FOR_ONNX,
    ),
    Rule(
        _is_not_described,
        lambda case: (
            "Won't run: its safetensors weights come without preprocessor_config.json, which "
            "says how pictures go in."
            if case.runs_on_torch
            else "Won't run: its ONNX file comes without a description of what goes in and out."
        ),
        lambda case: _LOOK_FOR_ONNX if case.runs_on_torch else _WRITE_A_SHEET,
    ),
    Rule(
        lambda case: bool(asked_for(case)),
        lambda case: f"Won't run: {case.architecture} asks for {asked_for(case)}.",
        _PICTURE_ALONE,
    ),
    Rule(
        lambda case: bool(_known_refusal(case)),
        lambda case: f"Won't run: {case.architecture} {_known_refusal(case)}.",
        lambda case: (
            _PICTURE_ALONE if _known_refusal(case).startswith("asks for") else _ANOTHER_ARCHITECTURE
        ),
    ),
    Rule(
        lambda case: bool(lacking_tokenizer(case)),
        lambda case: (
            f"Won't run: it comes without {lacking_tokenizer(case)}, which turns words into "
            "numbers."
        ),
        _LOOK_FOR_ONNX,
    ),
    Rule(
        lambda case: any(name.startswith(_UNKNOWN_STEPS) for name in case.architectures),
        lambda case: (
            f"Won't run: how {case.architecture} prepares its pictures is not known to ailab."
        ),
        _ANOTHER_ARCHITECTURE,
    ),
    Rule(
        _is_unknown_head,
        lambda case: f"Won't run: ailab cannot read what {case.architecture} answers.",
        _ANOTHER_ARCHITECTURE,
    ),
    Rule(
        lambda case: _is_nameless(case) and not is_of_timm(case),
        "Won't run: its configuration does not say which architecture it is.",
        _LOOK_FOR_ONNX,
    ),
    Rule(
        lambda case: case.runs_on_torch and case.architecture.startswith("Dinat"),
        lambda case: (
            f"Won't run: {case.architecture} needs natten before 0.20 (newer ones lack what "
            "transformers asks of it), which ailab's extra does not bring."
        ),
        _LOOK_FOR_ONNX,
    ),
    Rule(
        _is_unknown_to_torch,
        lambda case: f"Won't run: ailab's PyTorch engine does not know {case.architecture}.",
        _LOOK_FOR_ONNX,
    ),
    Rule(
        _is_too_large,
        lambda case: (
            f"Won't run: it needs about {format_bytes(case.least_memory or 0)} of memory, and this "
            f"machine has {format_bytes(case.machine.total_memory or 0)}."
        ),
        "Choose a smaller model, or a smaller variant of it.",
    ),
    Rule(
        _is_too_large_for_card,
        lambda case: (
            f"Won't run: it needs about {format_bytes(case.least_memory or 0)} of memory, and the "
            f"graphics card has {format_bytes(case.card.memory if case.card else 0)}."
        ),
        "Choose a smaller model, or let models run on the CPU in the settings.",
    ),
    Rule(
        lambda case: bool(case.info.gated) and not case.is_let_in and not case.is_here,
        "Needs access: its files are given only to people who accepted its conditions.",
        _how_to_get_in,
        Fit.NEEDS_ACCESS,
    ),
    *EXTRA_RULES,
)
