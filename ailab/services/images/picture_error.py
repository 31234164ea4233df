"""A picture that cannot be used."""

from __future__ import annotations

from ailab.services.lab_error import LabError


class PictureError(LabError):
    """A picture is missing, not a picture, damaged, too large, or of a kind not supported."""


class MissingPictureError(PictureError):
    """There is no file at the path, or none any more."""


class NoPictureError(PictureError):
    """A file is there, but it is no picture that can be read."""


class OnlySubFoldersError(PictureError):
    """A folder has no picture of its own, but folders that were not looked into."""


class StrangeShareError(PictureError):
    """A picture lies on another computer, and nobody but who made the results named that.

    Args:
        path: of the picture.
        host: the other computer.
    """

    def __init__(self, path: str, host: str) -> None:
        super().__init__(
            f"{path} was not opened: it lies on {host}, another computer that was not used here.",
            "If you trust who gave you these results, choose the pictures' folder as the input, "
            "and load the results again.",
        )
