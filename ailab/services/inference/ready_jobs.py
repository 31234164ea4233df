"""What has been read, and waits for the network."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.inference.worker_job import WorkerJob

if TYPE_CHECKING:
    from ailab.services.inference.loaded_model import LoadedModel


@dataclass(frozen=True, slots=True)
class Loading:
    """A model that a picture waits for."""

    model: RunnableModel
    loaded: Future[LoadedModel]


class ReadyJobs:
    """A queue between two threads; None is its end.

    Args:
        rest: seconds without anything to come after which `rested` is called, once.
        rested: is called on the thread that waits.
    """

    def __init__(self, rest: float, rested: Callable[[], None]) -> None:
        self._rest = rest
        self._rested = rested
        self._waiting: deque[WorkerJob | Loading | None] = deque()
        self._has_come = threading.Condition()

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def put(self, job: WorkerJob | Loading | None) -> None:
        """Add to the end."""
        with self._has_come:
            self._waiting.append(job)
            self._has_come.notify()

    def take(self) -> WorkerJob | Loading | None:
        """The next one, waited for."""
        with self._has_come:
            has_come = self._has_come.wait_for(lambda: self._waiting, self._rest)
        if not has_come:
            self._rested()
        with self._has_come:
            self._has_come.wait_for(lambda: self._waiting)
            return self._waiting.popleft()

    def take_if(self, suits: Callable[[WorkerJob], bool]) -> WorkerJob | None:
        """The next one, where it is there, is a job, and suits."""
        with self._has_come:
            job = self._waiting[0] if self._waiting else None
            if not isinstance(job, WorkerJob) or not suits(job):
                return None
            self._waiting.popleft()
            return job
