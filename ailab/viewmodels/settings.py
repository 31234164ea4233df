"""What a person sets for the whole lab."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace

from ailab.services.compatibility.device_report import DeviceReport, report_devices
from ailab.services.inference.run_place import RunTarget
from ailab.services.lab_error import LabError
from ailab.services.problem import Problem
from ailab.services.settings.lab_settings import LabSettings
from ailab.services.settings.override import Override
from ailab.services.settings.setting_checks import (
    FolderFacts,
    check_endpoint_setting,
    check_folder,
    check_proxy,
)
from ailab.services.settings.settings_error import SettingsError
from ailab.services.settings.settings_store import LoadedSettings, SettingsStore
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.settings_state import SettingsState
from ailab.viewmodels.view_model import ViewModel

_FOLDER = "cache_folder"


class SettingsViewModel(ViewModel[SettingsState]):
    """Folder, address and proxy count from the next start on, all else from when it is set.

    Whoever lives by a setting that counts at once follows `changed`.

    Args:
        store: keeps the settings.
        loaded: what it kept.
        overrides: the environment variables that win, by setting.
        usual_folder: the standard cache folder, which an empty setting means.
        look: looks at a folder, in a thread.
        look_at_devices: tells what models run on by a choice, in a thread.
    """

    def __init__(
        self,
        store: SettingsStore,
        loaded: LoadedSettings,
        overrides: Mapping[str, Override],
        usual_folder: str,
        look: Callable[[str], FolderFacts] = check_folder,
        *,
        look_at_devices: Callable[[str], DeviceReport] = report_devices,
    ) -> None:
        settings = loaded.settings
        super().__init__(
            SettingsState(settings, settings, settings, overrides, problem=loaded.problem)
        )
        self._store = store
        self._usual_folder = usual_folder
        self._look = look
        self._looking = Latest("look at a folder")
        self._look_at_devices = look_at_devices
        self._looking_at_devices = Latest("look at the devices")
        self._saving = Latest("save the settings")
        self._is_saving = False

    @property
    def usual_folder(self) -> str:
        """The cache folder that an empty setting means."""
        return self._usual_folder

    def open(self) -> None:
        """Show what is set, and look at the folder."""
        self._draft(self.state.settings)
        self._look_at_folder()
        self._report_devices()

    def set_cache_folder(self, text: str) -> None:
        """Type a folder for the models; an empty text means the usual one."""
        if text != self.state.draft.cache_folder:
            self._draft(replace(self.state.draft, cache_folder=text))
            self._look_at_folder()

    def set_endpoint(self, text: str) -> None:
        """Type the Hub's address; an empty text means the real one."""
        self._draft(replace(self.state.draft, endpoint=text))

    def set_proxy(self, text: str) -> None:
        """Type a proxy's address; an empty text means the system's own."""
        self._draft(replace(self.state.draft, proxy=text))

    def set_time_limit(self, seconds: int) -> None:
        """Type how long a picture may take; 0 to follow each run's pace."""
        self._draft(replace(self.state.draft, time_limit=seconds))

    def set_shows_previews(self, shows: bool) -> None:
        """Fetch and show pictures of models, or not; counts at once."""
        self._set(replace(self.state.settings, shows_previews=shows))

    def set_offline(self, is_offline: bool) -> None:
        """Ask the Hub nothing, or ask it again; counts at once."""
        self._set(replace(self.state.settings, is_offline=is_offline))

    def set_device(self, device: str) -> None:
        """Let models run on one of `device.CHOICES`; counts at once."""
        self._set(replace(self.state.settings, device=device))
        self._report_devices()

    def set_run_target(self, target: RunTarget) -> None:
        """Keep where pictures are run."""
        settings = replace(
            self.state.settings,
            run_place=target.place.value,
            ray_address=target.address.strip(),
            ray_workers=target.workers,
        )
        if settings != self.state.settings:
            self._set(settings)

    def save(self) -> None:
        """Keep what was typed, where all of it can be used."""
        if self.state.can_save:
            draft = self.state.draft
            self._set(
                replace(
                    draft,
                    cache_folder=draft.cache_folder.strip(),
                    endpoint=draft.endpoint.strip().rstrip("/"),
                    proxy=draft.proxy.strip(),
                ),
                is_typed=True,
            )

    def reset(self) -> None:
        """Set everything as it comes with the lab."""
        self._set(LabSettings(), is_typed=True)
        self._look_at_folder()
        self._report_devices()

    def dismiss(self) -> None:
        """Put the last failure away."""
        self._become(replace(self.state, problem=None))

    async def wait(self) -> None:
        """Wait until the folder and the devices were looked at and the settings are kept."""
        await self._looking.wait()
        await self._looking_at_devices.wait()
        await self._saving.wait()

    async def close(self) -> None:
        """Stop looking; what was set is kept."""
        await self._looking.close()
        await self._looking_at_devices.close()
        await self._saving.wait()

    def _draft(self, draft: LabSettings) -> None:
        problems = {name: each for name, each in self.state.problems.items() if name == _FOLDER}
        notice = ""
        try:
            notice = check_endpoint_setting(draft.endpoint)
        except SettingsError as error:
            problems["endpoint"] = Problem.of(error)
        try:
            check_proxy(draft.proxy)
        except SettingsError as error:
            problems["proxy"] = Problem.of(error)
        self._become(replace(self.state, draft=draft, problems=problems, endpoint_notice=notice))

    def _set(self, settings: LabSettings, *, is_typed: bool = False) -> None:
        """Let settings count; what was typed in other fields stays typed."""
        old = self.state.draft
        draft = (
            settings
            if is_typed
            else replace(
                old,
                shows_previews=settings.shows_previews,
                is_offline=settings.is_offline,
                device=settings.device,
                run_place=settings.run_place,
                ray_address=settings.ray_address,
                ray_workers=settings.ray_workers,
            )
        )
        self._become(replace(self.state, settings=settings, problem=None))
        self._draft(draft)
        if not self._is_saving:
            self._is_saving = True
            self._saving.start(self._save())

    async def _save(self) -> None:
        # One at a time and the newest last, so that an older one never ends up in the file.
        kept: LabSettings | None = None
        try:
            while kept != self.state.settings:
                wanted = self.state.settings
                await self._store.save(wanted)
                kept = wanted
        except LabError as error:
            self._become(replace(self.state, problem=Problem.of(error)))
        finally:
            self._is_saving = False

    def _report_devices(self) -> None:
        self._looking_at_devices.start(self._read_devices(self.state.settings.device))

    async def _read_devices(self, choice: str) -> None:
        report = await asyncio.to_thread(self._look_at_devices, choice)
        self._become(replace(self.state, devices=report))

    def _look_at_folder(self) -> None:
        self._become(replace(self.state, folder=None))
        is_overridden = _FOLDER in self.state.overrides
        typed = "" if is_overridden else self.state.draft.cache_folder.strip()
        folder = typed or self._usual_folder
        self._looking.start(self._look_at(folder))

    async def _look_at(self, folder: str) -> None:
        facts: FolderFacts | None = None
        problem: dict[str, Problem] = {}
        try:
            facts = await asyncio.to_thread(self._look, folder)
        except LabError as error:
            problem = {_FOLDER: Problem.of(error)}
        others = {name: each for name, each in self.state.problems.items() if name != _FOLDER}
        self._become(replace(self.state, folder=facts, problems=others | problem))
