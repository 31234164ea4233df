"""A process of its own for what ailab is compared with; see `inference.py`.

    python benchmarks/inference_peer.py pipeline TASK FOLDER
    python benchmarks/inference_peer.py bare TASK FOLDER

Each line on standard input is a picture's path; each line on standard output a JSON object with
`seconds`, of these `decode`, and `peak`, the bytes held at most meanwhile. A first line, before
any picture, tells `ready`.

`pipeline` is `transformers.pipeline` as anybody would call it. `bare` decodes a picture, and runs
the network alone on what was prepared beforehand: ONNX Runtime or PyTorch with their own
defaults, on all cores.
"""

# ruff: noqa: PLC0415 - each kind imports what it needs, and no more
from __future__ import annotations

import json
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from benchmarks.process_memory import forget_peak, peak

Run = Callable[[str], float]
"""Runs on a picture; returns the seconds that decoding took."""


def pipeline(task: str, folder: str) -> Run:
    """Whole, from a path to a result."""
    import transformers

    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    made = transformers.pipeline(task, model=folder, device="cpu")

    def run(picture: str) -> float:
        made(picture)
        return 0.0

    return run


def bare(_task: str, folder: str) -> Run:
    """Decoding, and the forward pass on what was prepared before."""
    from ailab.services.images.image_reader import read_image
    from ailab.services.inference.loaded_model import load_model
    from ailab.services.inference.open_model import open_model
    from ailab.services.inference.prompt import NO_PROMPT

    model = load_model(open_model(Path(folder)))
    prepared: dict[str, dict[str, Any]] = {}
    forward = _onnx(folder) if (Path(folder) / "model.onnx").is_file() else _torch(folder)

    def run(picture: str) -> float:
        if picture not in prepared:
            pixels = read_image(Path(picture)).pixels
            prepared[picture] = model.pipeline.prepare(pixels, NO_PROMPT)[0]
        started = time.perf_counter()
        with Image.open(picture) as image:
            ImageOps.exif_transpose(image).convert("RGB")
        decoded = time.perf_counter()
        forward(prepared[picture])
        return decoded - started

    return run


def _onnx(folder: str) -> Callable[[dict[str, Any]], object]:
    import onnxruntime

    session = onnxruntime.InferenceSession(
        str(Path(folder) / "model.onnx"), providers=["CPUExecutionProvider"]
    )
    return lambda feeds: session.run(None, feeds)


def _torch(folder: str) -> Callable[[dict[str, Any]], object]:
    import torch
    import transformers

    config = transformers.AutoConfig.from_pretrained(folder)
    network = getattr(transformers, config.architectures[0]).from_pretrained(folder).eval()

    def forward(feeds: dict[str, Any]) -> object:
        with torch.inference_mode():
            return network(**{name: torch.from_numpy(values) for name, values in feeds.items()})

    return forward


def main() -> None:
    """Serve."""
    warnings.filterwarnings("ignore")
    kind, task, folder = sys.argv[1:]
    run = {"pipeline": pipeline, "bare": bare}[kind](task, folder)
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        picture = line.strip()
        forget_peak()
        started = time.perf_counter()
        decode = run(picture)
        seconds = time.perf_counter() - started
        print(json.dumps({"seconds": seconds, "decode": decode, "peak": peak()}), flush=True)


if __name__ == "__main__":
    main()
