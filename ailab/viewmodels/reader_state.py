"""The model that reads the lines which another one finds, as it is shown."""

from __future__ import annotations

from dataclasses import dataclass

from ailab.viewmodels.inference_state import Fitness, ModelStatus

_NOTHING_KNOWN = ModelStatus()


@dataclass(frozen=True, slots=True)
class ReaderState:
    """What is chosen to read with.

    Attributes:
        is_wanted: the model in the field finds lines of text.
        text: what names the reader: a reference to a Hub model, or a path; empty for none.
        status: what is known about it.
        offered: what names a reader that goes with the model in the field, and runs; empty where
            none is known.
    """

    is_wanted: bool = False
    text: str = ""
    status: ModelStatus = _NOTHING_KNOWN
    offered: str = ""

    @property
    def is_chosen(self) -> bool:
        """Lines are to be read."""
        return self.is_wanted and bool(self.text.strip())

    @property
    def is_refused(self) -> bool:
        """They are, by what cannot read them."""
        return self.is_chosen and self.status.fitness is Fitness.REFUSED

    @property
    def can_take_offer(self) -> bool:
        """A reader is offered that is not chosen."""
        return bool(self.offered) and self.offered != self.text.strip()
