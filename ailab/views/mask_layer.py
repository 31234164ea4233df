"""A segmentation over its picture."""

from __future__ import annotations

import math
from collections.abc import Collection

from PyQt6.QtCore import QPointF, QRect, QSize, Qt
from PyQt6.QtGui import QBrush, QColor, QImage, QPainter, qRgba

from ailab.services.inference.predictions import Segment, Segmentation
from ailab.services.inference.segment_maps import SegmentMaps
from ailab.services.results.label_colors import segment_colors
from ailab.services.results.left_out_pixels import LeftOutPixels
from ailab.views.picture_layer import device_size, placement
from ailab.views.picture_viewport import PictureViewport

_OPAQUE = qRgba(0, 0, 0, 255)
_FADED = 0.3
_STRIPE = 3
"""Pixels of the screen's own scale: a stripe of what is not counted, and what is between two."""


class MaskLayer:
    """Draws label map and confidence map at the view's resolution.

    Only where zoom or position change are the maps scaled. Threshold, labels and opacity change
    two tables of 256 colours: the first gives each region its colour, the second turns the
    confidence into "shown" or "not shown". What is left out of a count is hatched.

    Args:
        whole: the prediction as the model made it.
        maps: its maps, unpacked.
    """

    def __init__(self, whole: Segmentation, maps: SegmentMaps) -> None:
        self._maps = maps
        self._colors = segment_colors(whole.segments)
        self._by_index = {segment.index: segment for segment in whole.segments}
        self._labels = _map_image(maps.labels, maps.width, maps.height)
        self._confidence = _map_image(maps.confidence, maps.width, maps.height)
        self._kept: frozenset[int] = frozenset(self._by_index)
        self._lowest = 0
        self._opacity = 0.5
        self._marked: int | None = None
        self._hatched: LeftOutPixels | None = None
        self._left_out: QImage | None = None
        self._scaled: tuple[QRect, QSize, QImage, QImage, QImage | None] | None = None
        self._composed: QImage | None = None

    def filter(self, kept: Collection[Segment], threshold: float) -> None:
        """Show these regions, and of them the pixels that reach the threshold."""
        self._kept = frozenset(segment.index for segment in kept)
        self._lowest = math.ceil(threshold * 255 - 1e-9)
        self._composed = None

    def set_opacity(self, opacity: float) -> None:
        """Set how much of the picture is covered, 0 to 1."""
        self._opacity = opacity
        self._composed = None

    def mark(self, index: int | None) -> None:
        """Let one region stand out, by its index in the label map."""
        self._marked = index
        self._composed = None

    def hatch(self, left_out: LeftOutPixels | None) -> None:
        """Hatch the pieces that are not counted; None for none."""
        if left_out is self._hatched:
            return
        self._hatched, self._left_out = left_out, None
        if left_out is not None:
            self._left_out = _map_image(left_out.pixels, left_out.width, left_out.height)
        self._scaled = None

    def segment_at(self, x: float, y: float) -> tuple[Segment, float] | None:
        """The region shown at a point, and how sure the model is of that pixel.

        Args:
            x: share of the picture's width, 0 to 1.
            y: share of the picture's height, 0 to 1.
        """
        column, row = int(x * self._maps.width), int(y * self._maps.height)
        if not (0 <= column < self._maps.width and 0 <= row < self._maps.height):
            return None
        place = row * self._maps.width + column
        index, confidence = self._maps.labels[place], self._maps.confidence[place]
        if index not in self._kept or confidence < self._lowest:
            return None
        return self._by_index[index], confidence / 255

    def draw(self, painter: QPainter, viewport: PictureViewport, ratio: float) -> None:
        """Draw the part in sight; `ratio` is device pixels per view pixel."""
        part, target = placement(viewport, self._maps.width, self._maps.height)
        if part.isEmpty():
            return
        size = device_size(target, ratio)
        if self._scaled is None or self._scaled[:2] != (part, size):
            self._scaled = (
                part,
                size,
                _scaled(self._labels, part, size),
                _scaled(self._confidence, part, size),
                None if self._left_out is None else _scaled(self._left_out, part, size),
            )
            self._composed = None
        if self._composed is None:
            self._composed = self._compose(*self._scaled[2:], round(_STRIPE * ratio))
        painter.drawImage(target, self._composed)

    def _compose(
        self, labels: QImage, confidence: QImage, left_out: QImage | None, stripe: int
    ) -> QImage:
        labels.setColorTable([self._shade(index) for index in range(256)])
        confidence.setColorTable([0] * self._lowest + [_OPAQUE] * (256 - self._lowest))
        composed = labels.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
        painter = QPainter(composed)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
        painter.drawImage(QPointF(), confidence)
        if left_out is not None:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
            painter.drawImage(QPointF(), _striped(left_out, stripe))
        painter.end()
        return composed

    def _shade(self, index: int) -> int:
        if index not in self._kept:
            return 0
        opacity = self._opacity
        if self._marked is not None and index != self._marked:
            opacity *= _FADED
        return QColor(*self._colors[index], round(255 * opacity)).rgba()


def _striped(left_out: QImage, stripe: int) -> QImage:
    """What is between the stripes of the pieces left out, opaque on nothing."""
    left_out.setColorTable([0] + [_OPAQUE] * 255)
    gaps = left_out.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    tile = QImage(2 * stripe, 2 * stripe, QImage.Format.Format_ARGB32_Premultiplied)
    for y in range(2 * stripe):
        for x in range(2 * stripe):
            tile.setPixel(x, y, 0 if (x + y) // stripe % 2 else _OPAQUE)
    painter = QPainter(gaps)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
    painter.fillRect(gaps.rect(), QBrush(tile))
    painter.end()
    return gaps


def _map_image(values: bytes, width: int, height: int) -> QImage:
    image = QImage(values, width, height, width, QImage.Format.Format_Indexed8)
    # Any table will do until the maps are scaled, but Qt scales no indexed image without one.
    image.setColorTable([0] * 256)
    return image


def _scaled(image: QImage, part: QRect, size: QSize) -> QImage:
    return image.copy(part).scaled(
        size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.FastTransformation
    )
