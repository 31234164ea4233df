"""What can go wrong with settings."""

from __future__ import annotations

from ailab.services.lab_error import LabError


class SettingsError(LabError):
    """Settings could not be saved, or one of them cannot be used."""
