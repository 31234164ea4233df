"""How a view model asks a person to choose a model."""

from __future__ import annotations

from typing import Protocol


class ModelPicker(Protocol):
    """Asks for a model; the window answers with a dialog, a test with a function."""

    async def __call__(self) -> str | None:
        """The chosen model's id, or None where the person cancelled."""
        ...
