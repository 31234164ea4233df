"""Ray on this machine, as a person has it: started by `ray start`, on loopback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import monotonic

import psutil

import ailab

_PATIENCE = 5.0
_LONGEST = 60.0


@dataclass(frozen=True)
class Cluster:
    """A cluster's two addresses."""

    gcs: str
    client: str


@contextmanager
def a_cluster() -> Iterator[Cluster]:
    """A cluster of one machine with two cores, ended afterwards with all its processes."""
    gcs, client = _free_port(), _free_port()
    environment = os.environ | {
        "RAY_USAGE_STATS_ENABLED": "0",
        "PYTHONPATH": str(Path(ailab.__file__).parents[1]),
    }
    with tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as folder:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "ray.scripts.scripts", "start", "--head", "--block"),
                *(f"--port={gcs}", f"--ray-client-server-port={client}", "--num-cpus=2"),
                *("--node-ip-address=127.0.0.1", "--include-dashboard=false"),
                f"--temp-dir={folder}",
            ],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert process.stdout is not None
        try:
            for line in process.stdout:
                if "Ray runtime started" in line:
                    break
            else:
                raise AssertionError("Ray did not start")
            _wait_until_open(client)  # a process of its own, which the line above tells nothing of
            yield Cluster(f"127.0.0.1:{gcs}", f"ray://127.0.0.1:{client}")
        finally:
            family = psutil.Process(process.pid).children(recursive=True)
            process.terminate()  # it ends the others
            _, left = psutil.wait_procs(family, _PATIENCE)
            for each in left:
                with suppress(psutil.NoSuchProcess):
                    each.kill()
            process.kill()
            process.wait()
            process.stdout.close()


def _wait_until_open(port: int) -> None:
    end = monotonic() + _LONGEST
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1.0).close()
        except OSError:
            if monotonic() > end:
                raise
            Event().wait(0.1)
        else:
            return


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
