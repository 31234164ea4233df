"""The browser's state, in the hands of the parts of its view model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ailab.viewmodels.model_browser_state import ModelBrowserState


@dataclass(frozen=True, slots=True)
class ModelBrowserBoard:
    """Reads and replaces the one state that all parts share.

    Attributes:
        read: gives the present state.
        show: replaces it.
    """

    read: Callable[[], ModelBrowserState]
    show: Callable[[ModelBrowserState], None]

    @property
    def state(self) -> ModelBrowserState:
        """The present state."""
        return self.read()
