"""The sample pictures that come with the embedded Hub, drawn as the training pictures are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from training.fasteners import draw_bench
from training.nuclei import CELL_CLASSES, draw_cell, draw_field

_SEED = 77


def write_pictures(folder: Path) -> None:
    """Write `nuclei`, `cells` and `fasteners` below `folder`."""
    nuclei, cells, fasteners = (folder / name for name in ("nuclei", "cells", "fasteners"))
    for path in (nuclei, cells, fasteners):
        path.mkdir(parents=True, exist_ok=True)
    for index, tint in enumerate((1, 2, 3)):
        scene = draw_field(np.random.default_rng([_SEED, index]), 512, tint)
        Image.fromarray(scene.pixels).save(nuclei / f"nuclei-{index + 1}.jpg", quality=90)
    scene = draw_field(np.random.default_rng([_SEED, 3]), 512, 0)
    if scene.intensity is not None:
        # A 12-bit camera's values in 16-bit words, as microscopes save them.
        counts = (scene.intensity * 4095).astype(np.uint16)
        image = Image.fromarray(counts)
        image.save(nuclei / "nuclei-16bit.tif", compression="tiff_adobe_deflate")
    for index, kind in enumerate(CELL_CLASSES):
        cell = draw_cell(np.random.default_rng([_SEED, 10 + index]), kind, 192, index % 4)
        Image.fromarray(cell.pixels).save(cells / f"{kind}.png", optimize=True)
    for index in range(3):
        bench = draw_bench(np.random.default_rng([_SEED, 20 + index]), 640)
        Image.fromarray(bench.pixels).save(fasteners / f"bench-{index + 1}.jpg", quality=90)
