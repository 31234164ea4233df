"""Settings in a JSON file."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import asdict, fields
from pathlib import Path

from ailab.services.problem import Problem
from ailab.services.settings.lab_settings import LabSettings
from ailab.services.settings.settings_error import SettingsError
from ailab.services.settings.settings_store import LoadedSettings
from ailab.services.whole_file import replace_whole, set_aside

_LARGEST = 2**20
_log = logging.getLogger(__name__)


class SettingsFile:
    """A `SettingsStore` in one file.

    Args:
        folder: where the file lies; made where it is missing.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "settings.json"

    async def load(self) -> LoadedSettings:
        """What the file holds; a damaged one is set aside, and the usual settings are used."""
        return await asyncio.to_thread(self._load)

    async def save(self, settings: LabSettings) -> None:
        """Write the file whole, or leave the one before.

        Raises:
            SettingsError: the disk is full, or the folder does not allow writing.
        """
        try:
            await asyncio.to_thread(replace_whole, self._path, _write(settings))
        except OSError as error:
            raise SettingsError(
                f"The settings could not be saved to {self._path}.",
                "Check that the disk has room and that its folder may be written to.",
                detail=repr(error),
            ) from error

    def _load(self) -> LoadedSettings:
        try:
            with self._path.open("rb") as file:
                return LoadedSettings(_read(file.read(_LARGEST)))
        except FileNotFoundError:
            return LoadedSettings()
        except OSError as error:
            _log.warning("%s could not be read: %r", self._path, error)
            return LoadedSettings(
                problem=Problem(
                    f"The settings could not be read from {self._path}.",
                    "The usual ones are used; check that the file may be read.",
                )
            )
        except (ValueError, RecursionError) as error:
            aside = set_aside(self._path)
            _log.warning("%s is damaged: %s", self._path, type(error).__name__)
            return LoadedSettings(
                problem=Problem(
                    "The file of settings is damaged, so that the usual ones are used.",
                    f"What was in it is kept in {aside}.",
                )
            )


def _write(settings: LabSettings) -> bytes:
    return (json.dumps(asdict(settings), indent=2, ensure_ascii=False) + "\n").encode(
        "utf-8", "surrogatepass"
    )


def _read(data: bytes) -> LabSettings:
    """The settings in the file's bytes; what an older or newer ailab wrote is read as far as known.

    Raises:
        ValueError: it is no JSON object, or a setting is of another kind than it should be.
    """
    values = json.loads(data.decode("utf-8", "surrogatepass"))
    if not isinstance(values, dict):
        raise ValueError("not an object")
    usual = LabSettings()
    known = {field.name for field in fields(LabSettings)} & values.keys()
    for name in known:
        if type(values[name]) is not type(getattr(usual, name)):
            raise ValueError(f"{name} is of another kind")
    return LabSettings(**{name: values[name] for name in known})
