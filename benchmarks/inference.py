"""Pictures through ailab, through `transformers.pipeline`, and through the bare network.

    python -m benchmarks.inference --folder DIR
    python -m benchmarks.inference --folder DIR --rounds 9 --only ViT --engine onnx --cold 5

All three run the same random weights (see `random_networks.py`). ailab is measured end to end
from the window's side: a path goes to the worker, which decodes, preprocesses, runs the network
and postprocesses, and the result is there as a value in the parent process. The pipeline goes
from a path to its result. The bare network decodes and runs the forward pass alone, on all cores
with the engine's own defaults: nothing can be faster than that. The three take turns, in another
order each round, so that what else the machine does meets all of them; ratios are taken round by
round.

In a row: ailab's time for each picture of a folder run, where the next picture is decoded and the
last one's result sent while the network runs; the pipeline takes a list one by one, so that its
time for each is the same as for one.

Memory: how much more the process held at most for 12 megapixels than for 640 × 480, over what
the picture's pixels take (36 MB); the network's input is the same for both. “Saved” is ailab's
where the result's files are made too. `picture_memory.py` measures this alone, of more networks.

Cold: from nothing to the first result, beside a fresh Python with the pipeline.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import itertools
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ailab.services.inference.inference_service import InferenceService
from ailab.services.inference.runnable_model import RunnableModel
from benchmarks.picture_memory import PICTURE_BYTES, most_held
from benchmarks.process_memory import forget_peak, peak

ROOT = Path(__file__).parents[1]
ROW_SECONDS = 2.0
"""About as long as a folder run is at least, and of no more than 100 pictures."""
SAVED_ROUNDS = 2
PAUSE = 0.3
"""Seconds between two turns: threads of the bare network spin on for a while, on a core that the
next one's picture is decoded on."""
NEEDED = ("torch", "transformers", "onnxscript")
COLD_PIPELINE = """
import sys, transformers
transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()
transformers.pipeline(sys.argv[1], model=sys.argv[2], device="cpu")(sys.argv[3])
"""


class Peer:
    """A process that runs pictures when asked."""

    def __init__(self, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.inference_peer", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"},
            text=True,
        )
        self._hear()

    def run(self, picture: Path) -> dict[str, float]:
        """Run on a picture."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{picture}\n")
        self._process.stdin.flush()
        return self._hear()

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def _hear(self) -> dict[str, float]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{' '.join(self._process.args)} ended")  # type: ignore[arg-type]
        return dict(json.loads(line))


@dataclass(slots=True)
class Measured:
    """What was measured of one network on one engine with one picture."""

    ailab: list[float] = field(default_factory=list)
    row: list[float] = field(default_factory=list)
    pipeline: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    peaks: dict[str, int] = field(default_factory=dict)
    steps: list[tuple[float, ...]] = field(default_factory=list)


async def measure(
    service: InferenceService,
    model: RunnableModel,
    peers: dict[str, Peer],
    picture: Path,
    counts: tuple[int, int],
) -> Measured:
    """Let the three take turns; one round before those that count.

    Args:
        service: runs ailab's side.
        model: of ailab's side.
        peers: the other sides.
        picture: for all.
        counts: of the rounds, and of those that the pipeline takes part in.
    """
    found = Measured()
    rounds, pipeline_rounds = counts
    orders = itertools.cycle(itertools.permutations(("ailab", "row", "pipeline", "bare")))
    length = 8
    for number, order in zip(range(-1, rounds), orders, strict=False):
        for name in order:
            if name == "pipeline" and number >= pipeline_rounds:
                continue
            await asyncio.sleep(PAUSE)
            if name == "row":
                seconds = await in_a_row(service, model, [str(picture)] * length)
                length = max(8, min(100, int(ROW_SECONDS / seconds)))
            elif name == "ailab":
                pid = service.worker_pid
                assert pid is not None
                forget_peak(pid)
                started = time.perf_counter()
                result = await service.predict(model, str(picture), threshold=0.5, save_to=None)
                seconds = time.perf_counter() - started
                found.peaks[name] = max(found.peaks.get(name, 0), peak(pid))
                assert result.prediction is not None
                t = result.timings
                steps = (t.decode, t.preprocess, t.forward, t.postprocess)
                if number >= 0:
                    found.steps.append((*steps, seconds - sum(steps)))
            else:
                answer = await asyncio.to_thread(peers[name].run, picture)
                seconds = answer["seconds"]
                found.peaks[name] = max(found.peaks.get(name, 0), int(answer["peak"]))
            if number >= 0:
                getattr(found, name).append(seconds)
    saved = [await most_held(service, model, picture, is_saved=True) for _ in range(SAVED_ROUNDS)]
    found.peaks["saved"] = max(saved)
    return found


async def in_a_row(
    service: InferenceService,
    model: RunnableModel,
    pictures: Sequence[str],
    save_to: Path | None = None,
) -> float:
    """Seconds for each picture of a folder run."""
    started = time.perf_counter()
    async for result in service.predict_all(model, pictures, threshold=0.5, save_to=save_to):
        if result.prediction is None:
            raise SystemExit(f"{result.picture}: {result.problem}")
    return (time.perf_counter() - started) / len(pictures)


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Median, least and most."""
    if not values:
        return "–"
    middle, least, most = statistics.median(values), min(values), max(values)
    return f"{middle:.{digits}f} ({least:.{digits}f} to {most:.{digits}f})"


def ratios(above: Sequence[float], below: Sequence[float]) -> list[float]:
    """Round by round."""
    return [a / b for a, b in zip(above, below, strict=False)]


def report(name: str, engine: str, size: str, found: Measured, small: Measured | None) -> None:
    """One row of the table."""
    sides = (found.ailab, found.row, found.pipeline, found.bare)
    ms = [1000 * statistics.median(v) if v else 0 for v in sides]
    memory = dict.fromkeys(("ailab", "saved", "pipeline"), "")
    if small is not None:
        for side in memory:
            more = (found.peaks.get(side, 0) - small.peaks[side]) / PICTURE_BYTES
            memory[side] = f"{max(0.0, more):.1f}" if side in found.peaks else "–"
    print(
        f"| {name} | {engine} | {size} | {ms[0]:.0f} | {ms[1]:.0f} | {ms[2]:.0f} | {ms[3]:.0f} "
        f"| {spread(ratios(found.ailab, found.bare))} | {spread(ratios(found.row, found.bare))} "
        f"| {spread(ratios(found.pipeline, found.ailab))} "
        f"| {spread(ratios(found.pipeline, found.row))} | {' | '.join(memory.values())} |",
        flush=True,
    )
    middle = [1000 * statistics.median(step) for step in zip(*found.steps, strict=True)]
    words = ("decode", "preprocess", "forward", "postprocess", "way back")
    text = ", ".join(f"{word} {value:.1f}" for word, value in zip(words, middle, strict=True))
    print(f"  {name} {engine} {size}: {text}", file=sys.stderr, flush=True)


@contextmanager
def peers_of(task: str, safetensors: Path, own: Path) -> Iterator[dict[str, Peer]]:
    """The pipeline, and the bare network of ailab's engine."""
    peers = {
        "pipeline": Peer("pipeline", task, str(safetensors)),
        "bare": Peer("bare", task, str(own)),
    }
    try:
        yield peers
    finally:
        for peer in peers.values():
            peer.close()


async def warm(options: argparse.Namespace) -> None:
    """The table of times and memory."""
    from benchmarks.random_networks import KINDS, folders, pictures  # noqa: PLC0415 - needs torch

    sizes = pictures(options.folder)
    for kind in KINDS:
        onnx, safetensors = folders(kind, options.folder)
        if options.only and options.only.lower() not in kind.name.lower():
            continue
        for engine, folder in (("onnx", onnx), ("torch", safetensors)):
            if options.engine not in {engine, "both"}:
                continue
            service = InferenceService()
            try:
                model = await service.open(str(folder))
                await service.load(model)
                with peers_of(kind.task, safetensors, folder) as peers:
                    small = None
                    for size, picture in sizes.items():
                        is_small = size == next(iter(sizes))
                        rounds = options.rounds if is_small else options.large_rounds
                        if not rounds:
                            continue
                        few = 1 if kind.name.startswith("SegFormer") else rounds
                        found = await measure(
                            service, model, peers, picture, (rounds, rounds if is_small else few)
                        )
                        report(kind.name, engine, size, found, small)
                        small = small or found
            finally:
                await service.close()


async def cold(options: argparse.Namespace) -> None:
    """From nothing to the first result of MobileNetV2, and of ViT for the record."""
    from benchmarks.random_networks import KINDS, folders, pictures  # noqa: PLC0415 - needs torch

    picture = next(iter(pictures(options.folder).values()))
    for kind in KINDS[:2]:
        onnx, safetensors = folders(kind, options.folder)
        ours, theirs = [], []
        for _ in range(options.cold):
            started = time.perf_counter()
            service = InferenceService()
            model = await service.open(str(onnx))
            await service.predict(model, str(picture), threshold=0.5, save_to=None)
            ours.append(time.perf_counter() - started)
            await service.close()
            started = time.perf_counter()
            await asyncio.to_thread(
                subprocess.run,
                [sys.executable, "-c", COLD_PIPELINE, kind.task, str(safetensors), str(picture)],
                check=True,
                stderr=subprocess.DEVNULL,
            )
            theirs.append(time.perf_counter() - started)
        print(
            f"| {kind.name} | {spread(ours)} | {spread(theirs)} | "
            f"{spread(ratios(theirs, ours), 1)} |",
            flush=True,
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True, help="keeps networks and pictures")
    parser.add_argument("--rounds", type=int, default=7, help="of 640 × 480")
    parser.add_argument("--large-rounds", type=int, default=3, help="of 12 megapixels; or 0")
    parser.add_argument("--cold", type=int, default=0, help="rounds of cold starts")
    parser.add_argument("--only", default="", help="networks whose name holds this")
    parser.add_argument("--engine", choices=("onnx", "torch", "both"), default="both")
    options = parser.parse_args()
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        sys.exit(f"This needs {', '.join(missing)}: install ailab with the extra torch, and those.")
    options.folder.mkdir(parents=True, exist_ok=True)
    if options.rounds:
        print(
            "| network | engine | picture | ailab, ms | in a row, ms | pipeline, ms | bare, ms "
            "| ailab ÷ bare | in a row ÷ bare | pipeline ÷ ailab | pipeline ÷ in a row "
            "| memory ÷ picture | saved | the pipeline's |\n" + "|---" * 14 + "|"
        )
        asyncio.run(warm(options))
    if options.cold:
        print("\n| cold | ailab, s | pipeline, s | ÷ |\n|---|---|---|---|")
        asyncio.run(cold(options))


if __name__ == "__main__":
    main()
