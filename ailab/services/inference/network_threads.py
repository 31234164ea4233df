"""How many threads a network gets."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

_QUOTA = Path("/sys/fs/cgroup/cpu.max")


def network_threads() -> int:
    """One for each core that this process may use; two on one core only wait for each other.

    The window answers all the same: threads that wait sleep at once or after a few
    microseconds, and the system gives a core to a process that seldom wants one as soon as it
    does. Reading pictures and writing results
    beside the network takes its time from the same cores, and one kept free for them would be
    idle most of the time.
    """
    usable = _usable_cores()
    with suppress(OSError):  # what the system does not let be read
        from psutil import cpu_count  # noqa: PLC0415 - used once

        usable = min(usable, cpu_count(logical=False) or usable)
    return max(1, usable)


def _usable_cores() -> int:
    cores = os.cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        cores = min(cores, len(os.sched_getaffinity(0)))
    with suppress(KeyError, ValueError):  # what shares the cores out sets it, as Ray does
        cores = min(cores, max(1, int(os.environ["OMP_NUM_THREADS"])))
    with suppress(OSError, ValueError):  # none, or "max": a container without a limit
        quota, period = _QUOTA.read_text("ascii").split()
        cores = min(cores, max(1, int(quota) // int(period)))
    return cores
