"""What is missing on this computer before Inference Providers can be asked."""

from __future__ import annotations

from importlib.util import find_spec

from ailab.services.install_command import install_command
from ailab.services.problem import Problem

EXTRA = "providers"
"""The extra of ailab that brings it."""

_PACKAGES = ("huggingface_hub", "httpx2")


def find_lack() -> Problem | None:
    """The packages that are not installed, in words; None where none is missing."""
    if all(find_spec(package) is not None for package in _PACKAGES):
        return None
    return Problem(
        "Inference Providers need the package huggingface_hub 2, which is not installed.",
        "Install the extra “providers” and start ailab again."
        if install_command(EXTRA)
        else "This packed app cannot be added to: install ailab by pip to use them.",
    )
