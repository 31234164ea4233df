"""Failures of what is done to the cache on this disk."""

from __future__ import annotations

from ailab.services.lab_error import LabError


class LibraryError(LabError):
    """The cache can't be read or changed, or what is to be deleted is in use."""
