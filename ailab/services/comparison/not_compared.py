"""What cannot be compared."""

from __future__ import annotations

from ailab.services.lab_error import LabError


class NotComparedError(LabError):
    """Two results say nothing about one another; the message says why, and calls them A and B."""
