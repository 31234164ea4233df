"""The connected pieces of a semantic segmentation's regions: what can be counted of it.

A network that labels pixels alone gives one region for each class, however many things it is of.
Its pieces are those things, as far as they do not touch.
"""

from __future__ import annotations

from dataclasses import dataclass

from ailab.services.inference.predictions import Segmentation
from ailab.services.results.connected_components import Components, ConnectedComponents
from ailab.services.results.enlarged_runs import first_pixels
from ailab.services.results.region_pieces import RegionPieces
from ailab.services.results.shown_regions import kept_indices, shown_regions

MOST_PIECES = 50_000
"""Pieces that are told of one by one; of more the largest. What has more is noise."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Pixels of one region that hang together, over corners too.

    Attributes:
        index: of the region, as in the label map.
        pixels: how many of the picture's it has.
        box: `xyxy`, in whole pixels of the picture.
        centroid: mean x and y of its pixels' middles.
        score: mean confidence of its pixels, 0 to 1.
        touches_border: it may go on beyond the picture.
    """

    index: int
    pixels: int
    box: tuple[int, int, int, int]
    centroid: tuple[float, float]
    score: float
    touches_border: bool


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of a picture.

    Attributes:
        regions: of each region that is kept, by its index; without background.
        items: by their regions, then from the top; the `MOST_PIECES` largest where there are more.
    """

    regions: dict[int, RegionPieces]
    items: tuple[Piece, ...]


def pieces_of(
    prediction: Segmentation,
    size: tuple[int, int],
    *,
    threshold: float,
    pieces_from: int,
    most: int = MOST_PIECES,
) -> Pieces:
    """The pieces of what is drawn of a segmentation at a threshold.

    As when it is drawn, a pixel counts where its region is kept and its own confidence reaches the
    threshold. What belongs to no object has no pieces. Beside the packed maps a few megabytes are
    held at a time. 12 megapixels of regions as they are found take some 100 ms on one core, of
    noise a second or two.

    Args:
        prediction: one that `labels_pixels_alone`.
        size: width and height of the picture, in whose pixels the pieces are measured.
        threshold: confidence from which a pixel counts, 0 to 1.
        pieces_from: pixels of the picture from which a piece counts; 0 or 1 for all.
        most: how many are told of one by one; 0 where only their numbers are asked for.

    Raises:
        PixelMapError: a map is damaged.
    """
    width, height = prediction.width, prediction.height
    columns, rows = first_pixels(width, size[0]), first_pixels(height, size[1])
    found = ConnectedComponents(columns, rows, least=pieces_from, most=most)
    for regions, sure in shown_regions(prediction, threshold):
        found.add(regions, sure)
    components = found.finish()
    sums = found.numbers, found.areas, found.at_border, found.left_out
    kept = kept_indices(prediction, threshold)
    counted = {index: RegionPieces(*(int(each[index]) for each in sums)) for index in kept}
    return Pieces(counted, _items(components, size))


def count_pieces(
    prediction: Segmentation, size: tuple[int, int], *, threshold: float, pieces_from: int
) -> dict[int, RegionPieces]:
    """How much the pieces of each region are, by its index; see `Pieces.regions`.

    Raises:
        PixelMapError: a map is damaged.
    """
    return pieces_of(prediction, size, threshold=threshold, pieces_from=pieces_from, most=0).regions


def _items(found: Components, size: tuple[int, int]) -> tuple[Piece, ...]:
    edges = found.touches(*size)
    boxes = zip(*(each.tolist() for each in (found.x0, found.y0, found.x1, found.y1)), strict=True)
    middles = zip(
        (found.sum_x / found.area).tolist(), (found.sum_y / found.area).tolist(), strict=True
    )
    return tuple(
        map(
            Piece,
            found.label.tolist(),
            found.area.tolist(),
            boxes,
            middles,
            (found.confidence / found.pixels / 255).tolist(),
            edges.tolist(),
        )
    )
