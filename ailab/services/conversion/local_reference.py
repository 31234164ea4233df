"""A model's folder on this disk with a choice of its weights, as one text in the model field."""

from __future__ import annotations

from dataclasses import dataclass

from ailab.services.conversion.converted_model import CONVERTED
from ailab.services.inference.model_layout import SAFETENSORS

_VARIANTS = frozenset({SAFETENSORS, CONVERTED})


@dataclass(frozen=True, slots=True)
class LocalReference:
    """`folder`, `folder:safetensors` or `folder:converted`.

    Only these two are told apart from the path before them, which may hold colons of its own.

    Attributes:
        path: of a folder, or whatever else stands in its place.
        variant: which weights; None for those that run best.
    """

    path: str
    variant: str | None = None

    def __str__(self) -> str:
        return self.path if self.variant is None else f"{self.path}:{self.variant}"


def parse_local(text: str) -> LocalReference:
    """The parts of what names a model on this disk."""
    text = text.strip()
    path, _, variant = text.rpartition(":")
    return LocalReference(path, variant) if path and variant in _VARIANTS else LocalReference(text)
