"""Whether what a picture has met is its own, or ends the run."""

from __future__ import annotations

from ailab.services.images.picture_error import PictureError
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.lab_error import LabError
from ailab.services.served.served_error import ServerError


def may_be_its_own(error: LabError) -> bool:
    """True where the pictures after it may well come through.

    Of what a network refuses, or answers nonsense to, `weighed` finds out. A server that does not
    answer is no picture's fault.

    Args:
        error: what the picture has met.
    """
    is_of_server = isinstance(error, ServerError)
    return isinstance(error, PictureError | ModelFileError) and not is_of_server
