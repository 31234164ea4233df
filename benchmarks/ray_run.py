"""Images per second of a folder run on Ray, beside ailab's own worker.

    python -m benchmarks.ray_run --model MODEL --picture PICTURE --pictures 60 --rounds 3

The same pictures by the same model, in turn, round by round: by ailab's worker, and by actors of a
Ray that is started on this computer: one held to a single core (Linux alone), one with all of
them, and two that share them. Rates are counted from the first result to
the last, since Ray's start is paid once for a run; what comes before the first result stands
beside it. The overhead per picture is what a run by one actor takes longer for each than
ailab's worker.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from contextlib import aclosing
from pathlib import Path
from statistics import median

from ailab.services.inference.inference_service import InferenceService
from ailab.services.inference.picture_runner import PictureRunner
from ailab.services.inference.run_place import RunPlace, RunTarget
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.ray_run.ray_runs import RayRuns
from benchmarks.throughput import copies

ONE_CORE = "Ray, 1 actor on one core"


async def run_folder(
    runner: PictureRunner, model: RunnableModel, pictures: list[str]
) -> tuple[float, float]:
    """Seconds until the first result, and seconds per picture from there to the last."""
    started = time.perf_counter()
    first = 0.0
    found = runner.predict_all(model, pictures, threshold=0.5, save_to=None)
    async with aclosing(found):
        async for result in found:
            if result.prediction is None:
                raise SystemExit(f"{result.picture}: {result.problem}")
            first = first or time.perf_counter() - started
        last = time.perf_counter() - started
    return first, (last - first) / (len(pictures) - 1)


async def measure(options: argparse.Namespace, pictures: list[str]) -> None:
    """Run everything, and print a table."""
    service, ray = InferenceService(), RayRuns()
    model = await service.open(options.model)
    await service.load(model)
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    runners: dict[str, PictureRunner] = {
        "ailab's worker": service,
        **({ONE_CORE: ray.runner(RunTarget(RunPlace.RAY, workers=1))} if cores else {}),
        "Ray, 1 actor": ray.runner(RunTarget(RunPlace.RAY, workers=1)),
        "Ray, 2 actors": ray.runner(RunTarget(RunPlace.RAY, workers=2)),
    }
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in runners}
    for _ in range(options.rounds):
        for name, runner in runners.items():
            if cores:  # what is started from here on inherits it
                os.sched_setaffinity(0, {min(cores)} if name == ONE_CORE else cores)
            taken[name].append(await run_folder(runner, model, pictures))
    await service.close()
    await ray.close()
    own = [each for _, each in taken["ailab's worker"]]
    for name, times in taken.items():
        rates = [1 / each for _, each in times]
        more = [1000 * (each - here) for (_, each), here in zip(times, own, strict=True)]
        sys.stdout.write(
            f"| {name} | {median(first for first, _ in times):.1f} s | {spread(rates)} "
            f"| {spread(more)} ms |\n"
        )


def spread(values: list[float]) -> str:
    """Median, least and most."""
    return f"{median(values):.1f} ({min(values):.1f} to {max(values):.1f})"


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(description="Folder runs on Ray beside ailab's own worker.")
    parser.add_argument("--model", required=True)
    parser.add_argument("--picture", type=Path, required=True)
    parser.add_argument("--pictures", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        pictures = copies(options.picture, options.pictures, Path(folder))
        asyncio.run(measure(options, pictures))


if __name__ == "__main__":
    main()
