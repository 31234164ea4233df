"""What lies over a picture: boxes, points, masks, depths, pictures, as the person wants it."""

from __future__ import annotations

from dataclasses import replace

from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QPainter

from ailab.services.images.picture import Picture
from ailab.services.images.pixel_size import PixelSize
from ailab.services.inference.depth_levels import DepthLevels
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.keypoints import Keypoints
from ailab.services.inference.mask_maps import MaskMaps
from ailab.services.inference.masks import Masks
from ailab.services.inference.predictions import (
    DepthMap,
    Detections,
    OutputImage,
    Prediction,
    Segmentation,
)
from ailab.services.inference.segment_maps import SegmentMaps
from ailab.services.results.boxed_things import BoxedThing, boxed_things, reaching
from ailab.services.results.left_out_pixels import LeftOutPixels
from ailab.viewmodels.picture_scale import PictureScale
from ailab.viewmodels.prediction_text import mask_words
from ailab.viewmodels.result_maps import ResultMaps
from ailab.views.box_layer import BoxLayer
from ailab.views.cutout_layer import CutoutLayer
from ailab.views.depth_layer import DepthLayer
from ailab.views.keypoint_layer import KeypointLayer
from ailab.views.mask_layer import MaskLayer
from ailab.views.output_layer import OutputLayer
from ailab.views.overlapping_masks_layer import OverlappingMasksLayer
from ailab.views.overlay_words import depth_words, point_words, region_words, thing_words
from ailab.views.picture_viewport import PictureViewport


class PredictionOverlay:
    """Draws one picture's prediction.

    Objects go by a number: a detection, a place, a mask or a pose by its place in the whole
    prediction, a region by its index in the label map.
    """

    def __init__(self) -> None:
        self._whole: Prediction | None = None
        self._maps: ResultMaps | None = None
        self._size = (1.0, 1.0)
        self._scale = PictureScale()
        self._boxes: BoxLayer | None = None
        self._things: tuple[BoxedThing, ...] = ()
        self._mask: MaskLayer | None = None
        self._cutout: CutoutLayer | None = None
        self._wants_cutout = False
        self._masks: OverlappingMasksLayer | None = None
        self._depth: DepthLayer | None = None
        self._output: OutputLayer | None = None
        self._points: KeypointLayer | None = None
        self._opacity = 0.55

    def set_prediction(
        self,
        whole: Prediction | None,
        width: float,
        height: float,
        maps: ResultMaps | None = None,
        *,
        pixel_size: PixelSize | None = None,
    ) -> None:
        """Take a picture's whole prediction.

        Args:
            whole: not filtered; None for nothing.
            width: of the upright picture, in pixels.
            height: of the upright picture, in pixels.
            maps: what it is drawn with beside itself; where it needs some, nothing is drawn
                without them yet.
            pixel_size: in which areas and lengths are told, too; None for pixels alone.
        """
        self._scale = PictureScale(round(width), round(height), pixel_size)
        if whole is self._whole and maps is self._maps and (width, height) == self._size:
            return
        self._whole = whole
        self._maps = maps
        self._size = (max(width, 1.0), max(height, 1.0))
        self._boxes, self._things = None, ()
        if isinstance(whole, Detections | GeneratedText):
            self._boxes, self._things = BoxLayer(), boxed_things(whole)
        self._points = None
        if isinstance(whole, Keypoints):
            self._points = KeypointLayer(whole.edges, is_named=bool(whole.names))
        self._mask = self._cutout = None
        if isinstance(whole, Segmentation) and isinstance(maps, SegmentMaps):
            self._mask = MaskLayer(whole, maps)
            self._cutout = CutoutLayer(maps) if whole.is_matte else None
        self._masks = None
        if isinstance(whole, Masks) and isinstance(maps, MaskMaps):
            self._masks = OverlappingMasksLayer(whole, maps)
        self._depth = None
        if isinstance(whole, DepthMap) and isinstance(maps, DepthLevels):
            self._depth = DepthLayer(maps)
        self._output = None
        if isinstance(whole, OutputImage) and isinstance(maps, Picture):
            self._output = OutputLayer(maps)
        self.set_opacity(self._opacity)

    def filter(
        self,
        shown: Prediction | None,
        hidden: frozenset[str],
        threshold: float,
        left_out: frozenset[int] = frozenset(),
    ) -> None:
        """Show what reaches the threshold, without the labels switched off and some objects.

        Args:
            shown: what reaches the threshold.
            hidden: labels that are switched off.
            threshold: 0 to 1.
            left_out: numbers of boxes and masks that are not shown.
        """
        whole = self._whole
        if self._boxes is not None and isinstance(whole, Detections | GeneratedText):
            numbers = reaching(whole, threshold) if shown is not None else ()
            things = ((n, self._things[n]) for n in numbers if n not in left_out)
            self._boxes.show([each for each in things if each[1].label not in hidden])
        if self._points is not None and isinstance(shown, Keypoints):
            self._points.show(list(enumerate(_without(shown, hidden).poses)))
        if self._mask is not None and isinstance(shown, Segmentation):
            kept = [segment for segment in shown.segments if segment.label not in hidden]
            self._mask.filter(kept, threshold)
        if self._masks is not None and isinstance(shown, Masks):
            # By descending score, as the boxes.
            items = enumerate(shown.items)
            kept_masks = frozenset(n for n, mask in items if mask.label not in hidden)
            self._masks.show(kept_masks - left_out)

    def hatch(self, left_out: LeftOutPixels | None) -> None:
        """Tell pieces of regions that are not counted from the others; None for none."""
        if self._mask is not None:
            self._mask.hatch(left_out)

    def set_opacity(self, opacity: float) -> None:
        """Set how much masks and depths cover and boxes stand out, 0 to 1.

        Of a picture that the model made: where the line stands between it and the one before.
        """
        self._opacity = opacity
        if self._depth is not None:
            self._depth.set_opacity(opacity)
        if self._output is not None:
            self._output.set_share(opacity)
        if self._mask is not None:
            self._mask.set_opacity(opacity)
        if self._masks is not None:
            self._masks.set_opacity(opacity)

    def show_cutout(self, is_cut_out: bool) -> None:
        """Show what a matte cuts out, rather than its region; of others nothing changes."""
        self._wants_cutout = is_cut_out

    def mark(self, number: int | None) -> None:
        """Let one object stand out."""
        if self._boxes is not None:
            self._boxes.mark(number)
        if self._points is not None:
            self._points.mark(number)
        if self._mask is not None:
            self._mask.mark(number)
        if self._masks is not None:
            self._masks.mark(number)

    def look_at(self, point: QPointF) -> str:
        """What is at a point of the picture, in a few words; empty where there is nothing."""
        if self._boxes is not None:
            hit = self._boxes.object_at(point)
            self._boxes.hover(None if hit is None else hit[0])
            return "" if hit is None else thing_words(hit[1], self._scale)
        if self._points is not None:
            return self._look_at_points(self._points, point)
        if self._cutout is not None and self._wants_cutout:
            share = self._cutout.foreground_at(*self._share(point))
            return "" if share is None else f"{share:.0%} foreground"
        if self._mask is not None:
            found = self._mask.segment_at(*self._share(point))
            if found is not None:
                return region_words(*found, self._scale)
        if self._masks is not None:
            first = next(self._masks.masks_at(*self._share(point)), None)
            self._masks.hover(None if first is None else first[0])
            return "" if first is None else mask_words(*first, self._scale)
        if self._depth is not None and isinstance(self._whole, DepthMap):
            seen = self._depth.at(*self._share(point))
            if seen is not None:
                return depth_words(self._whole, *seen)
        if self._output is not None and QRectF(0, 0, *self._size).contains(point):
            return "after" if self._output.is_over(point.x() / self._size[0]) else "before"
        return ""

    def look_away(self) -> None:
        """Forget what was looked at."""
        if self._boxes is not None:
            self._boxes.hover(None)
        if self._points is not None:
            self._points.hover(None)
        if self._masks is not None:
            self._masks.hover(None)

    def number_at(self, point: QPointF) -> int | None:
        """The number of the object at a point of the picture."""
        if self._boxes is not None:
            hit = self._boxes.object_at(point)
            return None if hit is None else hit[0]
        if self._points is not None:
            pose = self._points.pose_at(point)
            return None if pose is None else pose[0]
        if self._mask is not None:
            found = self._mask.segment_at(*self._share(point))
            return None if found is None else found[0].index
        if self._masks is not None:
            return self._masks.next_at(*self._share(point))
        return None

    def draw(
        self,
        painter: QPainter,
        viewport: PictureViewport,
        view: QRectF,
        ratio: float,
        *,
        quickly: bool = False,
    ) -> None:
        """Draw what is shown.

        Args:
            painter: of the view.
            viewport: where the picture lies.
            view: what of it is in sight.
            ratio: device pixels per view pixel.
            quickly: while zoom or position change.
        """
        if self._cutout is not None and self._wants_cutout:
            self._cutout.draw(painter, viewport, ratio)
        elif self._mask is not None:
            self._mask.draw(painter, viewport, ratio)
        if self._masks is not None:
            self._masks.draw(painter, viewport, ratio, quickly=quickly)
        if self._depth is not None:
            self._depth.draw(painter, viewport)
        if self._output is not None:
            self._output.draw(painter, viewport, ratio)
        strength = min(1.0, 0.2 + self._opacity * 1.5)
        if self._boxes is not None:
            self._boxes.draw(painter, viewport, view, strength)
        if self._points is not None:
            self._points.draw(painter, viewport, view, strength)

    def _share(self, point: QPointF) -> tuple[float, float]:
        """A point's shares of the picture's width and height."""
        return point.x() / self._size[0], point.y() / self._size[1]

    def _look_at_points(self, points: KeypointLayer, place: QPointF) -> str:
        hit, pose = points.point_at(place), points.pose_at(place)
        points.hover(None if pose is None else pose[0])
        if pose is None or not isinstance(self._whole, Keypoints):
            return ""
        names = self._whole.names
        title = self._whole.title(pose[0]) if names else ""
        if hit is None:
            return f"{title} · {pose[1].score:.0%} · {len(pose[1].points)} of {len(names)} points"
        return point_words(hit[1], names, title)


def _without(shown: Keypoints, hidden: frozenset[str]) -> Keypoints:
    """Without the points whose names are switched off."""
    off = {index for index, name in enumerate(shown.names) if name in hidden}
    if not off:
        return shown
    poses = tuple(
        replace(pose, points=tuple(point for point in pose.points if point.name not in off))
        for pose in shown.poses
    )
    return replace(shown, poses=poses)
