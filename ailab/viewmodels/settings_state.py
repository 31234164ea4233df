"""The settings, what is being changed in them, and whether that can be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ailab.services.compatibility.device_report import DeviceReport
from ailab.services.inference.device import AUTO, CHOICES, CPU
from ailab.services.problem import Problem
from ailab.services.settings.lab_settings import LabSettings
from ailab.services.settings.override import Override
from ailab.services.settings.setting_checks import FolderFacts


@dataclass(frozen=True, slots=True)
class SettingsState:
    """A setting's name is that of its field in `LabSettings`.

    Attributes:
        settings: what is set.
        draft: the same with what the person has typed and not saved yet.
        at_start: what was set when the lab was opened.
        overrides: the environment variable that wins over a setting, by the setting's name.
        folder: what the folder of the draft holds; None while it is looked at.
        problems: why a setting of the draft cannot be used, by its name.
        endpoint_notice: what is worth knowing about the draft's address; may be empty.
        problem: why settings could not be read or saved; None where they could.
        devices: what models can run on here, and will; None while that is looked at.
    """

    settings: LabSettings = field(default_factory=LabSettings)
    draft: LabSettings = field(default_factory=LabSettings)
    at_start: LabSettings = field(default_factory=LabSettings)
    overrides: Mapping[str, Override] = field(default_factory=dict)
    folder: FolderFacts | None = None
    problems: Mapping[str, Problem] = field(default_factory=dict)
    endpoint_notice: str = ""
    problem: Problem | None = None
    devices: DeviceReport | None = None

    @property
    def device_choices(self) -> tuple[str, ...]:
        """What can be chosen for models to run on: what can be used here, and what is set."""
        usable = self.devices.usable if self.devices is not None else ()
        chosen = self.settings.device
        return tuple(key for key in CHOICES if key in {AUTO, CPU, chosen, *usable})

    @property
    def can_save(self) -> bool:
        """Something was typed, and all of it can be used."""
        is_looked_at = (
            self.folder is not None or self.draft.cache_folder == self.settings.cache_folder
        )
        return self.draft != self.settings and is_looked_at and not self.problems

    @property
    def can_reset(self) -> bool:
        """Something is not as it comes with the lab."""
        return self.settings != LabSettings() or self.draft != LabSettings()

    @property
    def needs_restart(self) -> bool:
        """Something was set that counts from the next start on."""
        return _counts_at_start(self.settings) != _counts_at_start(self.at_start)


def _counts_at_start(settings: LabSettings) -> tuple[str, str, str]:
    return settings.cache_folder, settings.endpoint, settings.proxy
