"""What a person has set for the whole lab."""

from __future__ import annotations

from dataclasses import dataclass

from ailab.services.inference.device import AUTO
from ailab.services.inference.run_place import MOST_WORKERS, RunPlace, RunTarget
from ailab.services.inference.time_limit import LONGEST


@dataclass(frozen=True, slots=True)
class LabSettings:
    """Settings; an environment variable of the same meaning wins over each.

    Attributes:
        cache_folder: folder of downloaded models; empty for the standard Hugging Face cache.
        endpoint: address of the Hub or of a mirror; empty for the real one.
        proxy: address of a proxy for all requests; empty for the system's own.
        shows_previews: pictures of models are fetched and shown.
        is_offline: the Hub is not asked; the browser searches the catalogue on this disk.
        device: what models run on; one of `device.CHOICES`, anything else counts as `AUTO`.
        time_limit: seconds that a picture may take before it is given up; 0 to follow each run's
            pace.
        run_place: where pictures are run; `ray`, anything else counts as here: no other place is
            taken again unasked.
        ray_address: of a Ray cluster; empty to start Ray on this computer.
        ray_workers: how many copies of a model work at once on Ray; 0 for one a machine.
    """

    cache_folder: str = ""
    endpoint: str = ""
    proxy: str = ""
    shows_previews: bool = True
    is_offline: bool = False
    device: str = AUTO
    time_limit: int = 0
    run_place: str = RunPlace.THIS_COMPUTER.value
    ray_address: str = ""
    ray_workers: int = 0

    @property
    def seconds_for_picture(self) -> float | None:
        """`time_limit`, as what runs pictures takes it; None to follow each run's pace."""
        return float(min(self.time_limit, LONGEST)) if self.time_limit > 0 else None

    @property
    def run_target(self) -> RunTarget:
        """Where pictures are run."""
        place = RunPlace.RAY if self.run_place == RunPlace.RAY.value else RunPlace.THIS_COMPUTER
        return RunTarget(place, self.ray_address, max(0, min(self.ray_workers, MOST_WORKERS)))
