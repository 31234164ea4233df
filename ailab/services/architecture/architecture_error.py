"""A model's description that cannot be read."""

from __future__ import annotations

from ailab.services.lab_error import LabError


class ArchitectureError(LabError):
    """What a file says of the model in it is damaged, too large, or not there."""
