"""How a network's map of depths becomes that of the picture."""

from __future__ import annotations

from enum import Enum


class DepthReading(Enum):
    """What transformers' `post_process_depth_estimation` of a family does.

    `AS_IS`: the map covers the picture, and is interpolated by cubic convolution by whoever needs
    it larger; it is kept at the network's own resolution. The others are brought to the picture's
    here: `CUBIC` the same way, where the picture is a part of what the network saw; `LINEAR`
    between neighbours; `CORNERS` so too, with the middles of the outermost cells at the border;
    `RECIPROCAL` as `LINEAR`, of what tells how near things are, in units of the field of view, and
    then in metres.
    """

    AS_IS = "as-is"
    CUBIC = "cubic"
    LINEAR = "linear"
    CORNERS = "corners"
    RECIPROCAL = "reciprocal"
