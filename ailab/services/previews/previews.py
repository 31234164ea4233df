"""What the view models ask of models' pictures."""

from __future__ import annotations

from typing import Protocol

from ailab.services.hub.model_info import ModelDetails, ModelInfo
from ailab.services.images.picture import Picture


class Previews(Protocol):
    """Models' pictures as the view models see them."""

    async def of_row(self, model: ModelInfo, *, may_ask: bool = True) -> Picture | None:
        """A small picture for a row of the list; None where the model has none.

        Args:
            model: the row.
            may_ask: False to look on this disk only.

        Raises:
            LabError: it can't be said now, for want of a network or of the Hub's leave.
        """
        ...

    async def of_details(self, details: ModelDetails, *, may_ask: bool = True) -> Picture | None:
        """A larger picture for one model; see `of_row`."""
        ...
