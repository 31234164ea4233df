"""Points from Sapiens2's heat maps, to fractions of a cell.

To the letter as `post_process_pose_estimation` of its image processor in transformers: as ViTPose's
(see `heat_maps.py`), but for the smoothing, which is wider, takes the map for 0 beyond its border,
and leaves the highest value as high as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ailab.services.inference.tasks.heat_maps import highest_cells, newton_steps

if TYPE_CHECKING:
    from ailab.services.inference.tasks.decoding import Floats

_SIGMA, _RADIUS = 2.0, 5


def sapiens_heat_map_points(maps: Floats) -> tuple[Floats, Floats]:
    """The point and the score of each map; see `heat_map_points`."""
    cells, scores = highest_cells(maps)
    smoothed = _blurred(_blurred(maps).swapaxes(1, 2)).swapaxes(1, 2)
    highest = smoothed.max(axis=(1, 2))
    factors = np.ones_like(highest)
    np.divide(scores, highest, out=factors, where=highest > 0)
    smoothed *= factors[:, None, None]
    return cells - newton_steps(smoothed, cells), scores


def _blurred(maps: Floats) -> Floats:
    """A Gaussian blur along the last axis, as one product of matrices for all the maps.

    Sapiens2 has 308 of them, so that one product for each takes several times as long.
    """
    length = maps.shape[2]
    offsets = np.arange(-_RADIUS, _RADIUS + 1)
    kernel = np.exp(-0.5 * (offsets / _SIGMA) ** 2)
    kernel /= kernel.sum()
    away = np.abs(np.subtract.outer(np.arange(length), np.arange(length)))
    weights = kernel[_RADIUS + np.minimum(away, _RADIUS)] * (away <= _RADIUS)
    blurred: Floats = maps.reshape(-1, length) @ weights.astype(np.float32)
    return blurred.reshape(maps.shape)
