"""How the lab's parts follow one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ailab.services.hub.hub_wait import HubWait
from ailab.services.settings.surroundings import in_effect
from ailab.viewmodels.account_state import AccountState
from ailab.viewmodels.conversion_state import ConversionState
from ailab.viewmodels.downloads_state import DownloadsState
from ailab.viewmodels.inference_state import Fitness
from ailab.viewmodels.library_state import LibraryState
from ailab.viewmodels.model_browser_state import ModelBrowserState
from ailab.viewmodels.run_place_state import RunPlaceState
from ailab.viewmodels.settings_state import SettingsState
from ailab.viewmodels.sheet_editor_state import SheetEditorState
from ailab.viewmodels.sheet_step import SheetStep

if TYPE_CHECKING:
    from ailab.lab import Lab


class LabLinks:
    """Tells each part what the others learnt.

    Args:
        lab: whose parts they are; built, but for what comes of it.
    """

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        lab.hub.on_wait(self._on_wait)
        lab.settings.changed.connect(self._on_settings)
        lab.browser.changed.connect(self._on_browser)
        lab.account.changed.connect(self._on_account)
        lab.sheet_editor.changed.connect(self._on_sheet)
        lab.library.changed.connect(self._on_library)
        lab.downloads.changed.connect(self._on_downloads)
        lab.conversion.changed.connect(self._on_conversion)

    def keep_place(self) -> None:
        """Keep the place to run on in the settings from now on."""
        self._lab.inference.place.changed.connect(self._on_place)

    def _on_wait(self, wait: HubWait) -> None:
        self._lab.offline.tell_wait(wait.seconds)

    def _on_settings(self, old: SettingsState, new: SettingsState) -> None:
        if new.settings.device != old.settings.device:
            self._lab.choose_device(new.settings.device)
            self._look_model_up()
        if new.settings.time_limit != old.settings.time_limit:
            self._lab.limit_time(new.settings.seconds_for_picture)
        self._lab.previews.set_on(is_on=new.settings.shows_previews)
        self._lab.browser.set_offline(in_effect(new.settings).is_offline)

    def _on_place(self, _: RunPlaceState, new: RunPlaceState) -> None:
        self._lab.settings.set_run_target(new.target)

    def _on_browser(self, old: ModelBrowserState, new: ModelBrowserState) -> None:
        if new.wants_offline != old.wants_offline:
            self._lab.hub.set_offline(is_offline=new.wants_offline)
            self._lab.settings.set_offline(new.wants_offline)
            self._look_model_up()
            if not new.wants_offline:
                self._lab.account.check_again()

    def _on_account(self, old: AccountState, new: AccountState) -> None:
        """What a model's files are given to depends on who asks for them."""
        if (new.account, new.origin) != (old.account, old.origin) and not new.is_busy:
            self._lab.compatibility.forget_access()
            if self._lab.browser.state.has_searched:
                self._lab.browser.refresh()
            self._look_model_up()

    def _on_sheet(self, old: SheetEditorState, new: SheetEditorState) -> None:
        if new.is_saved and not old.is_saved:
            self._lab.inference.check_again()

    def _on_library(self, old: LibraryState, new: LibraryState) -> None:
        if old.is_deleting and not new.is_deleting:
            self._lab.downloads.look_again()
            self._look_model_up()  # it may be that one, no more on this disk

    def _on_downloads(self, old: DownloadsState, new: DownloadsState) -> None:
        is_awaited = self._lab.inference.state.status.sheet is SheetStep.DOWNLOAD
        if is_awaited and new.arrived != old.arrived:
            self._lab.inference.check_again()  # it can be described, if it is that model

    def _on_conversion(self, old: ConversionState, new: ConversionState) -> None:
        if new.models != old.models:
            self._look_model_up()  # it may run by other weights now

    def _look_model_up(self) -> None:
        if self._lab.inference.state.status.fitness is not Fitness.NONE:
            self._lab.inference.check_again()
