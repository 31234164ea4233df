"""Compare ailab with transformers for every architecture, and write `docs/fidelity.md`.

Tiny networks of fixed seeds are saved in transformers' own form, and exported to ONNX where
transformers' exporter can; both go through ailab's engines, and through transformers' own model
and Pillow processor, on the same files. Needs the extra `torch` and the packages of `dev`:

    make fidelity
    .venv/bin/python scripts/fidelity.py --only Detr          a part, without writing
    .venv/bin/python scripts/fidelity.py --only Detr --write  that part's rows among the others

Rows that need a package that is not installed (timm, torchvision) stay as they were measured.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterator
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
from scripts.fidelity_page import (  # noqa: E402
    NOT_EXPORTED,
    Row,
    joined,
    kept_rows,
    kept_versions,
    page,
    shortened,
    told,
    versions_here,
)
from tiny_networks.case_needs import lacking  # noqa: E402
from tiny_networks.fidelity_case import FidelityCase, cases  # noqa: E402

if TYPE_CHECKING:
    from tiny_networks.reference import Compare, Difference

PAGE = ROOT / "docs" / "fidelity.md"
_VARIANTS = {TORCH: SAFETENSORS, ONNX: "fp32"}


def main() -> int:
    """Compare and write; the exit status is 1 where anything differs too much, or fails."""
    parser = argparse.ArgumentParser(description="Compare ailab with transformers.")
    parser.add_argument("--only", default="", help="a part of an architecture's name")
    parser.add_argument(
        "--write", action="store_true", help="write what --only measured among the page's rows"
    )
    options = parser.parse_args()
    try:
        _quieten()
    except ImportError:
        sys.stderr.write("The extra torch is not installed, and there is nothing to compare.\n")
        return 1
    every = cases()
    chosen = [case for case in every if options.only in case.name]
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        pictures = dict(make_pictures(Path(place)))
        for case in chosen:
            if why := lacking(case):
                sys.stdout.write(f"{case.name}: {why}; its rows stay as they are\n")
                continue
            started = time.monotonic()
            with tempfile.TemporaryDirectory(dir=place, ignore_cleanup_errors=True) as folder:
                rows += compare_case(case, Path(folder), pictures)
            sys.stdout.write(f"{case.name}: {time.monotonic() - started:.1f} s\n")
            for row in rows[-2:]:
                sys.stdout.write(f"  {engine_name(row.engine)}: {told(row)}\n")
            sys.stdout.flush()
    if options.write or not options.only:
        before = PAGE.read_text(encoding="utf-8")
        whole = page(
            every,
            rows,
            kept_rows(before),
            pictures=list(pictures),
            cannot_agree=CANNOT_AGREE,
            versions=kept_versions(before) if options.only else versions_here(),
        )
        PAGE.write_text(whole, encoding="utf-8")
        sys.stdout.write(f"Wrote {PAGE.relative_to(ROOT)}\n")
    return 1 if any(row.is_wrong for row in rows) else 0


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
        if not case.keeps_its_size:
            case.export(folder)
            return [*rows, compare_engine(case, ONNX, folder, pictures, compare)]
        each = (
            compare_engine(case, ONNX, exported(case, folder, path), {name: path}, compare)
            for name, path in pictures.items()
            if name not in case.skips
        )
        return [*rows, joined(list(each))]
    except Exception as error:  # the exporter raises whatever its parts do
        said = shortened(str(error), 160) or type(error).__name__
        return [*rows, Row(case, ONNX, problem=f"{NOT_EXPORTED}{said}")]


def exported(case: FidelityCase, folder: Path, picture: Path) -> Path:
    """A copy of a case's folder with what was exported for pictures of one shape."""
    own = folder.with_name(f"{folder.name}-{picture.stem}")
    shutil.copytree(folder, own)
    case.export(own, picture)
    return own


def compare_engine(
    case: FidelityCase, engine: str, folder: Path, pictures: dict[str, Path], compare: Compare
) -> Row:
    """An architecture on one engine: the largest differences over all pictures."""
    worst: dict[str, Difference] = {}
    count = 0
    try:
        loaded = load_model(open_model(folder, variant=_VARIANTS[engine]))
        for name, path in pictures.items():
            if name in case.skips:
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
        problem = shortened(f"{error} {detail}", 200)
        return Row(case, engine, tuple(worst.values()), count, problem)
    return Row(case, engine, tuple(worst.values()), count)


def _quieten() -> None:
    import transformers  # noqa: PLC0415 - it may not be there

    warnings.simplefilter("ignore")
    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()


if __name__ == "__main__":
    sys.exit(main())
