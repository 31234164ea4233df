"""The inference worker's walls, put up before anything of a stranger's is read.

**What holds.** The worker runs strangers' files in native code, so that the walls are the
system's own, and stay up for the rest of the process's life:

- *Writing*: only into a folder of the worker's own, made for it and removed after it. What a run
  saves is made there too; the window, which is trusted, looks at each file and moves it into the
  run's folder.
- *Reading*: the system's libraries, Python and its packages, and the folders of models that the
  worker was started for: the Hub cache as a whole, or a local model's folder. No other place, so
  neither keys, tokens and browsers' profiles nor any other document.
- *Pictures* are opened by the window and handed over open, one by one (see `HandedPictures`).
- *Programs*: none can be started. *Network*: no socket can be made.
- *Memory*: see `memory_bound`. *Time*: see `InferenceService`.

**Why so.** Landlock only ever narrows, and a worker lives for many requests with places that
nobody knows at its start. A worker for each picture's or run's folder would start and load its
model anew (0.2 s and the loading; PyTorch 5 s) whenever a person chooses another folder. Wide
rights (all of the home folder but what is hidden, say) would give a stranger's file more than a
picture. Since open files pass a wall, and what is made can be carried out by somebody else, the
only place that a worker is told at its start is where its models lie; a model from elsewhere,
which has to be loaded anyway, means a new worker.

**Where.** Linux: Landlock (kernel 5.13; TCP from 6.7, signals from 6.12) for files, seccomp for
system calls; each alone still stands where the other is missing. macOS: Seatbelt's
`sandbox_init`. Windows: a Job object, for memory and programs. Everywhere: an audit hook in
Python (`audit_wall`) as the second wall. What a system lacks is logged, and the worker runs
without.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path

from ailab.services.inference.sandbox.audit_wall import AuditWall, private_places
from ailab.services.inference.sandbox.memory_bound import bound_memory, usual_bound
from ailab.services.inference.sandbox.system_places import (
    device_places,
    python_places,
    readable_places,
)
from ailab.services.inference.sandbox.worker_sandbox import WorkerSandbox

_log = logging.getLogger(__name__)


def enter_sandbox(sandbox: WorkerSandbox) -> None:
    """Put up all walls that this system has; to be called while there is one thread alone.

    Never fails: a wall that the system refuses is logged.
    """
    home = _home()
    readable = [os.path.realpath(path) for path in sandbox.readable]
    if sys.platform == "linux":
        _try("files", lambda: _enter_landlock(sandbox, readable))
        _try("system calls", lambda: _refuse_system_calls(sandbox))
    elif sys.platform == "darwin":
        _try("Seatbelt", lambda: _enter_seatbelt(sandbox, readable, home))
    most = sandbox.memory or usual_bound()
    if most is not None:
        _try("memory", lambda: f"{most} bytes at most, by {bound_memory(most)}")
    # Nothing could be written, and what cannot be written should not be tried for each module.
    sys.dont_write_bytecode = True
    AuditWall(
        sandbox.folder,
        sandbox.readable,
        tuple(python_places()),
        private_places(home),
        network=sandbox.may_use_network,
    ).build()


def _try(what: str, build: Callable[[], str]) -> None:
    try:
        _log.debug("wall around %s: %s", what, build())
    except (OSError, AttributeError) as error:
        _log.warning("no wall around %s: %r", what, error)


def _enter_landlock(sandbox: WorkerSandbox, readable: list[str]) -> str:
    from ailab.services.inference.sandbox.landlock import wall_off  # noqa: PLC0415
    from ailab.services.inference.sandbox.native import (  # noqa: PLC0415
        drop_capabilities,
        forbid_new_privileges,
    )

    forbid_new_privileges()
    drop_capabilities()
    # Kept open, and so in the kernel's memory: the rule is of this very entry of /proc, and one
    # that is forgotten and made anew would be another.
    os.open("/proc/self", os.O_RDONLY | os.O_CLOEXEC)
    version = wall_off(
        (*readable_places(network=sandbox.may_use_network), *readable),
        # A model's files are looked for in their folder, also where it holds a person's home.
        {str(Path(path).parent) for path in readable if Path(path).is_file()},
        (sandbox.folder,) if sandbox.folder else (),
        device_places(graphics=sandbox.may_use_graphics),
        network=sandbox.may_use_network,
    )
    return f"Landlock {version}" if version else "this kernel has no Landlock"


def _refuse_system_calls(sandbox: WorkerSandbox) -> str:
    from ailab.services.inference.sandbox.system_calls import (  # noqa: PLC0415
        refuse_system_calls,
    )

    is_there = refuse_system_calls(network=sandbox.may_use_network)
    return "seccomp" if is_there else "none for this kind of processor"


def _enter_seatbelt(sandbox: WorkerSandbox, readable: list[str], home: Path) -> str:
    from ailab.services.inference.sandbox.seatbelt import enter_seatbelt  # noqa: PLC0415

    allowed = (*readable, *python_places())
    enter_seatbelt(
        sandbox.folder, allowed, private_places(home), home, network=sandbox.may_use_network
    )
    return "entered"


def _home() -> Path:
    """The person's home folder, whatever this process is told of it."""
    if sys.platform == "win32":
        return Path.home()
    import pwd  # noqa: PLC0415 - Unix alone

    try:
        return Path(pwd.getpwuid(os.getuid()).pw_dir)
    except KeyError:
        return Path.home()
