"""Compare ailab with transformers for every architecture, and write `docs/fidelity.md`.

Tiny networks of fixed seeds are saved in transformers' own form, and exported to ONNX where
transformers' exporter can; both go through ailab's engines, and through transformers' own model
and Pillow processor, on the same files. Needs the extra `torch` and the packages of `dev`:

    make fidelity
    .venv/bin/python scripts/fidelity.py --only Detr     a part, without writing
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import textwrap
import time
import traceback
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from ailab.services.images.image_reader import read_image  # noqa: E402
from ailab.services.inference.engine_name import engine_name  # noqa: E402
from ailab.services.inference.engine_table import ONNX, TORCH  # noqa: E402
from ailab.services.inference.loaded_model import load_model  # noqa: E402
from ailab.services.inference.model_layout import SAFETENSORS  # noqa: E402
from ailab.services.inference.open_model import open_model  # noqa: E402
from scripts.cannot_agree import CANNOT_AGREE  # noqa: E402
from tiny_networks.fidelity_case import FidelityCase, cases  # noqa: E402

if TYPE_CHECKING:
    from tiny_networks.reference import Compare, Difference

PAGE = ROOT / "docs" / "fidelity.md"
_NOT_EXPORTED = "not exported: "
_VARIANTS = {TORCH: SAFETENSORS, ONNX: "fp32"}
_PACKAGES = ("torch", "transformers", "onnxruntime", "onnxscript", "numpy", "pillow")


@dataclass(frozen=True, slots=True)
class Row:
    """What came of an architecture on an engine.

    Attributes:
        case: the architecture.
        engine: name of the engine.
        worst: the largest difference of each measure over all pictures.
        pictures: how many were compared.
        problem: why nothing could be compared; empty where it could.
    """

    case: FidelityCase
    engine: str
    worst: tuple[Difference, ...] = ()
    pictures: int = 0
    problem: str = ""

    @property
    def agrees(self) -> bool:
        """True where every difference is within its limit."""
        return not self.problem and all(each.is_small for each in self.worst)

    @property
    def is_not_exported(self) -> bool:
        """True where there is no ONNX file to compare."""
        return self.problem.startswith(_NOT_EXPORTED)


def main() -> int:
    """Compare and write; the exit status is 1 where anything differs by more than it may."""
    parser = argparse.ArgumentParser(description="Compare ailab with transformers.")
    parser.add_argument("--only", default="", help="a part of an architecture's name")
    options = parser.parse_args()
    try:
        _quieten()
    except ImportError:
        sys.stderr.write("The extra torch is not installed, and there is nothing to compare.\n")
        return 1
    chosen = [case for case in cases() if options.only in case.name]
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        pictures = dict(make_pictures(Path(place)))
        for case in chosen:
            started = time.monotonic()
            with tempfile.TemporaryDirectory(dir=place, ignore_cleanup_errors=True) as folder:
                rows += compare_case(case, Path(folder), pictures)
            sys.stdout.write(f"{case.name}: {time.monotonic() - started:.1f} s\n")
            for row in rows[-2:]:
                sys.stdout.write(f"  {engine_name(row.engine)}: {told(row)}\n")
            sys.stdout.flush()
    if not options.only:
        PAGE.write_text(page(rows, list(pictures)), encoding="utf-8")
        sys.stdout.write(f"Wrote {PAGE.relative_to(ROOT)}\n")
    wrong = [row for row in rows if row.worst and not row.agrees]
    return 1 if wrong else 0


def make_pictures(folder: Path) -> Iterator[tuple[str, Path]]:
    """Pictures with soft shapes and noise, as files: name and path."""
    chance = np.random.default_rng(7)
    for name, mode, size in (
        ("landscape, odd size", "RGB", (197, 131)),
        ("portrait, odd size", "RGB", (91, 203)),
        ("grey", "L", (150, 97)),
        ("RGBA", "RGBA", (120, 83)),
        ("12 megapixels", "RGB", (4000, 3000)),
    ):
        shape = (11, 14) if mode == "L" else (11, 14, len(mode))
        small = Image.fromarray(chance.integers(0, 256, shape, dtype=np.uint8), mode=None)
        path = folder / f"{len(name)}-{mode}-{size[0]}.png"
        small.resize(size, Image.Resampling.BICUBIC).save(path, compress_level=1)
        yield name, path


def compare_case(case: FidelityCase, folder: Path, pictures: dict[str, Path]) -> list[Row]:
    """An architecture on both engines."""
    compare = case.save(folder)
    rows = [compare_engine(case, TORCH, folder, pictures, compare)]
    try:
        case.export(folder)
    except Exception as error:  # the exporter raises whatever its parts do
        said = _shortened(str(error), 160) or type(error).__name__
        return [*rows, Row(case, ONNX, problem=f"{_NOT_EXPORTED}{said}")]
    return [*rows, compare_engine(case, ONNX, folder, pictures, compare)]


def compare_engine(
    case: FidelityCase, engine: str, folder: Path, pictures: dict[str, Path], compare: Compare
) -> Row:
    """An architecture on one engine: the largest differences over all pictures."""
    worst: dict[str, Difference] = {}
    count = 0
    try:
        loaded = load_model(open_model(folder, variant=_VARIANTS[engine]))
        for name, path in pictures.items():
            if name in case.skips or (
                engine == ONNX and name not in (case.onnx_pictures or pictures)
            ):
                continue
            found = loaded.predict(read_image(path).pixels, case.prompt).prediction
            with Image.open(path) as picture:
                differences = compare(picture, found)
            for each in differences:
                known = worst.get(each.measure)
                worst[each.measure] = each if known is None or each.worst > known.worst else known
            count += 1
    except Exception as error:  # a row must not stop the table
        traceback.print_exc()
        detail = getattr(error, "detail", "") or str(error)
        problem = _shortened(f"{error} {detail}", 200)
        return Row(case, engine, tuple(worst.values()), count, problem)
    return Row(case, engine, tuple(worst.values()), count)


def told(row: Row) -> str:
    """A row's differences in a few words."""
    if row.problem:
        return row.problem
    return "; ".join(f"{each.measure} {_number(each.worst)}" for each in row.worst)


def page(rows: Sequence[Row], pictures: Sequence[str]) -> str:
    """The whole of `docs/fidelity.md`."""
    versions = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    lines = [
        "# Fidelity",
        "",
        "Does ailab give the answer that the reference gives? For every architecture below, a tiny",
        "network with random weights of a fixed seed is saved as transformers saves its models,",
        "exported to ONNX where transformers' own exporter can, and run on the same picture files",
        "by ailab's engines and by transformers' own model and Pillow image processor. The table",
        "is made by `make fidelity`, which fails where a difference is larger than it may be.",
        "",
        f"Pictures: {'; '.join(pictures)}.",
        "",
        "May differ at most: scores by 1e-3, with the same labels; boxes by 1 pixel; masks and",
        "class maps by 1 - IoU = 0.001 (panoptic ones where a mask claims more than 0.2 %); depths",
        "by 1e-3 of each pixel's own (of a hundredth of the largest below that); features by",
        "1 - cosine = 1e-4; mattes and pictures made by 1 of 256 steps; words not at all.",
        "",
        f"Measured with {versions}: {summary(rows)}.",
        "",
    ]
    for task in dict.fromkeys(row.case.task for row in rows):
        lines += [
            f"## {task}",
            "",
            "| architecture | engine | largest difference | |",
            "|---|---|---|---|",
        ]
        for row in rows:
            if row.case.task == task:
                mark = "agrees" if row.agrees else "–" if not row.worst else "**differs**"
                lines.append(
                    f"| {row.case.name} | {engine_name(row.engine)} | {told(row)} | {mark} |"
                )
        lines.append("")
    lines += ["## What is not compared, and why", ""]
    for case in dict.fromkeys(row.case.name for row in rows):
        skips = next(row.case.skips for row in rows if row.case.name == case)
        lines += [f"- {case}, {name}: {why}." for name, why in skips.items()]
    lines += [
        f"- {row.case.name} on ONNX Runtime is compared on {', '.join(row.case.onnx_pictures)} "
        "alone: transformers' exporter keeps numbers of the size that it traced, and the graph is "
        "right for pictures of that shape only, whoever runs it. Converting in the lab finds that "
        "out, and keeps the size fixed."
        for row in rows
        if row.case.onnx_pictures and row.engine == ONNX
    ]
    return "\n".join([*lines, *(f"- {line}" for line in CANNOT_AGREE), ""])


def summary(rows: Sequence[Row]) -> str:
    """How many rows were compared, and what came of it."""
    compared = [row for row in rows if row.worst]
    differing = sum(not row.agrees for row in compared)
    outcome = f"{differing} of them differ" if differing else "all agree"
    told_so = [f"{len(compared)} rows compared, {outcome}"]
    if exports := sum(row.is_not_exported for row in rows):
        told_so.append(f"{exports} not exported")
    if failed := len(rows) - len(compared) - exports:
        told_so.append(f"{failed} failed")
    return "; ".join(told_so)


def _shortened(text: str, width: int) -> str:
    return textwrap.shorten(text, width, placeholder=" …", break_on_hyphens=False)


def _number(value: float) -> str:
    return "0" if value == 0 else "another number of things" if value == np.inf else f"{value:.1e}"


def _quieten() -> None:
    import transformers  # noqa: PLC0415 - it may not be there

    warnings.simplefilter("ignore")
    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()


if __name__ == "__main__":
    sys.exit(main())
