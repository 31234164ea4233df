"""Masks that may overlap, over their picture."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PyQt6.QtGui import QImage, QPainter, qRgb

from ailab.services.inference.mask_maps import MaskMap, MaskMaps
from ailab.services.inference.masks import Mask, Masks
from ailab.services.results.label_colors import label_color
from ailab.views.picture_layer import device_size, placement
from ailab.views.picture_viewport import PictureViewport

_FADED = 0.3
_OUTLINE = 2
_MOST_PIXELS = 32_000_000
_MODE = QPainter.CompositionMode
_ARGB = QImage.Format.Format_ARGB32_Premultiplied


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A mask at the view's resolution: its place there, its area and its outline."""

    at: QPoint
    fill: QImage
    outline: QImage


@dataclass(frozen=True, slots=True)
class _Scaled:
    """What was scaled: the part of the maps, to which size, and each mask's image by number."""

    part: QRect
    size: QSize
    masks: dict[int, _Drawn]


class OverlappingMasksLayer:
    """Draws each mask in its own colour with an outline, the largest first.

    The masks are scaled when the zoom or the position come to rest, and laid over each other when
    a threshold changes which are shown. Until then, what was laid before is moved along.

    Args:
        whole: the prediction as the model made it; masks go by their number in it.
        maps: its masks, unpacked.
    """

    def __init__(self, whole: Masks, maps: MaskMaps) -> None:
        self._whole = whole
        self._maps = maps
        self._largest_first = sorted(
            range(len(whole.items)), key=lambda number: -whole.items[number].area
        )
        self._kept = frozenset(self._largest_first)
        self._opacity = 0.5
        self._marked: int | None = None
        self._hovered: int | None = None
        self._scaled: _Scaled | None = None
        self._laid: tuple[QImage, QImage] | None = None

    def show(self, numbers: frozenset[int]) -> None:
        """Show only some of the prediction's masks."""
        if numbers != self._kept:
            self._kept = numbers
            self._laid = None

    def set_opacity(self, opacity: float) -> None:
        """Set how much of the picture is covered, 0 to 1."""
        self._opacity = opacity

    def mark(self, number: int | None) -> None:
        """Let one mask stand out."""
        self._marked = number

    def hover(self, number: int | None) -> None:
        """Let the mask under the mouse stand out too."""
        self._hovered = number

    def masks_at(self, x: float, y: float) -> Iterator[tuple[int, Mask]]:
        """The masks shown at a point, the smallest first, each with its number.

        Args:
            x: share of the picture's width, 0 to 1.
            y: share of the picture's height, 0 to 1.
        """
        column, row = int(x * self._maps.width), int(y * self._maps.height)
        for number in reversed(self._largest_first):
            if number in self._kept and self._maps.masks[number].covers(column, row):
                yield number, self._whole.items[number]

    def next_at(self, x: float, y: float) -> int | None:
        """The number of the mask that a click selects.

        That is the smallest mask there, or the next larger one where it is selected already.
        """
        numbers = [number for number, _ in self.masks_at(x, y)]
        if self._marked in numbers:
            return numbers[(numbers.index(self._marked) + 1) % len(numbers)]
        return numbers[0] if numbers else None

    def draw(
        self, painter: QPainter, viewport: PictureViewport, ratio: float, *, quickly: bool
    ) -> None:
        """Draw the part in sight.

        Args:
            painter: of the view.
            viewport: where the picture lies.
            ratio: device pixels per view pixel.
            quickly: while zoom or position change: what there is, rather than what is exact.
        """
        part, target = placement(viewport, self._maps.width, self._maps.height)
        if part.isEmpty() or not self._whole.items:
            return
        size = self._size(part, device_size(target, ratio))
        scaled = self._scaled
        if scaled is None or (not quickly and (scaled.part, scaled.size) != (part, size)):
            scaled = self._scaled = self._scale(part, size)
            self._laid = None
        if self._laid is None:
            shown = self._kept & scaled.masks.keys()
            largest_first = (number for number in self._largest_first if number in shown)
            self._laid = _laid(scaled.size, [scaled.masks[number] for number in largest_first])
        self._draw_laid(painter, scaled, self._laid, _place(viewport, scaled.part, self._maps))

    def _draw_laid(
        self, painter: QPainter, scaled: _Scaled, laid: tuple[QImage, QImage], place: QRectF
    ) -> None:
        painter.save()
        is_faded = self._marked in self._kept
        strength = _FADED if is_faded else 1.0
        outlines = min(1.0, 2 * self._opacity)
        for image, opacity in zip(laid, (self._opacity, outlines), strict=True):
            painter.setOpacity(opacity * strength)
            painter.drawImage(place, image)
        picked = [
            each
            for number, each in scaled.masks.items()
            if number in self._kept and number in (self._marked, self._hovered)
        ]
        painter.translate(place.topLeft())
        painter.scale(place.width() / scaled.size.width(), place.height() / scaled.size.height())
        painter.setOpacity(max(self._opacity, 0.4))
        for each in picked:
            painter.drawImage(each.at, each.fill)
        painter.setOpacity(1.0)
        for each in picked:
            painter.drawImage(each.at, each.outline)
        painter.restore()

    def _size(self, part: QRect, wanted: QSize) -> QSize:
        """The size that is wanted, or a smaller one where all masks would take too much."""
        maps = self._maps.masks
        covered = sum(each.width * each.height for each in maps) / (part.width() * part.height())
        pixels = min(covered, len(maps)) * wanted.width() * wanted.height()
        share = min(1.0, math.sqrt(_MOST_PIXELS / max(pixels, 1.0)))
        return QSize(max(1, round(wanted.width() * share)), max(1, round(wanted.height() * share)))

    def _scale(self, part: QRect, size: QSize) -> _Scaled:
        across, down = size.width() / part.width(), size.height() / part.height()
        masks = {}
        for number, mask in enumerate(self._maps.masks):
            seen = QRect(mask.left, mask.top, mask.width, mask.height) & part
            if seen.isEmpty():
                continue
            left, top = (seen.left() - part.left()) * across, (seen.top() - part.top()) * down
            place = QRect(
                QPoint(round(left), round(top)),
                QSize(
                    max(1, round(left + seen.width() * across) - round(left)),
                    max(1, round(top + seen.height() * down) - round(top)),
                ),
            )
            masks[number] = _drawn(mask, seen, place, number)
        return _Scaled(part, size, masks)


def _drawn(mask: MaskMap, seen: QRect, place: QRect, number: int) -> _Drawn:
    image = QImage(mask.inside, mask.width, mask.height, mask.width, QImage.Format.Format_Indexed8)
    image.setColorTable([0] * 255 + [qRgb(*label_color(number))])
    scaled = image.copy(seen.translated(-mask.left, -mask.top)).scaled(
        place.size(),
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.FastTransformation,
    )
    # With a margin, so that the outline is found at the box's own border too.
    fill = QImage(place.size() + QSize(2 * _OUTLINE, 2 * _OUTLINE), _ARGB)
    fill.fill(0)
    _paint(fill, _MODE.CompositionMode_Source, [(QPoint(_OUTLINE, _OUTLINE), scaled)])
    inner = fill.copy()
    steps = ((_OUTLINE, 0), (-_OUTLINE, 0), (0, _OUTLINE), (0, -_OUTLINE))
    _paint(inner, _MODE.CompositionMode_DestinationIn, [(QPoint(*step), fill) for step in steps])
    outline = fill.copy()
    _paint(outline, _MODE.CompositionMode_DestinationOut, [(QPoint(), inner)])
    return _Drawn(place.topLeft() - QPoint(_OUTLINE, _OUTLINE), fill, outline)


def _laid(size: QSize, shown: Sequence[_Drawn]) -> tuple[QImage, QImage]:
    """The masks over each other: their areas, and their outlines."""
    fills, outlines = QImage(size, _ARGB), QImage(size, _ARGB)
    fills.fill(0)
    outlines.fill(0)
    _paint(fills, _MODE.CompositionMode_SourceOver, [(each.at, each.fill) for each in shown])
    _paint(outlines, _MODE.CompositionMode_SourceOver, [(each.at, each.outline) for each in shown])
    return fills, outlines


def _paint(on: QImage, mode: QPainter.CompositionMode, images: list[tuple[QPoint, QImage]]) -> None:
    painter = QPainter(on)
    painter.setCompositionMode(mode)
    for at, image in images:
        painter.drawImage(at, image)
    painter.end()


def _place(viewport: PictureViewport, part: QRect, maps: MaskMaps) -> QRectF:
    """Where a part of the maps lies in the view."""
    whole = viewport.target
    across, down = whole.width() / maps.width, whole.height() / maps.height
    corner = whole.topLeft() + QPointF(part.left() * across, part.top() * down)
    return QRectF(corner.x(), corner.y(), part.width() * across, part.height() * down)
