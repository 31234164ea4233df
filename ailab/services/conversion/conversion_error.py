"""A conversion that cannot be kept, or deleted."""

from __future__ import annotations

from ailab.services.lab_error import LabError


class ConversionError(LabError):
    """The folder of conversions is full, read-only or in use."""
