"""A model's branches and tags."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelRefs:
    """Names under which revisions of a model are found, in the Hub's order.

    Attributes:
        branches: `main` among them, as a rule.
        tags: may be empty.
    """

    branches: tuple[str, ...] = ("main",)
    tags: tuple[str, ...] = ()
