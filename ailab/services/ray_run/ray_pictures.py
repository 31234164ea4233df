"""Pictures' paths through a data set of Ray, and their results out of it in order."""

from __future__ import annotations

import contextlib
import io
import logging
import re
import socket
from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from typing import Any

from ailab.services.images.picture_error import PictureError
from ailab.services.images.picture_reference import parse_picture
from ailab.services.inference.inference_errors import WorkerError
from ailab.services.inference.json_fields import Fields
from ailab.services.inference.lab_error_json import error_to_json
from ailab.services.inference.worker_messages import Message, write_message
from ailab.services.lab_error import LabError
from ailab.services.ray_run.picture_clock import PictureClock
from ailab.services.ray_run.ray_actor import RayActor
from ailab.services.ray_run.ray_errors import (
    bad_address,
    driver_failed,
    lacks_ailab,
    lost,
    not_installed,
    not_reachable,
)
from ailab.services.ray_run.ray_job import RayJob
from ailab.services.ray_run.run_there import CLIENT, frames_there

_log = logging.getLogger(__name__)

_ADDRESS = re.compile(r"(?:ray://)?(?P<host>[^\s/:\[\]]+|\[[0-9A-Fa-f:.]+\]):(?P<port>\d{1,5})")
_PATIENCE = 5.0  # seconds
_MOST_BLOCKS = 2000
_RETRIES = 3
"""For each picture of a block: once or twice more after its process ended, of which the first time
may not have been told of before it did, and once to say so."""


class RayPictures:
    """One run on Ray Data.

    Blocks of paths are fed to a pool of actors, each of which has loaded the model once. An actor
    that ends is started again by Ray, which then tries its block once more; what ends it again is
    left out, and told of. One that hangs is ended by a `PictureClock`; its picture is not tried
    again.

    Args:
        job: what to run, and where.
    """

    def __init__(self, job: RayJob) -> None:
        self._job = job
        self._workers = 0
        self._cores = 1.0

    def open(self) -> int:
        """Find the cluster, or start Ray on this computer; how many actors there will be.

        Raises:
            WorkerError: Ray is not installed, or the cluster cannot be reached.
        """
        address = self._job.address
        if address:
            _knock(address)
        try:
            import ray  # noqa: PLC0415 - seconds, and only this process has it
            import ray.data  # noqa: PLC0415
        except ImportError as error:
            problem = not_installed()
            raise WorkerError(problem.message, problem.advice, detail=repr(error)) from error
        own: dict[str, Any] = {} if address else {"include_dashboard": False}
        try:
            _connect(address or "local", own)
            nodes = [node for node in ray.nodes() if node["Alive"]]
        except Exception as error:
            raise not_reachable(address or "this computer", repr(error)) from error
        return self.share_out(nodes)

    def share_out(self, nodes: Sequence[Mapping[str, Any]]) -> int:
        """Share the cores of a cluster's machines out; how many actors there will be.

        Args:
            nodes: as `ray.nodes()` tells them, those that live.
        """
        cores = [node["Resources"].get("CPU", 0.0) for node in nodes]
        self._workers, self._cores = _shares([each for each in cores if each], self._job.workers)
        _log.info("%d actors of %g cores on %d machines", self._workers, self._cores, len(cores))
        return self._workers

    def frames(self, requests: Sequence[tuple[int, str]]) -> Iterator[bytes]:
        """The answers to requests, in order, as frames of `worker_messages`.

        Args:
            requests: number and JSON of each.

        Raises:
            WorkerError: Ray broke off.
        """
        left = dict(requests)
        try:
            if self._job.address.startswith(CLIENT):
                yield from frames_there(self._job, requests)
                return
            for row in self._rows(requests):
                number = int(row["number"])
                while (first := next(iter(left))) != number:
                    yield _lost_frame(first, left.pop(first))
                del left[number]
                yield row["frame"]
        except LabError:
            raise
        except Exception as error:
            if "No module named 'ailab" in str(error):
                raise lacks_ailab(str(error)) from error
            raise driver_failed(repr(error)) from error
        for number, request in left.items():
            yield _lost_frame(number, request)

    def close(self) -> None:
        """Leave the cluster; the one on this computer ends."""
        import ray  # noqa: PLC0415

        ray.shutdown()

    def _rows(self, requests: Sequence[tuple[int, str]]) -> Iterator[dict[str, Any]]:
        import ray.data  # noqa: PLC0415

        clock = _a_clock(self._job)
        context = ray.data.DataContext.get_current()
        context.execution_options.preserve_order = True
        context.max_errored_blocks = -1
        context.enable_progress_bars = False
        blocks = min(len(requests), _MOST_BLOCKS)
        paths = ray.data.from_items(
            [{"number": number, "request": request} for number, request in requests],
            override_num_blocks=blocks,
        )
        found = paths.map_batches(
            RayActor,
            fn_constructor_args=(self._job, clock),
            # One block at a time, so that none is lost with the actor that another one ends.
            compute=ray.data.ActorPoolStrategy(size=self._workers, max_tasks_in_flight_per_actor=1),
            batch_size=None,
            num_cpus=self._cores,
            max_restarts=-1,
            max_task_retries=_RETRIES * ceil(len(requests) / blocks),
        )
        try:
            yield from found.iter_rows()
        finally:
            with contextlib.suppress(Exception):  # Ray itself may be gone
                ray.kill(clock)


def _a_clock(job: RayJob) -> Any:
    """What ends pictures that take too long; it takes no core, and comes back where it ended."""
    import ray  # noqa: PLC0415

    options = {"num_cpus": 0, "max_restarts": -1, "max_task_retries": -1}
    return ray.remote(**options)(PictureClock).remote(job.time_limit, paces=job.paces)


def _connect(address: str, own: Mapping[str, Any]) -> None:
    import ray  # noqa: PLC0415

    options = {"logging_level": "WARNING", "log_to_driver": False, **own}
    try:
        ray.init(address=address, **options)
    except ConnectionError:
        if not address.startswith(CLIENT):
            raise
        # On a busy machine Ray's server for clients may fail to start a process the first time.
        ray.init(address=address, **options)


def _shares(cores: Sequence[float], wanted: int) -> tuple[int, float]:
    """How many actors, and how many cores each: together all, each on one machine.

    Args:
        cores: those of each machine.
        wanted: how many actors; 0 for one on each machine.
    """
    workers = wanted or len(cores) or 1
    each = max(1, int(sum(cores) / workers))
    return workers, float(min(each, int(max(cores, default=1))))


def _knock(address: str) -> None:
    """Find out whether anybody answers, since Ray itself waits for a minute.

    Raises:
        WorkerError: nobody does, or it is no address.
    """
    match = _ADDRESS.fullmatch(address)
    if match is None or int(match["port"]) >= 2**16:
        raise bad_address(address)
    try:
        socket.create_connection(
            (match["host"].strip("[]"), int(match["port"])), timeout=_PATIENCE
        ).close()
    except OSError as error:
        raise not_reachable(address, repr(error)) from error


def _lost_frame(number: int, request: str) -> bytes:
    import json  # noqa: PLC0415

    name = parse_picture(Fields(json.loads(request)).text("picture")).name
    error = PictureError(*lost(name))
    stream = io.BytesIO()
    write_message(stream, Message({"id": number, "error": error_to_json(error)}))
    return stream.getvalue()
