"""How much memory each step of a picture of 12 megapixels takes, of the tests' tiny networks.

    python -m benchmarks.step_memory
    python -m benchmarks.step_memory --only Segformer --only Detr

One for each architecture (`tests/tiny_networks`), on PyTorch, all in one process. What the process
held at most (resident) while a step was done, over what it held before the picture was read, and
over the picture's pixels (36 MB); of the network's own run what that took for 640 × 480 is taken
off. Before each step free memory is given back, so that none counts twice. On Linux.
"""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ailab.services.images.image_reader import read_picture
from ailab.services.inference.freed_memory import keep_freed_pieces, return_free_pages
from ailab.services.inference.loaded_model import LoadedModel, load_model
from ailab.services.inference.open_model import open_model
from ailab.services.inference.picture_steps import PictureSteps
from ailab.services.inference.predict_request import PredictRequest
from ailab.services.inference.prompt import NO_PROMPT, Prompt
from ailab.services.results.result_writer import ResultWriter
from benchmarks.picture_memory import PICTURE_BYTES
from benchmarks.process_memory import forget_peak, held, peak

if TYPE_CHECKING:
    from ailab.services.inference.runnable_model import RunnableModel

AIM = 3.0
_PROMPTS = (NO_PROMPT, Prompt(inside=((300.0, 200.0),)), Prompt(labels=("cat", "dog")))


def steps_of(
    picture: Path, runnable: RunnableModel, loaded: LoadedModel, prompt: Prompt
) -> dict[str, float]:
    """For each step what was held at most, over the picture's pixels."""
    found: dict[str, float] = {}

    def measured(name: str, step: Callable[[], object]) -> None:
        return_free_pages()
        forget_peak()
        step()
        found[name] = (peak() - before) / PICTURE_BYTES

    with TemporaryDirectory() as folder:
        request = PredictRequest(
            model=runnable, picture=str(picture), threshold=0.5, save_to=Path(folder), prompt=prompt
        )
        steps = PictureSteps(request, read_picture, ResultWriter())
        gc.collect()
        return_free_pages()
        before = held()
        measured("read", steps.decode)
        measured("prepare", lambda: steps.prepare(loaded))
        measured("run", steps.run)
        measured("finish", steps.finish)
        measured("save", lambda: steps.save(0))
    return found


def measure(folder: Path, small: Path, large: Path) -> dict[str, float]:
    """The figures of the model in a folder, asked in the first way that it answers to."""
    runnable = open_model(folder)
    loaded = load_model(runnable)
    refusal: Exception | None = None
    for prompt in _PROMPTS:
        try:
            steps_of(small, runnable, loaded, prompt)  # what is imported and kept once
        except Exception as error:  # it asks for another
            refusal = error
            continue
        least = steps_of(small, runnable, loaded, prompt)["run"]
        found = steps_of(large, runnable, loaded, prompt)
        return found | {"run": found["run"] - least}
    raise refusal or ValueError("no prompt")


def main() -> None:
    """Measure and print, a line as soon as it is known."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
    from benchmarks.random_networks import pictures  # noqa: PLC0415 - needs torch
    from tiny_networks.fidelity_case import cases  # noqa: PLC0415 - this too

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", help="networks whose name holds this")
    options = parser.parse_args()
    keep_freed_pieces()
    with TemporaryDirectory() as place:
        small, large = pictures(Path(place)).values()
        for case in cases():
            if not any(part in case.name for part in options.only or [""]):
                continue
            try:
                with TemporaryDirectory() as folder:
                    case.save(Path(folder))
                    figures = measure(Path(folder), small, large)
            except Exception as error:  # one must not stop the others
                print(f"?  {case.name}: {type(error).__name__}: {error}"[:150], flush=True)
                continue
            told = ", ".join(f"{step} {value:.1f}" for step, value in figures.items())
            over = ">" if max(figures.values()) > AIM + 0.05 else " "
            print(f"{over}  {case.name}: {told}", flush=True)


if __name__ == "__main__":
    main()
