"""Images per second of a folder run, beside a loop of bare forward passes.

    python -m benchmarks.throughput --folder DIR
    python -m benchmarks.throughput --folder DIR --only ViT --engine onnx --pictures 40 --rounds 5

A folder run decodes, preprocesses, runs, postprocesses and, in half of the rows, saves each
picture (JSON, maps and an annotated copy); the loop runs the same network on a tensor that was
prepared beforehand, in a process of its own, on all cores with the engine's own defaults. Both
take turns; ratios are taken round by round. How many pictures went through the network at once
in the end stands beside it: more than one where that was measured to be faster, which a run finds
out while it goes on, and does before the first round. `--threads` gives ailab's networks another
number of threads than one for each core.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import shutil
import sys
import tempfile
import time
from pathlib import Path

from ailab.services.inference.inference_service import InferenceService
from ailab.services.inference.runnable_model import RunnableModel
from benchmarks.inference import NEEDED, Peer, in_a_row, ratios, spread

THREADS = (
    "from ailab.services.inference import network_threads, worker\n"
    "network_threads.network_threads = lambda: {}\nworker.main()"
)


def copies(picture: Path, count: int, place: Path) -> list[str]:
    """A folder of pictures, all alike."""
    paths = [place / f"{index:03}.jpg" for index in range(count)]
    for path in paths:
        shutil.copyfile(picture, path)
    return [str(path) for path in paths]


def run_bare(peer: Peer, picture: str, count: int) -> float:
    """Images per second of the forward pass alone."""
    answers = [peer.run(Path(picture)) for _ in range(count)]
    return count / sum(answer["seconds"] - answer["decode"] for answer in answers)


async def settle(
    service: InferenceService, model: RunnableModel, pictures: list[str], seconds: float
) -> None:
    """Run pictures for so long that what is fastest is found out."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        await in_a_row(service, model, pictures)


async def measure(
    service: InferenceService, model: RunnableModel, peer: Peer, pictures: list[str], rounds: int
) -> tuple[list[float], list[float], list[float]]:
    """Images per second without saving, with saving, and bare; one round before those."""
    plain: list[float] = []
    saved: list[float] = []
    bare: list[float] = []
    for number in range(-1, rounds):
        with tempfile.TemporaryDirectory() as folder:
            speeds = (
                1 / await in_a_row(service, model, pictures),
                await asyncio.to_thread(run_bare, peer, pictures[0], len(pictures)),
                1 / await in_a_row(service, model, pictures, Path(folder)),
            )
        if number >= 0:
            for kept, speed in zip((plain, bare, saved), speeds, strict=True):
                kept.append(speed)
    return plain, saved, bare


async def run(options: argparse.Namespace) -> None:
    """The table."""
    from benchmarks.random_networks import KINDS, folders, pictures  # noqa: PLC0415 - needs torch

    print(
        "| network | engine | saved | ailab, images/s | bare forward, images/s | ailab ÷ bare "
        "| at once |\n" + "|---" * 7 + "|"
    )
    command = None
    if options.threads:
        command = [sys.executable, "-P", "-c", THREADS.format(options.threads)]
    sample = next(iter(pictures(options.folder).values()))
    with tempfile.TemporaryDirectory() as place:
        paths = copies(sample, options.pictures, Path(place))
        for kind in KINDS:
            if options.only.lower() not in kind.name.lower():
                continue
            onnx, safetensors = folders(kind, options.folder)
            for engine, folder in (("onnx", onnx), ("torch", safetensors)):
                if options.engine not in {engine, "both"}:
                    continue
                service = InferenceService(command=command)
                peer = Peer("bare", kind.task, str(folder))
                try:
                    model = await service.open(str(folder))
                    await service.load(model)
                    await settle(service, model, paths, options.settle)
                    plain, saved, bare = await measure(service, model, peer, paths, options.rounds)
                    at_once = (service._client.wanted - 2) // 2  # noqa: SLF001 - shown alone
                finally:
                    peer.close()
                    await service.close()
                for name, speeds in (("no", plain), ("yes", saved)):
                    print(
                        f"| {kind.name} | {engine} | {name} | {spread(speeds, 1)} "
                        f"| {spread(bare, 1)} | {spread(ratios(speeds, bare))} | {at_once} |",
                        flush=True,
                    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True, help="keeps networks and pictures")
    parser.add_argument("--pictures", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--settle", type=float, default=30.0, help="seconds before the rounds")
    parser.add_argument("--only", default="", help="networks whose name holds this")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--engine", choices=("onnx", "torch", "both"), default="both")
    options = parser.parse_args()
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        sys.exit(f"This needs {', '.join(missing)}: install ailab with the extra torch, and those.")
    options.folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(run(options))


if __name__ == "__main__":
    main()
