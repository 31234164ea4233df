"""Depths: whole, or piece by piece where a picture goes in as it is and is too large."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from ailab.services.inference.cubic_interpolation import sampled
from ailab.services.inference.depth_reading import DepthReading
from ailab.services.inference.network import Network, check_finite
from ailab.services.inference.pipeline import tell_nobody
from ailab.services.inference.pipelines.single_pass import SinglePassPipeline
from ailab.services.inference.placement import Placement
from ailab.services.inference.predictions import DepthMap, Prediction
from ailab.services.inference.preprocessing import Resize
from ailab.services.inference.prompt import NO_PROMPT, Prompt
from ailab.services.inference.tasks.decoding import Decoding
from ailab.services.inference.tasks.depth_estimation import (
    MOST_PIXELS,
    depth_strips,
    packed_depths,
)
from ailab.services.inference.tasks.map_sampling import MapSampling
from ailab.services.inference.tiles import Tile, tiles

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.model_description import ModelDescription
    from ailab.services.inference.network import Tensors
    from ailab.services.inference.pipeline import Tell
    from ailab.services.inference.tasks.decoding import Floats

    Whole = tuple[Tensors, Placement]

# The attention of a transformer looks from each patch at each: 12 megapixels are 47,000 patches,
# which take hours and gigabytes.
_MOST_AT_ONCE = 1024 * 1024
_TILE = (512, 512)
_OVERLAP = 128


@dataclass(frozen=True, slots=True)
class _InPieces:
    """A picture of mode RGB that is too large to go in whole."""

    image: Image.Image
    pieces: tuple[Tile, ...]


class DepthPipeline(SinglePassPipeline):
    """As `SinglePassPipeline`; a picture of CHMv2 that is too large goes in piece by piece.

    CHMv2 takes pictures from above as they are, and tells how high trees are. Scaled down, a wood
    would be one of another scale, with trees of other heights; a piece of it is not. The heights
    of pieces are joined in the middle of what neighbours share.

    Args:
        network: has the part `model`.
        description: how pictures go in and what comes out.

    Raises:
        ModelFileError: the description does not suit the network.
    """

    def __init__(self, network: Network, description: ModelDescription) -> None:
        super().__init__(network, description)
        how = self._picture.preprocessing
        self._may_be_cut = (
            description.decoder.depth_reading is DepthReading.CORNERS
            and how.resize is Resize.NONE
            and how.output_size is None
        )

    def prepare_image(self, image: Image.Image, prompt: Prompt) -> Any:
        """See `ImagePipeline.prepare_image`."""
        width, height = image.size
        if not self._may_be_cut or width * height <= _MOST_AT_ONCE:
            return super().prepare_image(image, prompt)
        return _InPieces(image, tuple(tiles(height, width, _TILE, _OVERLAP)))

    def run(self, prepared: Whole | _InPieces) -> Any:
        """See `Pipeline.run`; each piece is a run of the network of its own."""
        return self.run_telling(prepared, tell_nobody)

    def run_telling(self, prepared: Whole | _InPieces, tell: Tell) -> Any:
        """See `SteadyPipeline.run_telling`; told of are the pieces."""
        if not isinstance(prepared, _InPieces):
            return super().run(prepared)
        width, height = prepared.image.size
        grid = MapSampling.within(Placement.pixel_for_pixel(width, height), MOST_PIXELS)
        rows = self._rows(prepared, (grid.height / height, grid.width / width), tell)
        made = packed_depths(grid.width, grid.height, rows, self._description.decoder.depth_scale)
        return replace(made, tiles=len(prepared.pieces))

    def batch_key(self, prepared: Whole | _InPieces) -> Hashable | None:
        """See `BatchPipeline.batch_key`."""
        return None if isinstance(prepared, _InPieces) else super().batch_key(prepared)

    def finish(self, answer: Any) -> Prediction:
        """See `Pipeline.finish`."""
        return answer if isinstance(answer, DepthMap) else super().finish(answer)

    def _rows(
        self, prepared: _InPieces, scales: tuple[float, float], tell: Tell
    ) -> Iterator[Floats]:
        """The joined map from the top, the rows of a row of pieces at a time."""
        done = 0
        for _, beside in groupby(prepared.pieces, lambda piece: piece.kept[0]):
            parts = []
            for piece in beside:
                parts.append(_kept(self._seen(prepared.image, piece), piece, scales))
                done += 1
                tell(done, len(prepared.pieces))
            yield np.concatenate(parts, axis=1)

    def _seen(self, image: Image.Image, piece: Tile) -> Floats:
        """The depths of a piece, at its own pixels."""
        top, left, bottom, right = piece.seen
        prepared = super().prepare_image(image.crop((left, top, right, bottom)), NO_PROMPT)
        outputs, placement = super().run(prepared)
        check_finite(outputs)
        decoding = Decoding(self._description.labels, self._description.decoder, placement)
        _, _, strips = depth_strips(outputs, decoding)
        return np.concatenate(list(strips))


def _kept(depth: Floats, piece: Tile, scales: tuple[float, float]) -> Floats:
    """What is kept of a piece's depths, at the pixels of the joined map."""
    top, left, _, _ = piece.seen
    first_row, first_column, end_row, end_column = piece.kept
    down = _middles(first_row, end_row, scales[0]) - top
    across = _middles(first_column, end_column, scales[1]) - left
    return np.concatenate([values for _, values in sampled(depth, down, across)])


def _middles(first: int, end: int, scale: float) -> npt.NDArray[np.float64]:
    """The joined map's middles of cells in a part of the picture, in pixels of the picture."""
    cells: npt.NDArray[Any] = np.arange(
        math.ceil(first * scale - 0.5), math.ceil(end * scale - 0.5)
    )
    middles: npt.NDArray[np.float64] = (cells.astype(np.float64) + 0.5) / scale - 0.5
    return middles
