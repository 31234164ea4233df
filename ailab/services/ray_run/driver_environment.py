"""The environment of the process that speaks with Ray."""

from __future__ import annotations

import os
from pathlib import Path

from ailab.services.inference.worker_command import worker_environment

_RAYS_OWN = ("RAY_AUTH_MODE", "RAY_AUTH_TOKEN_PATH")
"""Where a cluster's own token lies: a way of logging in and a path, no secrets themselves."""


def driver_environment(address: str) -> dict[str, str]:
    """A worker's environment without secrets; Ray must not ask who uses it, nor shut GPUs off."""
    environment = worker_environment()
    environment |= {name: os.environ[name] for name in _RAYS_OWN if name in os.environ}
    if address and _has_login():
        environment.setdefault("RAY_AUTH_MODE", "token")  # as `ray start` sets clusters up
    return environment | {
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
        "RAY_DATA_DISABLE_PROGRESS_BARS": "1",
    }


def _has_login() -> bool:
    """True where Ray finds a token for clusters."""
    return "RAY_AUTH_TOKEN_PATH" in os.environ or (Path.home() / ".ray" / "auth_token").exists()
