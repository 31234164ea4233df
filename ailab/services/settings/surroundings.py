"""What the environment sets, which wins over the person's settings."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import replace

from ailab.services.settings.lab_settings import LabSettings
from ailab.services.settings.override import Override

_VARIABLES = {
    "cache_folder": ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME"),
    "endpoint": ("HF_ENDPOINT",),
    "proxy": ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"),
    "is_offline": ("HF_HUB_OFFLINE",),
}
_SIGNED_IN = re.compile(r"^([^/]*://)?[^/]*@")
_YES = frozenset({"1", "ON", "YES", "TRUE"})


def find_overrides(environ: Mapping[str, str] = os.environ) -> dict[str, Override]:
    """The variable that wins over a setting, by the setting's name."""
    found: dict[str, Override] = {}
    for name, variables in _VARIABLES.items():
        for variable in variables:
            value = environ.get(variable, "").strip()
            if value and (name != "is_offline" or value.upper() in _YES):
                found[name] = Override(variable, _SIGNED_IN.sub(r"\1", value))
                break
    return found


def in_effect(settings: LabSettings, environ: Mapping[str, str] = os.environ) -> LabSettings:
    """The settings that count: empty where a variable wins, which is read where it is used."""
    overrides = find_overrides(environ)
    return replace(
        settings,
        cache_folder="" if "cache_folder" in overrides else settings.cache_folder,
        endpoint="" if "endpoint" in overrides else settings.endpoint,
        proxy="" if "proxy" in overrides else settings.proxy,
        is_offline=settings.is_offline or "is_offline" in overrides,
    )
