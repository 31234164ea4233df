"""The same models downloaded by ailab and by huggingface_hub from one Hub on loopback.

    python benchmarks/download.py
    python benchmarks/download.py --rounds 5 --only many

Each download runs in a fresh process with an empty cache, the two in turn, the order changing
from round to round; the Hub is a process of its own. Measured inside the process, from the first
question to the files in the cache, imports left out: wall time, CPU time (user and system), and
how far the peak of memory rose above what the process had before. ailab also checks the sha256 of
every byte, which the other does not.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from ailab.demo.demo_file import DemoFile
from ailab.demo.demo_repo import DemoRepo
from ailab.demo.hub_server import HubServer

AILAB = """
import asyncio
import ailab.services.hub.hub_connection, filelock
from pathlib import Path
from ailab.services.downloads.model_downloader import ModelDownloader
from ailab.services.hub.model_service import ModelService

async def download(endpoint, cache, model):
    async with ModelService(endpoint, token="") as service:
        details = await service.get_model_info(model)
        paths = [file.path for file in details.files]
        await ModelDownloader(service, Path(cache)).download(details, paths, lambda _: None)

def work(*args):
    asyncio.run(download(*args))
"""
HUGGINGFACE_HUB = """
import huggingface_hub.file_download, huggingface_hub.hf_api
from huggingface_hub import snapshot_download

def work(endpoint, cache, model):
    snapshot_download(model, endpoint=endpoint, cache_dir=cache)
"""
MEASURED = """
import json, resource, sys, time
def peak():
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size if sys.platform == "darwin" else size * 1024
before, cpu, wall = peak(), time.process_time(), time.perf_counter()
work(*sys.argv[1:])
print(json.dumps([time.perf_counter() - wall, time.process_time() - cpu, peak() - before]))
"""
CONTENDERS = {"ailab": AILAB, "huggingface_hub": HUGGINGFACE_HUB}
MB = 10**6
THROTTLE = 50 * MB  # bytes per second
LATENCY = 0.05  # seconds


@dataclass(frozen=True)
class Case:
    """Something to be downloaded."""

    name: str
    words: str
    sizes: tuple[int, ...]
    is_throttled: bool = False


CASES = (
    Case("many", "200 files of 20 kB", (20_000,) * 200),
    Case("large", "one file of 1 GB", (1000 * MB,)),
    Case(
        "slow",
        "200 MB and 20 files of 20 kB at 50 MB/s with 50 ms latency",
        (200 * MB, *[20_000] * 20),
        is_throttled=True,
    ),
)


class SlowLine:
    """A line with a rate, which all answers share, and a wait before each of them."""

    def __init__(self) -> None:
        self.is_slow = False
        self._lock = threading.Lock()
        self._free_at = 0.0

    async def wait(self, _: web.Request) -> None:
        """As long as a question and its answer are under way."""
        if self.is_slow:
            await asyncio.sleep(LATENCY)

    def carry(self, count: int) -> None:
        """Wait, in a thread, until so many bytes more are through."""
        if not self.is_slow:
            return
        with self._lock:
            now = time.monotonic()
            self._free_at = max(now, self._free_at) + count / THROTTLE
            wait = self._free_at - now
        time.sleep(wait)


LINE = SlowLine()


class CarriedFile(DemoFile):
    """A file whose bytes come over the line."""

    def read(self, start: int = 0, length: int | None = None) -> bytes:
        """See `DemoFile`."""
        data = super().read(start, length)
        LINE.carry(len(data))
        return data


def random_files(case: Case, folder: Path) -> tuple[DemoFile, ...]:
    """Files of a case's sizes that no two of are alike."""
    files = []
    for number, size in enumerate(case.sizes):
        path = folder / f"{case.name}-{number}"
        with path.open("wb") as file:
            for start in range(0, size, MB):
                file.write(os.urandom(min(MB, size - start)))
        kind = "onnx" if size > MB else "json"
        files.append(CarriedFile(f"part-{number:03}.{kind}", path))
    return tuple(files)


async def serve(cases: list[Case], folder: Path) -> None:
    """Be the Hub: tell the address, then obey `slow` and `fast` until the input ends."""
    repos = [DemoRepo(f"bench/{case.name}", random_files(case, folder)) for case in cases]
    quotas = dict.fromkeys(("api", "resolvers", "pages"), 10**9)
    async with HubServer(repos, quotas=quotas, intercept=LINE.wait) as hub:
        for repo in repos:
            await hub.snapshot(repo.id)
        sys.stdout.write(f"{hub.url}\n")
        sys.stdout.flush()
        while word := await asyncio.to_thread(sys.stdin.readline):
            LINE.is_slow = word.strip() == "slow"
            sys.stdout.write("\n")
            sys.stdout.flush()


def measure(program: str, endpoint: str, cache: Path, model: str) -> list[float]:
    """Seconds, seconds of CPU and bytes of memory that a download takes."""
    quiet = {"HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
    outcome = subprocess.run(
        [sys.executable, "-c", program + MEASURED, endpoint, str(cache), model],
        env=os.environ | quiet | {"HF_HUB_DISABLE_PROGRESS_BARS": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    if outcome.returncode:
        raise SystemExit(outcome.stderr)
    shutil.rmtree(cache)
    values: list[float] = json.loads(outcome.stdout)
    return values


def run_case(case: Case, endpoint: str, rounds: int, folder: Path) -> None:
    """Measure a case and print its rows."""
    taken: dict[str, list[list[float]]] = {name: [] for name in CONTENDERS}
    for number in range(rounds + 1):  # the first warms the disk's cache up and is not counted
        names = list(CONTENDERS)
        for name in names if number % 2 else reversed(names):
            values = measure(CONTENDERS[name], endpoint, folder / "cache", f"bench/{case.name}")
            if number:
                taken[name].append(values)
    print(f"\n{case.words}; {rounds} rounds; median (least to most)")
    own, other = (taken[name] for name in CONTENDERS)
    for index, (what, scale) in enumerate((("wall s", 1.0), ("CPU s", 1.0), ("memory MB", 1e6))):
        columns = [[values[index] / scale for values in side] for side in (own, other)]
        ratios = [a / b if b else float("inf") for a, b in zip(*columns, strict=True)]
        print(f"{what:<10}{spread(columns[0]):>28}{spread(columns[1]):>28}{spread(ratios):>28}")


def spread(values: list[float]) -> str:
    """The median, and in brackets the least and the most."""
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def main() -> None:
    """Measure and print a table for each case."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=[case.name for case in CASES])
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    cases = [case for case in CASES if options.only in {None, case.name}]
    if options.serve:
        asyncio.run(serve(cases, options.serve))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        only = ["--only", options.only] if options.only else []
        hub = subprocess.Popen(
            [sys.executable, __file__, "--serve", name, *only],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert hub.stdin is not None
        assert hub.stdout is not None
        endpoint = hub.stdout.readline().strip()
        print(f"{'':<10}{'ailab':>28}{'huggingface_hub':>28}{'÷':>28}")
        for case in cases:
            hub.stdin.write("slow\n" if case.is_throttled else "fast\n")
            hub.stdin.flush()
            hub.stdout.readline()
            run_case(case, endpoint, options.rounds, folder)
        hub.stdin.close()
        hub.wait()


if __name__ == "__main__":
    main()
