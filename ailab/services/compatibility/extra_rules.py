"""What is missing here and can be installed, as rows of the table of rules."""

from __future__ import annotations

from ailab.services.compatibility.model_case import ModelCase
from ailab.services.compatibility.needs_more import missing_packages
from ailab.services.compatibility.rule import Rule
from ailab.services.compatibility.text_case import missing_for_text
from ailab.services.compatibility.timm_case import (
    TIMM,
    listed,
    missing_for_timm,
    sees_by_timm,
)
from ailab.services.compatibility.verdict import Fit
from ailab.services.inference.install_command import install_command
from ailab.services.inference.installed_engines import EXTRAS
from ailab.services.inference.model_layout import TORCH
from ailab.services.inference.text_detectors import TEXT_EXTRA


def _lacks_for_text(case: ModelCase) -> str:
    missing = missing_for_text(case)
    return (
        "Runs with an extra: it maps where text is, of which OpenCV makes boxes, and "
        f"{listed(missing)} {'is' if len(missing) == 1 else 'are'} not installed."
    )


def _add_opencv(_case: ModelCase) -> str:
    if install_command(TEXT_EXTRA):
        return "Install the extra and start ailab again."
    return "Install ailab with Python, as its documentation says, to add OpenCV."


def _lacks_torch(case: ModelCase) -> bool:
    runs_on_torch = case.layout is not None and case.layout.engine == TORCH
    return runs_on_torch and TORCH not in case.machine.engines


EXTRA_RULES: tuple[Rule, ...] = (
    Rule(
        lambda case: bool(missing_for_timm(case)),
        lambda case: (
            f"Runs with an extra: it {'sees by' if sees_by_timm(case) else 'is'} a model of timm, "
            f"and {listed(missing_for_timm(case))} "
            f"{'is' if len(missing_for_timm(case)) == 1 else 'are'} not installed."
        ),
        lambda case: (
            "Install the extra and start ailab again."
            if install_command(TIMM)
            else "Install ailab with Python, as its documentation says, to add timm."
        ),
        Fit.NEEDS_EXTRA,
        TIMM,
    ),
    Rule(
        lambda case: len(missing_for_text(case)) > 1,
        _lacks_for_text,
        _add_opencv,
        Fit.NEEDS_EXTRA,
        f"{TORCH},{TEXT_EXTRA}",
    ),
    Rule(
        lambda case: bool(missing_for_text(case)),
        _lacks_for_text,
        _add_opencv,
        Fit.NEEDS_EXTRA,
        TEXT_EXTRA,
    ),
    Rule(
        lambda case: bool(missing_packages(case)),
        lambda case: (
            "Runs with an extra: its own processor in transformers needs "
            f"{listed(missing_packages(case))}, which "
            f"{'is' if len(missing_packages(case)) == 1 else 'are'} not installed."
        ),
        lambda case: (
            "Install the extra and start ailab again."
            if install_command(TORCH)
            else "Install ailab with Python, as its documentation says, to add it."
        ),
        Fit.NEEDS_EXTRA,
        lambda case: EXTRAS[missing_packages(case)[-1]],
    ),
    Rule(
        _lacks_torch,
        "Runs with an extra: its weights are safetensors, which PyTorch runs.",
        lambda case: (
            "Install the extra and start ailab again."
            if install_command(TORCH)
            else "Install ailab with Python, as its documentation says, to add PyTorch."
        ),
        Fit.NEEDS_EXTRA,
    ),
)
"""The first that applies is told."""
