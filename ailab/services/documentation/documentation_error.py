"""A page of the documentation that cannot be shown."""

from __future__ import annotations

from ailab.services.lab_error import LabError


class DocumentationError(LabError):
    """There is no such page, or it is not installed."""
