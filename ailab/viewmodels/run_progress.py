"""How far a run is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ailab.services.downloads.download_progress import DownloadProgress
from ailab.services.inference.picture_progress import PictureProgress
from ailab.viewmodels.run_parts import RunParts


class RunStage(Enum):
    """What a run is doing."""

    CHECKING = "Checking the model"
    DOWNLOADING = "Downloading"
    LOADING = "Loading the model"
    STARTING = "Starting Ray for"
    LOADING_THERE = "Ray is up: loading"
    LOOKING = "Looking through what is there of"
    RESUMING = "Resuming"
    RUNNING = "Running"


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How far a run is.

    Attributes:
        stage: what it is doing.
        model: the model's name.
        download: how far the download is, while downloading.
        done: pictures done.
        total: pictures in all; 0 before they are known.
        within: how far the network is with the picture that it has in hand, where that tells.
        cluster: address of the cluster that a run on Ray waits for; empty for all others.
        parts: what `within` counts.
    """

    stage: RunStage
    model: str
    download: DownloadProgress | None = None
    done: int = 0
    total: int = 0
    within: PictureProgress | None = None
    cluster: str = ""
    parts: RunParts = RunParts.POINTS
