"""Whose choice of a place counts, and whose is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from ailab.cli import make_parser
from ailab.cli_place import choose_place
from ailab.lab import Lab
from ailab.services.inference.run_place import HERE, RunPlace, RunTarget
from ailab.services.lab_folders import LabFolders
from ailab.services.settings.lab_settings import LabSettings
from ailab.services.settings.settings_file import SettingsFile
from ailab.services.settings.settings_store import LoadedSettings

NOWHERE = "http://127.0.0.1:9"
KEPT = LabSettings(run_place="ray", ray_address="ray://head.example:10001", ray_workers=3)
CLUSTER = RunTarget(RunPlace.RAY, "ray://other.example:10001", 2)


def lab_at(place: Path, settings: LabSettings) -> Lab:
    kept = LoadedSettings(settings)
    return Lab(NOWHERE, place / "cache", "", LabFolders.below(place / "lab"), kept=kept)


async def kept_at(place: Path) -> LabSettings:
    return (await SettingsFile(LabFolders.below(place / "lab").config).load()).settings


@pytest.mark.parametrize("settings", [LabSettings(), KEPT])
@pytest.mark.parametrize(
    ("arguments", "target"),
    [
        ((), HERE),
        (("--on", "here"), HERE),
        (("--on", "ray"), RunTarget(RunPlace.RAY)),
        (("--on", CLUSTER.address, "--workers", "2"), CLUSTER),
    ],
)
async def test_that_the_command_line_names_its_own_place_and_keeps_none(
    tmp_path: Path, settings: LabSettings, arguments: tuple[str, ...], target: RunTarget
) -> None:
    async with lab_at(tmp_path, settings) as lab:
        options = make_parser().parse_args(["run", "model.onnx", "a.png", *arguments])
        choose_place(lab.inference, options)
        assert lab.inference.place.state.target == target
        await lab.settings.wait()
        assert lab.settings.state.settings == settings
    assert await kept_at(tmp_path) == LabSettings()  # nothing was written


async def test_that_a_window_takes_the_place_it_had_and_keeps_another(tmp_path: Path) -> None:
    async with lab_at(tmp_path, LabSettings(run_place="ray", is_offline=True)) as lab:
        lab.open()
        assert lab.inference.place.state.target == RunTarget(RunPlace.RAY)
        lab.inference.place.show(CLUSTER)
        await lab.account.wait()
    assert (await kept_at(tmp_path)).run_target == CLUSTER
