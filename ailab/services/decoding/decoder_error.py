"""No picture from elsewhere can be decoded."""

from __future__ import annotations

from ailab.services.lab_error import LabError


class DecoderError(LabError):
    """The process that decodes pictures cannot be started; that says nothing of a picture."""
