"""Downloads that fail on this side of the network."""

from __future__ import annotations

from ailab.services.lab_error import LabError


class DownloadError(LabError):
    """A file did not arrive whole, its hash is wrong, or the disk refused it."""
