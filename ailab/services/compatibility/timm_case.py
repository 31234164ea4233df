"""Models of timm, and what of the packages they need is missing here."""

from __future__ import annotations

from ailab.services.compatibility.model_case import ModelCase
from ailab.services.inference.installed_engines import TIMM_PACKAGES

TIMM = "timm"
"""The library's name on the Hub, and that of the extra."""

_WRAPPER = "TimmWrapper"
_ON_TIMM = ("EdgeTam", "Gemma3nFor", "PerceptionLMFor")
"""What architectures of transformers begin with that see by a network of timm."""


def is_of_timm(case: ModelCase) -> bool:
    """True where timm builds the network, whoever wrote its configuration."""
    return case.library == TIMM or case.architecture.startswith(_WRAPPER)


def sees_by_timm(case: ModelCase) -> bool:
    """True where only a part of the network is timm's."""
    return case.architecture.startswith(_ON_TIMM)


def missing_for_timm(case: ModelCase) -> tuple[str, ...]:
    """Names of the packages that a model of timm needs and this machine lacks."""
    is_built_so = is_of_timm(case) or sees_by_timm(case)
    if not case.runs_on_torch or not is_built_so:
        return ()
    there = case.machine.packages
    return (*case.lacking_engine, *(name for name in TIMM_PACKAGES if name not in there))
