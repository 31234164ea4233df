"""The regions of a segmentation as rows of text: per label, and each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from ailab.services.inference.predictions import Segment, Segmentation
from ailab.services.results.label_colors import segment_colors
from ailab.services.results.region_pieces import RegionPieces
from ailab.viewmodels.picture_scale import PictureScale
from ailab.viewmodels.prediction_text import counted
from ailab.views.found_row import FoundRow, joined, percent

_MOST_COLORS = 4


def segmented_labels(
    prediction: Segmentation,
    whole: Segmentation,
    pieces: Mapping[int, RegionPieces],
    scale: PictureScale,
) -> tuple[FoundRow, ...]:
    """Each label with its share of the picture, its area and its pieces, the largest first."""
    colors = segment_colors(whole.segments)
    regions: dict[str, list[Segment]] = defaultdict(list)
    for segment in prediction.segments:
        regions[segment.label].append(segment)
    rows = []
    for label, each in regions.items():
        area = sum(segment.area for segment in each)
        mean = sum(segment.score * segment.area for segment in each) / area if area else 0.0
        count = f"{len(each)} regions" if len(each) > 1 else ""
        told = ""
        if (found := pieces.get(each[0].index)) is not None:
            count = counted(found.number, "piece", "pieces")
            told = _pieces_tip(found, scale)
        size = scale.of_share(area)
        detail = joined(size, count, f"confidence {percent(mean)}")
        rows.append(
            (
                area,
                FoundRow(
                    label,
                    percent(area),
                    tuple(colors[segment.index] for segment in each[:_MOST_COLORS]),
                    detail=detail,
                    brief=joined(size, count) if size else joined(count, f"{percent(mean)} sure"),
                    tip=f"{label}: {percent(area)} of the picture, {detail}{told}",
                ),
            )
        )
    return tuple(row for _, row in sorted(rows, key=lambda each: -each[0]))


def _pieces_tip(pieces: RegionPieces, scale: PictureScale) -> str:
    """More of a region's pieces, a line each."""
    lines = []
    if pieces.number:
        mean, area = pieces.pixels / pieces.number, scale.of_mean(pieces)
        lines.append(f"A piece has {mean:,.1f} pixels{area and f', {area},'} on average")
    if pieces.at_border:
        lines.append(f"{counted(pieces.at_border, 'piece', 'pieces')} at the picture's border")
    if pieces.left_out:
        lines.append(f"{counted(pieces.left_out, 'piece', 'pieces')} too small to be counted")
    return "".join(f"\n{line}" for line in lines)


def region_rows(
    prediction: Segmentation, whole: Segmentation, scale: PictureScale
) -> tuple[FoundRow, ...]:
    """Each region, the surest first; none where the labels alone say as much."""
    if len({segment.label for segment in whole.segments}) == len(whole.segments):
        return ()
    colors = segment_colors(whole.segments)
    return tuple(
        FoundRow(
            segment.label,
            percent(segment.score),
            (colors[segment.index],),
            number=segment.index,
            detail=(size := scale.of_share(segment.area)),
            tip=f"{segment.label}, {percent(segment.score)}, "
            f"{joined(f'{percent(segment.area)} of the picture', size)}",
        )
        for segment in sorted(prediction.segments, key=lambda each: -each.score)
    )
