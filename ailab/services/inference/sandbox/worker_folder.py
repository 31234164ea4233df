"""A worker's own folder, the only place that it may write to."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ailab.services.inference.sandbox.abandoned_folders import clear_abandoned, hold

_PATIENCE = 10.0  # seconds
_PREFIX = "ailab-worker-"


def is_of_worker(path: Path) -> bool:
    """True for what lies in the folder of a worker, which no person chose."""
    return any(part.startswith(_PREFIX) for part in path.parts)


class WorkerFolder:
    """A folder that lives as long as its worker, and as what was made in it is carried out.

    Those that labs left there which were killed are removed when one is made.

    Attributes:
        path: its place among the system's temporary files, links followed.

    Raises:
        OSError: no folder can be made there.
    """

    def __init__(self) -> None:
        clear_abandoned(Path(tempfile.gettempdir()), _PREFIX)
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX)).resolve()
        self._held = hold(self.path)
        self._users = 0
        self._is_free = threading.Condition()

    @contextmanager
    def place(self) -> Iterator[Path]:
        """A new folder in it for one request's files, gone afterwards."""
        with self._is_free:
            self._users += 1
        try:
            place = Path(tempfile.mkdtemp(dir=self.path))
            try:
                yield place
            finally:
                shutil.rmtree(place, ignore_errors=True)
        finally:
            with self._is_free:
                self._users -= 1
                self._is_free.notify_all()

    def remove(self) -> None:
        """Remove it once nothing is carried out of it any more; waits for that, in a thread."""
        with self._is_free:
            self._is_free.wait_for(lambda: self._users == 0, _PATIENCE)
        shutil.rmtree(self.path, ignore_errors=True)
        self._held.close()
