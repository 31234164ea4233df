"""What keeps the settings from one start to the next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from ailab.services.problem import Problem
from ailab.services.settings.lab_settings import LabSettings


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """Settings as they were kept.

    Attributes:
        settings: the usual ones where nothing was kept, or nothing that can be read.
        problem: why they could not be read; None where they could.
    """

    settings: LabSettings = field(default_factory=LabSettings)
    problem: Problem | None = None


class SettingsStore(Protocol):
    """Keeps the settings."""

    async def load(self) -> LoadedSettings:
        """What was kept; never raises."""
        ...

    async def save(self, settings: LabSettings) -> None:
        """Keep settings in place of those before.

        Raises:
            SettingsError: they could not be kept.
        """
        ...
