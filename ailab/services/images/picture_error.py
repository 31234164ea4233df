"""A picture that cannot be used."""

from __future__ import annotations

from ailab.services.lab_error import LabError


class PictureError(LabError):
    """A picture is missing, not a picture, damaged, too large, or of a kind not supported."""


class MissingPictureError(PictureError):
    """There is no file at the path, or none any more."""


class NoPictureError(PictureError):
    """A file is there, but it is no picture that can be read."""
