"""Scenes kept from the training, to measure with; NumPy alone."""

from __future__ import annotations

import numpy as np

from training.fasteners import draw_bench
from training.nuclei import CELL_CLASSES, draw_cell, draw_field
from training.scene import Scene

_SEED = 9


def held_out_fields(count: int) -> list[Scene]:
    """Fields of view of 512 by 512 pixels."""
    return [draw_field(np.random.default_rng([_SEED, index])) for index in range(count)]


def held_out_benches(count: int) -> list[Scene]:
    """Benches of 512 by 512 pixels."""
    return [draw_bench(np.random.default_rng([_SEED, index])) for index in range(count)]


def held_out_cells(count: int) -> list[Scene]:
    """Single nuclei, the classes in turn, in pictures of 96 to 192 pixels."""
    scenes = []
    for index in range(count):
        rng = np.random.default_rng([_SEED, index])
        kind = CELL_CLASSES[index % len(CELL_CLASSES)]
        scenes.append(draw_cell(rng, kind, int(rng.choice([96, 128, 192]))))
    return scenes
