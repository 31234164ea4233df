"""The question which model of the Hub is meant."""

from __future__ import annotations

from collections.abc import Callable

from ailab.viewmodels.latest import Latest
from ailab.viewmodels.model_picker import ModelPicker


class ModelAsking:
    """Asks the person, one question at a time.

    Args:
        picker: asks; None where nobody can be asked yet.
    """

    def __init__(self, picker: ModelPicker | None = None) -> None:
        self._picker = picker
        self._asking = Latest("model choice")

    def set_picker(self, picker: ModelPicker) -> None:
        """Name who asks the person."""
        self._picker = picker

    def ask(self, take: Callable[[str], None]) -> None:
        """Ask, and hand on the reference that is chosen, where one is."""
        if self._picker is not None:
            self._asking.start(self._run(self._picker, take))

    async def close(self) -> None:
        """Ask no more, and wait for the end of it."""
        await self._asking.close()

    async def _run(self, picker: ModelPicker, take: Callable[[str], None]) -> None:
        if (reference := await picker()) is not None:
            take(reference)
