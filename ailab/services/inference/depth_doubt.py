"""Whether near and far look the wrong way round, where a sheet says what numbers mean."""

from __future__ import annotations

from ailab.services.inference.predictions import DepthMap, DepthScale

_SHARE = 4
_LEAST = 0.25
"""Of the range of depths. Of photographs of all kinds the lowest quarter was nearer than the
highest by 0.38 to 0.77 of it."""

DOUBTFUL = "Doubtful: "
"""What such a note begins with."""

_MOSTLY = (
    f"{DOUBTFUL}what is low in the picture is told as farther away than what is high, but mostly "
    "the ground is near. If near and far are the wrong way round, the model's description is to "
    "say that"
)
_MEANING = {
    DepthScale.INVERSE: "the larger number is the farther (decoder: depth-distance).",
    DepthScale.DISTANCE: "the larger number is the nearer (decoder: depth).",
    DepthScale.METRES: "the larger number is the nearer (decoder: depth).",
}


def depth_doubt(prediction: DepthMap) -> str:
    """Why a person should look whether the numbers mean the reverse; empty where nothing says so.

    A file of a network alone does not tell whether its larger numbers are near or far. Told the
    wrong way round, all else looks right.
    """
    depth = prediction.depth.unpack()
    size = prediction.maximum - prediction.minimum
    rows = len(depth) // _SHARE
    if not rows or not size > 0:
        return ""
    rise = (float(depth[-rows:].mean()) - float(depth[:rows].mean())) / size
    nearer = rise if prediction.scale is DepthScale.INVERSE else -rise
    return f"{_MOSTLY} {_MEANING[prediction.scale]}" if nearer <= -_LEAST else ""
