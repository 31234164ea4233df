"""What it costs to bring a result from the worker's process to the window's. Unix.

    python -m benchmarks.crossing

Bytes of several sizes come from a child process: through the pipe, and through the memory that
both share (see `shared_block.py`), as the worker and the window do it: written once, told of by
the pipe, copied once. Both take turns. Below, what the maps of a 12-megapixel segmentation cost
that are packed instead: packing, unpacking, and what is left to be sent.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
import zlib
from collections.abc import Callable

import numpy as np
from PIL import Image

from ailab.services.inference.shared_block import SharedBlock, make_block

SIZES = (100_000, 256_000, 1_000_000, 4_000_000, 12_000_000, 36_000_000)
CHILD = """
import os, sys
from ailab.services.inference.shared_block import inherited_block
block = inherited_block(sys.argv)
data = {}
for line in sys.stdin:
    way, size = line.split()
    size = int(size)
    if size not in data:
        data[size] = os.urandom(size)
    if way == "pipe":
        sys.stdout.buffer.write(data[size])
    else:
        block.write(0, data[size])
        sys.stdout.buffer.write(b"!")
    sys.stdout.buffer.flush()
"""


def crossing(child: subprocess.Popen[bytes], block: SharedBlock, way: str, size: int) -> float:
    """Milliseconds from the question to the bytes."""
    assert child.stdin is not None
    assert child.stdout is not None
    started = time.perf_counter()
    child.stdin.write(f"{way} {size}\n".encode())
    child.stdin.flush()
    if way == "pipe":
        data = child.stdout.read(size)
    else:
        child.stdout.read(1)
        data = block.read(0, size)
    assert len(data) == size
    return 1000 * (time.perf_counter() - started)


def spread(values: list[float]) -> str:
    """Median, least and most."""
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def timed(work: Callable[[], bytes], rounds: int) -> tuple[list[float], bytes]:
    """Milliseconds of each round, and what comes out."""
    times, result = [], b""
    for _ in range(rounds):
        started = time.perf_counter()
        result = work()
        times.append(1000 * (time.perf_counter() - started))
    return times, result


def maps(width: int, height: int) -> dict[str, bytes]:
    """A label map of even regions and a smooth confidence map, as segmentations have them."""
    random = np.random.default_rng(0)
    labels = Image.fromarray(random.integers(0, 12, (12, 16), np.uint8))
    sure = Image.fromarray(random.integers(100, 256, (96, 128), np.uint8))
    size = (width, height)
    return {
        "label map": labels.resize(size, Image.Resampling.NEAREST).tobytes(),
        "confidence": sure.resize(size, Image.Resampling.BILINEAR).tobytes(),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=21)
    options = parser.parse_args()
    block = make_block(max(SIZES))
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, *block.arguments()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=block.inherited,
    )
    print("| bytes | pipe, ms | shared memory, ms | ÷ |\n|---|---|---|---|")
    for size in SIZES:
        taken: dict[str, list[float]] = {"pipe": [], "shared": []}
        for number in range(-1, options.rounds):
            for way, times in taken.items():
                milliseconds = crossing(child, block, way, size)
                if number >= 0:
                    times.append(milliseconds)
        ratios = [a / b for a, b in zip(taken["shared"], taken["pipe"], strict=True)]
        print(
            f"| {size:,} | {spread(taken['pipe'])} | {spread(taken['shared'])} | {spread(ratios)} |"
        )
    child.communicate()
    block.close()
    print("\n| 12 megapixels | packing, ms | unpacking, ms | bytes |\n|---|---|---|---|")
    for name, raw in maps(4000, 3000).items():
        packing, packed = timed(lambda raw=raw: zlib.compress(raw, 1), 3)  # type: ignore[misc]
        unpacking, _ = timed(lambda packed=packed: zlib.decompress(packed), 3)  # type: ignore[misc]
        print(f"| {name} | {spread(packing)} | {spread(unpacking)} | {len(packed):,} |")


if __name__ == "__main__":
    main()
