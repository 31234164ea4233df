"""What a model's configuration tells that stands in the way, as rows of the table of rules."""

from __future__ import annotations

from ailab.services.compatibility.known_refusals import why_not_run
from ailab.services.compatibility.model_case import ModelCase
from ailab.services.compatibility.needs_more import asked_for, lacking_tokenizer
from ailab.services.compatibility.rule import Rule
from ailab.services.compatibility.runnable_tasks import ASKED
from ailab.services.compatibility.timm_case import is_of_timm
from ailab.services.inference.answer_models import ANSWERS
from ailab.services.inference.model_config import is_known_head
from ailab.services.inference.preprocessor_defaults import UNKNOWN_STEPS

LOOK_FOR_ONNX = "Look for a copy with ONNX weights, for example from onnx-community or Xenova."
_ANOTHER_ARCHITECTURE = "Choose a model of another architecture."
_PICTURE_ALONE = "Choose a model that needs the picture alone."
_UNKNOWN_STEPS = tuple(UNKNOWN_STEPS)
_MIXED = frozenset({ASKED, ANSWERS})
"""Tags under which the Hub files what runs and what does not."""


def _is_nameless(case: ModelCase) -> bool:
    # What is filed under this tag is told from others by its architecture alone.
    is_judged = case.runs_on_torch or (case.layout is not None and case.task in _MIXED)
    return is_judged and not case.architectures


def _is_unknown_head(case: ModelCase) -> bool:
    is_judged = case.layout is not None and bool(case.architectures)
    return is_judged and not any(map(is_known_head, case.architectures))


CONFIGURATION_RULES: tuple[Rule, ...] = (
    Rule(
        lambda case: bool(asked_for(case)),
        lambda case: f"Won't run: {case.architecture} asks for {asked_for(case)}.",
        _PICTURE_ALONE,
    ),
    Rule(
        lambda case: bool(why_not_run(case.architecture)),
        lambda case: f"Won't run: {case.architecture} {why_not_run(case.architecture)}.",
        lambda case: (
            _PICTURE_ALONE
            if why_not_run(case.architecture).startswith("asks for")
            else _ANOTHER_ARCHITECTURE
        ),
    ),
    Rule(
        lambda case: bool(lacking_tokenizer(case)),
        lambda case: (
            f"Won't run: it comes without {lacking_tokenizer(case)}, which turns words into "
            "numbers."
        ),
        LOOK_FOR_ONNX,
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
        LOOK_FOR_ONNX,
    ),
)
"""The first that applies is told; none does where a sheet describes the weights."""
