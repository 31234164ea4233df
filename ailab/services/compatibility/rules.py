"""What stands in the way of a run, as a table: the first rule that applies is told."""

from __future__ import annotations

from dataclasses import replace

from ailab.services.byte_size import format_bytes
from ailab.services.compatibility.configuration_rules import CONFIGURATION_RULES, LOOK_FOR_ONNX
from ailab.services.compatibility.extra_rules import EXTRA_RULES
from ailab.services.compatibility.known_refusals import why_not_run
from ailab.services.compatibility.model_case import ModelCase
from ailab.services.compatibility.needs_more import lacks_parts
from ailab.services.compatibility.rule import Rule
from ailab.services.compatibility.runnable_tasks import RUNNABLE_TASKS
from ailab.services.compatibility.sheet_case import (
    goes_by_sheet,
    how_to_choose,
    how_to_describe,
    is_beyond_sheets,
    needs_choice,
    needs_sheet,
    once_chosen,
    once_described,
    onnx_layouts,
)
from ailab.services.compatibility.timm_case import TIMM, is_of_timm
from ailab.services.compatibility.torch_architectures import TORCH_ARCHITECTURES
from ailab.services.compatibility.verdict import Fit
from ailab.services.hub.pipeline_tag import display_name
from ailab.services.inference.chat_models import chats
from ailab.services.inference.model_layout import find_layouts

_LIBRARIES = frozenset({"", "transformers", "transformers.js", "pytorch", TIMM})
_PADDLE_OCR = "paddleocr"
"""The library that authors name whose safetensors transformers runs, in part."""
_WEIGHT_TAGS = frozenset({"onnx", "safetensors"})

_ANOTHER = "Choose another model."


def _lacks_variant(case: ModelCase) -> bool:
    return case.layout is None and case.variant is not None and bool(find_layouts(case.paths))


def _lacks_weights_by_tags(case: ModelCase) -> bool:
    # The Hub adds formats and the region itself; an author's own tags alone tell nothing.
    tags = case.info.tags
    is_whole = not case.knows_files and any(tag.startswith("region:") for tag in tags)
    return is_whole and not _WEIGHT_TAGS.intersection(tags)


def _lacks_weights(case: ModelCase) -> bool:
    return case.knows_files and case.layout is None and not needs_choice(case)


def _is_of_other_library(case: ModelCase) -> bool:
    is_known = case.architecture in TORCH_ARCHITECTURES or bool(why_not_run(case.architecture))
    is_other = case.library not in _LIBRARIES and not (case.library == _PADDLE_OCR and is_known)
    return case.runs_on_torch and is_other


def _is_not_described(case: ModelCase) -> bool:
    layout = case.layout
    is_by_timm = is_of_timm(case) and layout is not None and layout.config is not None
    return case.runs_on_torch and layout is not None and not (layout.is_described or is_by_timm)


def _is_unknown_to_torch(case: ModelCase) -> bool:
    is_judged = case.runs_on_torch and not is_of_timm(case)
    return is_judged and case.architecture not in TORCH_ARCHITECTURES


def _is_too_large(case: ModelCase) -> bool:
    total = case.machine.total_memory
    return case.least_memory is not None and total is not None and case.least_memory > total


def _is_too_large_for_card(case: ModelCase) -> bool:
    card = case.card
    return card is not None and case.least_memory is not None and case.least_memory > card.memory


def _is_for_sheets(case: ModelCase) -> bool:
    return goes_by_sheet(case) or needs_choice(case)


def _of_configuration(rule: Rule) -> Rule:
    """What a sheet describes is read as it says, whatever the configuration names."""
    return replace(rule, applies=lambda case: not _is_for_sheets(case) and rule.applies(case))


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
        lambda case: case.task is None and not _is_for_sheets(case),
        "Won't run: the model does not say what task it is for.",
        "Read its page, or look for another.",
    ),
    Rule(
        lambda case: _lacks_weights(case) and case.needs_remote_code,
        "Won't run: it needs Python code from its repository, which ailab never runs.",
        LOOK_FOR_ONNX,
    ),
    Rule(
        _lacks_variant,
        lambda case: f"Won't run: it has no weights called {case.variant}.",
        lambda case: (
            f"Choose one of {', '.join(each.variant for each in find_layouts(case.paths))}."
        ),
    ),
    Rule(
        lambda case: _lacks_weights(case) and case.has_file("genai_config.json"),
        "Won't run: its ONNX files are made for ONNX Runtime GenAI, another program.",
        "Look for the same model as safetensors.",
    ),
    Rule(
        lambda case: lacks_parts(case) and chats(case.architectures),
        "Won't run: ailab runs networks that chat from safetensors alone, not from ONNX files.",
        "Look for the same model as safetensors.",
    ),
    Rule(
        lacks_parts,
        "Won't run: its ONNX files are parts of a network, of which ailab misses some, or knows "
        "none that go together so.",
        LOOK_FOR_ONNX,
    ),
    Rule(
        lambda case: _lacks_weights(case) and len(onnx_layouts(case)) > 1,
        "Won't run as it is: it has several ONNX files, of which one has to be chosen.",
        how_to_choose,
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
        LOOK_FOR_ONNX,
    ),
    Rule(
        lambda case: _lacks_weights(case) and case.has_pickles,
        "Won't run: its weights are pickle files only, which can run any code when opened.",
        LOOK_FOR_ONNX,
    ),
    Rule(
        lambda case: _lacks_weights(case) or _lacks_weights_by_tags(case),
        lambda case: (
            _no_engine_for_library(case)
            if case.library
            else "Won't run: no weights that ailab can read are among its files."
        ),
        LOOK_FOR_ONNX,
    ),
    Rule(
        _is_of_other_library,
        _no_engine_for_library,
        LOOK_FOR_ONNX,
    ),
    Rule(
        lambda case: case.runs_on_torch and case.needs_remote_code,
        "Won't run: it needs Python code from its repository, which ailab never runs.",
        LOOK_FOR_ONNX,
    ),
    Rule(
        _is_not_described,
        "Won't run: its safetensors weights come without preprocessor_config.json, which says how "
        "pictures go in.",
        LOOK_FOR_ONNX,
    ),
    Rule(
        is_beyond_sheets,
        "Won't run: its ONNX file comes without a description of what goes in and out, and no "
        "sheet can say that of such a model.",
        LOOK_FOR_ONNX,
    ),
    *map(_of_configuration, CONFIGURATION_RULES),
    Rule(
        lambda case: case.runs_on_torch and case.architecture.startswith("Dinat"),
        lambda case: (
            f"Won't run: {case.architecture} needs natten before 0.20 (newer ones lack what "
            "transformers asks of it), which ailab's extra does not bring."
        ),
        LOOK_FOR_ONNX,
    ),
    Rule(
        _is_unknown_to_torch,
        lambda case: f"Won't run: ailab's PyTorch engine does not know {case.architecture}.",
        LOOK_FOR_ONNX,
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
    Rule(needs_choice, once_chosen, how_to_choose, Fit.NEEDS_SHEET),
    Rule(needs_sheet, once_described, how_to_describe, Fit.NEEDS_SHEET),
    *EXTRA_RULES,
)
