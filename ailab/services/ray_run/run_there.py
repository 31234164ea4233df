"""A run whose data set lies on the cluster, for a driver that is connected by Ray's client.

Ray Data needs a process of the cluster itself. So an actor there holds the data set, and hands
its frames over one by one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

from ailab.services.inference.json_fields import Fields
from ailab.services.inference.lab_error_json import error_from_json, error_to_json
from ailab.services.lab_error import LabError
from ailab.services.ray_run.ray_job import RayJob

CLIENT = "ray://"
"""What the address of a cluster begins with that is spoken to by Ray's client."""
_AHEAD = 4


class RunThere:
    """Holds the data set; an actor on the cluster, which ends with its driver's connection.

    Args:
        job: what to run.
        requests: number and JSON of each.
    """

    def __init__(self, job: RayJob, requests: Sequence[tuple[int, str]]) -> None:
        import ray  # noqa: PLC0415

        from ailab.services.ray_run.ray_pictures import RayPictures  # noqa: PLC0415 - imports us

        pictures = RayPictures(RayJob.inside(job))
        pictures.share_out([node for node in ray.nodes() if node["Alive"]])
        self._frames = pictures.frames(requests)

    def next(self) -> bytes | dict[str, Any] | None:
        """The next frame; None after the last. A failure comes as JSON."""
        try:
            return next(self._frames, None)
        except LabError as error:
            return error_to_json(error)


def frames_there(job: RayJob, requests: Sequence[tuple[int, str]]) -> Iterator[bytes]:
    """The answers to requests, in order; see `RayPictures.frames`."""
    import ray  # noqa: PLC0415

    actor = ray.remote(num_cpus=0)(RunThere).remote(job, list(requests))
    coming = deque(actor.next.remote() for _ in range(_AHEAD))
    while (frame := ray.get(coming.popleft())) is not None:
        if isinstance(frame, dict):
            raise error_from_json(Fields(frame))
        yield frame
        coming.append(actor.next.remote())
