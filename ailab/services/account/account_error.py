"""What can go wrong with keeping a token."""

from __future__ import annotations

from ailab.services.lab_error import LabError


class AccountError(LabError):
    """A token could not be kept, read or removed; it is in no message."""


class NoKeyRingError(AccountError):
    """This system has no key ring that can be used."""
