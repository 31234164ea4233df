"""How far a download is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DownloadProgress:
    """A download's state at one moment.

    Attributes:
        done: bytes received, those already on disk from earlier included.
        total: bytes of all files wanted; None where a size is unknown.
        speed: bytes per second over the last moments; 0.0 before the first ones.
        file: path inside the repository of the file on its way.
    """

    done: int
    total: int | None
    speed: float
    file: str
