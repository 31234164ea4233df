"""Results that cannot be written or read."""

from __future__ import annotations

from ailab.services.lab_error import LabError


class ResultError(LabError):
    """A run's folder or one of its files cannot be written or read."""
