"""The settings without widgets and without a disk."""

from __future__ import annotations

from collections.abc import Mapping

from ailab.services.compatibility.device_report import DeviceReport
from ailab.services.problem import Problem
from ailab.services.settings.lab_settings import LabSettings
from ailab.services.settings.override import Override
from ailab.services.settings.setting_checks import FolderFacts
from ailab.services.settings.settings_error import SettingsError
from ailab.services.settings.settings_store import LoadedSettings
from ailab.viewmodels.settings import SettingsViewModel
from fakes import Gate, until


class _Store:
    """Keeps settings in memory."""

    def __init__(self) -> None:
        self.kept: list[LabSettings] = []
        self.gate = Gate()
        self.failure: SettingsError | None = None

    async def load(self) -> LoadedSettings:
        return LoadedSettings()

    async def save(self, settings: LabSettings) -> None:
        await self.gate.passage()
        if self.failure is not None:
            raise self.failure
        self.kept.append(settings)


def _look(folder: str) -> FolderFacts:
    if "bad" in folder:
        raise SettingsError(f"{folder} cannot be written to.", "Choose another one.")
    return FolderFacts(folder, 2, 10**9, is_there=True)


def _look_at_devices(choice: str) -> DeviceReport:
    return DeviceReport(("cpu", "cuda"), f"By {choice}.", "pip install it")


def _view_model(
    store: _Store,
    loaded: LoadedSettings | None = None,
    overrides: Mapping[str, Override] | None = None,
) -> SettingsViewModel:
    return SettingsViewModel(
        store,
        loaded or LoadedSettings(),
        overrides or {},
        "/usual",
        _look,
        look_at_devices=_look_at_devices,
    )


async def test_that_previews_and_offline_count_at_once_and_are_kept() -> None:
    store = _Store()
    model = _view_model(store)
    seen: list[LabSettings] = []
    model.changed.connect(lambda _, new: seen.append(new.settings))
    model.set_shows_previews(False)
    assert seen[-1] == LabSettings(shows_previews=False)
    model.set_offline(True)
    await model.wait()
    assert store.kept[-1] == LabSettings(shows_previews=False, is_offline=True)
    assert not model.state.needs_restart


async def test_that_a_device_counts_at_once_is_kept_and_its_outcome_told() -> None:
    store = _Store()
    model = _view_model(store)
    assert list(model.state.device_choices) == ["auto", "cpu"]
    model.open()
    await model.wait()
    assert model.state.devices == DeviceReport(("cpu", "cuda"), "By auto.", "pip install it")
    assert list(model.state.device_choices) == ["auto", "cpu", "cuda"]
    model.set_endpoint("https://typed.example")
    model.set_device("cuda")
    await model.wait()
    assert store.kept[-1] == LabSettings(device="cuda")
    assert model.state.draft.endpoint == "https://typed.example"
    assert model.state.devices is not None
    assert model.state.devices.words == "By cuda."
    assert not model.state.needs_restart
    model.reset()
    await model.wait()
    assert store.kept[-1] == LabSettings()
    assert model.state.devices.words == "By auto."
    await model.close()


async def test_that_the_time_for_a_picture_counts_once_it_is_saved_without_a_new_start() -> None:
    store = _Store()
    model = _view_model(store)
    model.set_time_limit(90)
    assert model.state.settings.seconds_for_picture is None
    assert model.state.can_save
    model.set_offline(True)
    assert model.state.draft.time_limit == 90
    model.save()
    await model.wait()
    assert store.kept[-1] == LabSettings(is_offline=True, time_limit=90)
    assert model.state.settings.seconds_for_picture == 90.0
    assert not model.state.needs_restart


def test_that_a_senseless_time_in_a_file_of_settings_counts_as_none() -> None:
    assert LabSettings(time_limit=-5).seconds_for_picture is None
    assert LabSettings(time_limit=10**9).seconds_for_picture == 86_400.0


async def test_that_a_device_of_another_machine_stays_chosen_but_no_strange_one() -> None:
    there = _view_model(_Store(), LoadedSettings(LabSettings(device="directml")))
    assert there.state.device_choices == ("auto", "cpu", "directml")
    strange = _view_model(_Store(), LoadedSettings(LabSettings(device="quantum")))
    assert strange.state.device_choices == ("auto", "cpu")


async def test_that_what_is_typed_counts_once_it_is_saved() -> None:
    store = _Store()
    model = _view_model(store)
    model.open()
    model.set_cache_folder("/fast/disk ")
    model.set_endpoint(" https://mirror.example/ ")
    assert not model.state.can_save  # the folder is being looked at
    await model.wait()
    assert model.state.folder == FolderFacts("/fast/disk", 2, 10**9, is_there=True)
    model.set_offline(True)
    assert model.state.settings == LabSettings(is_offline=True)
    assert model.state.can_save
    model.save()
    await model.wait()
    expected = LabSettings("/fast/disk", "https://mirror.example", is_offline=True)
    assert model.state.settings == model.state.draft == store.kept[-1] == expected
    assert model.state.needs_restart
    assert not model.state.can_save


async def test_that_what_cannot_be_used_is_told_and_not_saved() -> None:
    store = _Store()
    model = _view_model(store)
    model.set_cache_folder("/bad")
    model.set_endpoint("nonsense")
    model.set_proxy("socks5://p:1")
    await model.wait()
    assert set(model.state.problems) == {"cache_folder", "endpoint", "proxy"}
    model.save()
    await model.wait()
    assert store.kept == []
    model.set_endpoint("")
    model.set_proxy("")
    model.set_cache_folder("/good")
    await model.wait()
    assert not model.state.problems
    assert model.state.can_save


async def test_that_the_newest_settings_end_up_in_the_file() -> None:
    store = _Store()
    store.gate.shut()
    model = _view_model(store)
    model.set_offline(True)
    await until(lambda: store.gate.waiting == 1)
    model.set_offline(False)
    model.set_shows_previews(False)
    store.gate.open()
    await model.wait()
    assert store.kept[-1] == LabSettings(shows_previews=False)


async def test_that_settings_that_could_not_be_kept_are_told_and_count_all_the_same() -> None:
    store = _Store()
    store.failure = SettingsError("The settings could not be saved.", "Make room.")
    model = _view_model(store)
    model.set_offline(True)
    await model.wait()
    assert model.state.problem == Problem("The settings could not be saved.", "Make room.")
    assert model.state.settings.is_offline
    store.failure = None
    model.set_offline(False)
    await model.wait()
    assert store.kept == [LabSettings()]
    assert model.state.problem is None


async def test_that_a_reset_sets_everything_as_it_comes() -> None:
    store = _Store()
    was = LabSettings("/a", "https://b.example", "http://c:1", False, True)
    model = _view_model(store, LoadedSettings(was))
    assert model.state.can_reset
    model.reset()
    await model.wait()
    assert model.state.settings == store.kept[-1] == LabSettings()
    assert model.state.needs_restart
    assert not model.state.can_reset


async def test_that_opening_drops_what_was_typed_and_not_saved() -> None:
    model = _view_model(_Store())
    model.set_endpoint("https://mirror.example")
    model.open()
    await model.wait()
    assert model.state.draft == LabSettings()


async def test_that_a_folder_that_the_environment_names_is_the_one_looked_at() -> None:
    loaded = LoadedSettings(LabSettings("/mine"))
    model = _view_model(_Store(), loaded, {"cache_folder": Override("HF_HOME", "/home")})
    model.open()
    await model.wait()
    assert model.state.folder is not None
    assert model.state.folder.path == "/usual"
