"""Whether a setting can be used."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from urllib.parse import urlsplit

from ailab.services.hub.hub_endpoint import DEFAULT_ENDPOINT, is_private_way, origin_of
from ailab.services.local_path import local_path
from ailab.services.settings.settings_error import SettingsError


@dataclass(frozen=True, slots=True)
class FolderFacts:
    """What a cache folder holds.

    Attributes:
        path: the folder, absolute.
        models: how many models lie there.
        free: bytes free on its disk.
        is_there: it exists already.
    """

    path: str
    models: int
    free: int
    is_there: bool


def check_folder(text: str) -> FolderFacts:
    """Look at a folder for models; call it in a thread.

    Raises:
        SettingsError: it cannot be one: no folder, or not to be written to.
    """
    try:
        path = local_path(text)
        there = path
        while not there.exists() and there != there.parent:
            there = there.parent
        if not there.is_dir():
            raise SettingsError(
                f"{there} is a file, not a folder.", "Choose a folder for the models."
            )
        # Asking for rights is not enough: what counts is whether it can be done.
        with tempfile.TemporaryFile(dir=there):
            pass
        models = sum(1 for each in path.glob("models--*") if each.is_dir())
        return FolderFacts(str(path), models, shutil.disk_usage(there).free, path.is_dir())
    except (OSError, ValueError, RuntimeError) as error:
        raise SettingsError(
            f"The folder {text} cannot be written to.",
            "Choose another one, or allow writing to it.",
            detail=repr(error),
        ) from error


def check_endpoint_setting(text: str) -> str:
    """What is worth knowing about the Hub's address; empty where it is fine.

    Raises:
        SettingsError: it is no address of a web server.
    """
    address = text.strip()
    if not address:
        return ""
    if origin_of(address) is None or urlsplit(address).query or urlsplit(address).fragment:
        raise SettingsError(
            f"“{address}” is not the address of a Hub.",
            f"It has to look like {DEFAULT_ENDPOINT}; leave the field empty for the real Hub.",
        )
    if "@" in urlsplit(address).netloc:
        raise SettingsError(
            "The Hub's address holds a password.", "Leave it out: sign in with a token instead."
        )
    if not is_private_way(address):
        return "Others can read along on the way there, so that no token is sent."
    return ""


def check_proxy(text: str) -> None:
    """Make sure that a text is the address of a proxy that can be used.

    Raises:
        SettingsError: it is not.
    """
    address = text.strip()
    if not address:
        return
    origin = origin_of(address if "://" in address else f"http://{address}")
    if origin is None or origin[0] not in {"http", "https"}:
        # Never the text itself: it may hold a password.
        raise SettingsError(
            "That is not the address of a proxy that ailab can use.",
            "It has to look like http://proxy.example:8080; leave the field empty for the "
            "system's own.",
        )
