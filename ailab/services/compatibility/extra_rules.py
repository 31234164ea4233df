"""What is missing here and can be installed, as rows of the table of rules."""

from __future__ import annotations

from collections.abc import Callable

from ailab.services.compatibility.model_case import ModelCase
from ailab.services.compatibility.needs_more import missing_packages
from ailab.services.compatibility.rule import Rule
from ailab.services.compatibility.text_case import missing_for_text
from ailab.services.compatibility.timm_case import (
    TIMM,
    missing_for_timm,
    sees_by_timm,
)
from ailab.services.compatibility.verdict import Fit
from ailab.services.inference.engine_table import TORCH
from ailab.services.inference.installed_engines import EXTRAS
from ailab.services.inference.text_detectors import TEXT_EXTRA
from ailab.services.install_command import install_command
from ailab.services.listed import listed


def _not_installed(names: tuple[str, ...]) -> str:
    return f"{'is' if len(names) == 1 else 'are'} not installed."


def _adding(what: str, extra: str = TORCH) -> Callable[[ModelCase], str]:
    """Advice to install an extra, where it can be installed from here."""
    return lambda _case: (
        "Install the extra and start ailab again."
        if install_command(extra)
        else f"Install ailab with Python, as its documentation says, to add {what}."
    )


EXTRA_RULES: tuple[Rule, ...] = (
    Rule(
        lambda case: bool(missing_for_timm(case)),
        lambda case: (
            f"Runs with an extra: it {'sees by' if sees_by_timm(case) else 'is'} a model of timm, "
            f"and {listed(missing_for_timm(case))} {_not_installed(missing_for_timm(case))}"
        ),
        _adding("timm", TIMM),
        Fit.NEEDS_EXTRA,
        TIMM,
    ),
    Rule(
        lambda case: bool(missing_for_text(case)),
        lambda case: (
            "Runs with an extra: it maps where text is, of which OpenCV makes boxes, and "
            f"{listed(missing_for_text(case))} {_not_installed(missing_for_text(case))}"
        ),
        _adding("OpenCV", TEXT_EXTRA),
        Fit.NEEDS_EXTRA,
        lambda case: f"{TORCH},{TEXT_EXTRA}" if case.lacking_engine else TEXT_EXTRA,
    ),
    Rule(
        lambda case: bool(missing_packages(case)),
        lambda case: (
            "Runs with an extra: its own processor in transformers needs "
            f"{listed(missing_packages(case))}, which {_not_installed(missing_packages(case))}"
        ),
        _adding("it"),
        Fit.NEEDS_EXTRA,
        lambda case: EXTRAS[missing_packages(case)[-1]],
    ),
    Rule(
        lambda case: bool(case.lacking_engine),
        "Runs with an extra: its weights are safetensors, which PyTorch runs.",
        _adding("PyTorch"),
        Fit.NEEDS_EXTRA,
    ),
)
"""The first that applies is told."""
