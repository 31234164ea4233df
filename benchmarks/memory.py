"""What models take of the memory, and what comes back when they are let go. Linux.

    python -m benchmarks.memory MODEL [MODEL …] --picture PICTURE

Each MODEL is an `.onnx` file or a folder in Hugging Face layout. They are loaded one after the
other and run on the picture; then the first is let go while the others stay, and in the end all
are, by being idle, with which the worker ends. Resident memory of the worker's process and of
this one, which stands for the window's.
"""
# ruff: noqa: SLF001 - what takes minutes is brought about at once

from __future__ import annotations

import argparse
import asyncio
import time
from pathlib import Path

from ailab.services.inference.inference_service import InferenceService
from benchmarks.process_memory import held

IDLE = 2.0  # seconds


def report(step: str, service: InferenceService) -> None:
    """One row."""
    pid = service.worker_pid
    worker = held(pid) / 1e6 if pid is not None else 0.0
    names = ", ".join(path.name for path in service.loaded) or "–"
    print(f"| {step} | {names} | {worker:.0f} | {held() / 1e6:.0f} |", flush=True)


async def run(models: list[str], picture: str) -> None:
    """The table."""
    print("| after | loaded | the worker, MB | the window, MB |\n|---|---|---|---|")
    service = InferenceService(idle_limit=3600)
    client = service._client
    try:
        opened = [await service.open(model) for model in models]
        for model in opened:  # a worker may read only folders that were known at its start
            await service.load(model)
        await client._end()
        report("nothing", service)
        for model in opened:
            await service.load(model)
            report(f"loading {model.path.name}", service)
            for _ in range(2):
                await service.predict(model, picture, threshold=0.5, save_to=None)
            report("running it", service)
        if len(opened) > 1:
            client._used[opened[0].path] = time.monotonic() - 7200
            await client._let_go()
            report(f"letting {opened[0].path.name} go", service)
        client._idle_limit = IDLE
        await service.load(opened[-1])
        while service.worker_pid is not None:  # noqa: ASYNC110 - nobody tells of it
            await asyncio.sleep(IDLE / 4)
        report(f"{IDLE:g} s without use", service)
        started = time.perf_counter()
        await service.predict(opened[-1], picture, threshold=0.5, save_to=None)
        report(f"the next picture ({time.perf_counter() - started:.2f} s)", service)
    finally:
        await service.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="+")
    parser.add_argument("--picture", required=True)
    options = parser.parse_args()
    asyncio.run(run([str(Path(model)) for model in options.models], options.picture))


if __name__ == "__main__":
    main()
