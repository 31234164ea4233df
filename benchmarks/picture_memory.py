"""How much memory a picture of 12 megapixels takes, run alone, and run and saved.

    python -m benchmarks.picture_memory --folder DIR
    python -m benchmarks.picture_memory --folder DIR --only SAM --engine torch

Random weights (see `random_networks.py`). How much more the worker held at most, resident, for a
picture of 12 megapixels than for one of 640 × 480, over what the picture's pixels take (36 MB):
the weights and the network's own work are the same for both. Mask generation is asked for what is
in the picture's middle. On Linux.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from ailab.services.inference.inference_service import InferenceService
from ailab.services.inference.prompt import NO_PROMPT, Prompt
from ailab.services.inference.runnable_model import RunnableModel
from benchmarks.process_memory import forget_peak, peak

PICTURE_BYTES = 4000 * 3000 * 3


async def most_held(
    service: InferenceService,
    model: RunnableModel,
    picture: Path,
    prompt: Prompt = NO_PROMPT,
    *,
    is_saved: bool,
) -> int:
    """Bytes that the worker held at most while it ran a picture, and saved it where asked to."""
    pid = service.worker_pid
    assert pid is not None
    with TemporaryDirectory() as folder:
        forget_peak(pid)
        save_to = Path(folder) if is_saved else None
        result = await service.predict(
            model, str(picture), threshold=0.5, save_to=save_to, prompt=prompt
        )
        assert result.prediction is not None, result.problem
        assert bool(result.files) is is_saved
        return peak(pid)


async def measure(
    folder: Path, small: Sequence[Path], large: Path, rounds: int, *, is_asked: bool, is_saved: bool
) -> str:
    """A model's figure, each side the most of some rounds, in a worker of its own."""
    service = InferenceService()
    try:
        model = await service.open(str(folder))
        await service.load(model)

        async def most(pictures: Sequence[Path]) -> int:
            peaks = []
            for picture in [*pictures] * rounds:
                with Image.open(picture) as image:
                    middle = (image.width / 2, image.height / 2)
                prompt = Prompt(inside=(middle,)) if is_asked else NO_PROMPT
                peaks.append(await most_held(service, model, picture, prompt, is_saved=is_saved))
            return max(peaks)

        before = await most(small)
        return f"{max(0.0, (await most((large,)) - before) / PICTURE_BYTES):.1f}"
    finally:
        await service.close()


def turned(picture: Path) -> Path:
    """The same picture on its side: mask generation remembers what it saw of the last one."""
    path = picture.with_name("480x640.jpg")
    if not path.is_file():
        with Image.open(picture) as image:
            image.transpose(Image.Transpose.ROTATE_90).save(path, quality=92)
    return path


def main() -> None:
    """Measure and print."""
    from benchmarks.random_networks import (  # noqa: PLC0415 - needs torch
        KINDS,
        MASKS,
        folders,
        pictures,
    )

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True, help="keeps networks and pictures")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="networks whose name holds this")
    parser.add_argument("--engine", choices=("onnx", "torch", "both"), default="both")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    small, large = pictures(options.folder).values()
    print("| network | engine | not saved | saved |\n|---|---|---|---|")
    for kind in (*KINDS, *MASKS):
        if options.only.lower() not in kind.name.lower():
            continue
        for engine, folder in zip(("onnx", "torch"), folders(kind, options.folder), strict=True):
            if engine in kind.engines and options.engine in {engine, "both"}:
                figures = [
                    asyncio.run(
                        measure(
                            folder,
                            (small, turned(small)),
                            large,
                            options.rounds,
                            is_asked=kind.task == "mask-generation",
                            is_saved=is_saved,
                        )
                    )
                    for is_saved in (False, True)
                ]
                print(f"| {kind.name} | {engine} | {' | '.join(figures)} |", flush=True)


if __name__ == "__main__":
    main()
