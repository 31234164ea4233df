"""What a comparison with transformers needs beside the extra torch."""

from __future__ import annotations

from importlib.util import find_spec

HEAVY = ("timm", "torchvision")
"""What the extra torch leaves out; rows that need it say with which versions they were measured."""


def needs_of(case: object) -> tuple[str, ...]:
    """The packages that a case needs; none where it does not say."""
    needs: tuple[str, ...] = getattr(case, "needs", ())
    return needs


def lacking(case: object) -> str:
    """Why a case cannot be compared here; empty where it can."""
    missing = [name for name in needs_of(case) if find_spec(name) is None]
    if missing:
        return f"needs {' and '.join(missing)}"
    hindrance: str = getattr(case, "is_hindered_by", "")
    is_hindered = bool(hindrance) and find_spec(hindrance) is not None
    return f"cannot be made beside {hindrance}" if is_hindered else ""
