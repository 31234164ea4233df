"""The whole lab while the Hub is not to be asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from ailab.lab import Lab
from ailab.services.hub.hub_errors import HubSwitchedOffError
from ailab.services.lab_folders import LabFolders
from ailab.services.settings.lab_settings import LabSettings
from ailab.services.settings.settings_store import LoadedSettings
from ailab.viewmodels.inference_state import Fitness
from loopback_hub import MODEL, LoopbackHub


def lab_at(hub: LoopbackHub, place: Path, *, is_offline: bool = False) -> Lab:
    kept = LoadedSettings(LabSettings(is_offline=is_offline))
    return Lab(hub.endpoint, place / "cache", "", LabFolders.below(place / "lab"), kept=kept)


async def test_that_nothing_of_the_lab_asks_the_hub_while_offline(tmp_path: Path) -> None:
    async with LoopbackHub() as hub, lab_at(hub, tmp_path, is_offline=True) as lab:
        lab.open()
        lab.browser.open()
        lab.inference.set_model_text(MODEL)
        lab.catalog.open()
        await lab.browser.wait()
        await lab.inference.wait()
        await lab.account.wait()
        assert lab.inference.state.status.fitness is Fitness.UNKNOWN
        assert lab.inference.state.status.text.startswith(f"{MODEL} is not on this disk")
        assert "Offline" in lab.inference.state.status.text
        with pytest.raises(HubSwitchedOffError, match="Offline"):
            await lab.hub.get_model_info(MODEL)
        with pytest.raises(HubSwitchedOffError):
            async with lab.hub.open_file(MODEL, "main", "config.json"):
                pass
        assert hub.seen == []


async def test_that_the_variable_is_named_only_where_it_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with LoopbackHub() as hub, lab_at(hub, tmp_path, is_offline=True) as lab:
        with pytest.raises(HubSwitchedOffError) as refused:
            await lab.hub.get_model_info(MODEL)
        assert "HF_HUB_OFFLINE" not in refused.value.advice
        monkeypatch.setenv("HF_HUB_OFFLINE", "1")
        with pytest.raises(HubSwitchedOffError) as refused:
            await lab.hub.get_model_info(MODEL)
        assert "HF_HUB_OFFLINE, which is set here" in refused.value.advice


async def test_that_going_online_asks_at_once_and_is_kept(tmp_path: Path) -> None:
    async with LoopbackHub() as hub, lab_at(hub, tmp_path, is_offline=True) as lab:
        lab.inference.set_model_text(MODEL)
        await lab.inference.wait()
        lab.browser.go_online()
        await lab.browser.wait()
        await lab.inference.wait()
        assert any(path.startswith(f"/api/models/{MODEL}") for path in hub.asked())
        assert not lab.settings.state.settings.is_offline
        lab.settings.set_offline(True)
        seen = len(hub.seen)
        with pytest.raises(HubSwitchedOffError):
            await lab.hub.list_models("anything else")
        assert len(hub.seen) == seen
        assert lab.browser.state.wants_offline
