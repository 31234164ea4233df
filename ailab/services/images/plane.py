"""Where a page lies in the stack that ImageJ or OME tells of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plane:
    """One plane of a hyperstack; each number is 1 where the stack has but one of its kind.

    Attributes:
        channel: from 1.
        slice: the plane in z, from 1.
        frame: the point in time, from 1.
        channel_name: what the channel is called; empty where it has no name.
    """

    channel: int = 1
    slice: int = 1
    frame: int = 1
    channel_name: str = ""
