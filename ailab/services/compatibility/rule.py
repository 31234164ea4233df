"""One row of the table of what stands in the way of a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ailab.services.compatibility.model_case import ModelCase
from ailab.services.compatibility.verdict import Fit
from ailab.services.inference.engine_table import TORCH


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that stands in the way.

    Attributes:
        applies: whether it does.
        summary: what it is; a text, or made of the case.
        advice: what to do about it.
        fit: what it makes of the verdict.
        extra: the one to be installed (or several, with commas) where the fit is `NEEDS_EXTRA`.
    """

    applies: Callable[[ModelCase], bool]
    summary: str | Callable[[ModelCase], str]
    advice: str | Callable[[ModelCase], str]
    fit: Fit = Fit.WONT_RUN
    extra: str | Callable[[ModelCase], str] = TORCH

    def brought_by(self, case: ModelCase) -> str:
        """The extra to be installed for a case."""
        name = self.extra
        return name if isinstance(name, str) else name(case)
