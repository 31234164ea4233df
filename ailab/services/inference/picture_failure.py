"""Whether what a picture has met is its own, or ends the run."""

from __future__ import annotations

from ailab.services.images.picture_error import PictureError
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.lab_error import LabError
from ailab.services.served.served_error import ServerError


def is_its_own(error: LabError, *, has_come: bool) -> bool:
    """True where the pictures after it may well come through.

    Args:
        error: what the picture has met.
        has_come: another picture of the run has come through, so that what a network refuses, or
            answers nonsense to, is no fault of all. A server that does not answer is none of a
            picture.
    """
    if isinstance(error, ModelFileError):
        return has_come and not isinstance(error, ServerError)
    return isinstance(error, PictureError)
