"""The Inference tab's state, in the hands of the parts of its view model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ailab.viewmodels.inference_state import InferenceState


@dataclass(frozen=True, slots=True)
class InferenceBoard:
    """Reads and replaces the one state that all parts share.

    Attributes:
        read: gives the present state.
        show: replaces it.
    """

    read: Callable[[], InferenceState]
    show: Callable[[InferenceState], None]

    @property
    def state(self) -> InferenceState:
        """The present state."""
        return self.read()
