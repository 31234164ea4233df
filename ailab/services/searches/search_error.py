"""Failures of keeping searches."""

from __future__ import annotations

from ailab.services.lab_error import LabError


class SearchError(LabError):
    """Saved searches and favourites could not be read or written."""
