"""What a person asks of a licence: may I use it, and what does it demand."""

from __future__ import annotations

from enum import Enum


class LicenseGroup(Enum):
    """A kind of licence; the value is its name for people."""

    PERMISSIVE = "Permissive"
    COPYLEFT = "Copyleft"
    RESTRICTED = "Non-commercial or other"
    UNKNOWN = "Unknown"
