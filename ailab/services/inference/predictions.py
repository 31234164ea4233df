"""Frozen results per task, raw enough that a threshold never runs a model again.

Coordinates are pixels of the upright picture, continuous, origin at the top left corner of
the top left pixel, x to the right, y down; boxes are `xyxy`. Scores are 0 to 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import ClassVar, TypeAlias

from ailab.services.inference.features import Features
from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.keypoints import Keypoints
from ailab.services.inference.masks import Masks
from ailab.services.inference.pixel_map import PixelMap
from ailab.services.inference.places.place import named_at

MOST_CLASSES = 100
"""Scores that are kept of a picture's classes; there can be tens of thousands."""


@dataclass(frozen=True, slots=True)
class ClassScore:
    """A class and how sure the model is of it."""

    class_id: int
    label: str
    score: float


@dataclass(frozen=True, slots=True)
class Classification:
    """What the picture shows as a whole.

    Attributes:
        scores: by descending score; all classes, or the `MOST_CLASSES` best where there are more.
        question: what they answer, as it was asked; empty where nothing was.
    """

    kind: ClassVar[str] = "classification"

    scores: tuple[ClassScore, ...]
    question: str = ""

    def above(self, threshold: float) -> Classification:
        """Only the classes that score at least `threshold`."""
        return replace(self, scores=tuple(s for s in self.scores if s.score >= threshold))


@dataclass(frozen=True, slots=True)
class Detection:
    """One object and the box around it.

    Attributes:
        class_id: index of the class.
        label: the class's name.
        score: 0 to 1.
        box: x0, y0, x1, y1 in pixels of the picture; may reach beyond its border.
        outline: the four corners, x and y, of the turned rectangle that the box is around,
            clockwise from the upper left one; empty where it is not turned, or none is known.
    """

    class_id: int
    label: str
    score: float
    box: tuple[float, float, float, float]
    outline: tuple[tuple[float, float], ...] = ()

    @property
    def named_at(self) -> tuple[float, float]:
        """The upper left corner, over which its name is written; another that lies far higher."""
        return named_at(self.box, self.outline)


@dataclass(frozen=True, slots=True)
class Detections:
    """The objects found.

    Attributes:
        items: by descending score; all that score at least 0.05, at most 1000.
    """

    kind: ClassVar[str] = "detections"

    items: tuple[Detection, ...]

    def above(self, threshold: float) -> Detections:
        """Only the objects that score at least `threshold`."""
        return Detections(tuple(d for d in self.items if d.score >= threshold))


@dataclass(frozen=True, slots=True)
class Segment:
    """One region of a label map.

    Attributes:
        index: the value of the region's pixels in the label map, 1 to 255.
        class_id: index of the class.
        label: the class's name.
        score: mean confidence of the region's pixels, or the object's own score; 0 to 1.
        area: share of the picture's pixels, 0 to 1.
    """

    index: int
    class_id: int
    label: str
    score: float
    area: float


@dataclass(frozen=True, slots=True)
class Segmentation:
    """A label for every pixel.

    Attributes:
        width: of the two maps, in pixels; the picture's own, or less for a very large one.
        height: of the two maps.
        label_map: of `width` by `height`: a segment's index, 0 for nothing; packed.
        confidence: of `width` by `height`: how sure the model is of the pixel, 0 to 255; packed.
        segments: by descending area; at most 255.
        is_matte: True where the confidence of every pixel tells how much of it belongs to the
            one foreground, so that it can be cut out with soft edges.
        tells_objects: True where the network tells the objects of a class apart, each with a
            region of its own, though there may be one of each class.
    """

    kind: ClassVar[str] = "segmentation"

    width: int
    height: int
    label_map: PixelMap = field(repr=False)
    confidence: PixelMap = field(repr=False)
    segments: tuple[Segment, ...] = ()
    is_matte: bool = False
    tells_objects: bool = False

    @property
    def labels_pixels_alone(self) -> bool:
        """Each region is all that there is of its class, so that its pieces can be counted."""
        classes = {segment.class_id for segment in self.segments}
        return not self.tells_objects and len(classes) == len(self.segments)

    @classmethod
    def pack(
        cls,
        width: int,
        height: int,
        label_map: bytes | memoryview,
        confidence: bytes | memoryview,
        segments: tuple[Segment, ...] = (),
    ) -> Segmentation:
        """Pack two maps of `width * height` bytes, rows from the top; see `PixelMap.pack`.

        Raises:
            PixelMapError: a map of another number of bytes.
        """
        return cls(
            width,
            height,
            PixelMap.pack(width, height, label_map),
            PixelMap.pack(width, height, confidence),
            segments,
        )

    def above(self, threshold: float) -> Segmentation:
        """Only the regions that score at least `threshold`; the maps stay as they are.

        A pixel is shown where its region is kept and its own confidence reaches the threshold.
        """
        kept = tuple(s for s in self.segments if s.score >= threshold)
        return replace(self, segments=kept)


class DepthScale(Enum):
    """What the numbers of a depth map mean.

    `INVERSE`: the larger, the nearer; without a unit, and known only up to a factor and a shift
    of each picture (what networks trained as MiDaS was call relative depth or disparity).
    `DISTANCE`: the larger, the farther; without a unit. `METRES`: the distance in metres.
    """

    INVERSE = "inverse"
    DISTANCE = "distance"
    METRES = "metres"


@dataclass(frozen=True, slots=True)
class DepthMap:
    """How far away what each pixel shows is.

    Attributes:
        width: of the map, in pixels: the network's own resolution, or the picture's where a
            family's numbers have to be read there (see `DepthReading`); the map covers it whole.
        height: of the map.
        depth: float32 of `width` by `height`, packed; in metres where `scale` says so.
        scale: what its numbers mean.
        minimum: the smallest number of the map.
        maximum: the largest.
        median: half of the map's numbers are smaller.
        tiles: of how many pieces the map was joined that went through the network one by one.
    """

    kind: ClassVar[str] = "depth"

    width: int
    height: int
    depth: FloatMap = field(repr=False)
    scale: DepthScale
    minimum: float
    maximum: float
    median: float
    tiles: int = 1

    @property
    def nearest(self) -> float:
        """The number of what is nearest."""
        return self.maximum if self.scale is DepthScale.INVERSE else self.minimum

    @property
    def farthest(self) -> float:
        """The number of what is farthest away."""
        return self.minimum if self.scale is DepthScale.INVERSE else self.maximum

    def above(self, _threshold: float) -> DepthMap:
        """Itself: the networks tell no confidence of a depth."""
        return self


@dataclass(frozen=True, slots=True)
class OutputImage:
    """A picture that the model made of the picture: enlarged, sharpened, cleaned.

    It covers the picture whole, with as many pixels as the network gave: for super-resolution,
    several for each of the picture's.

    Attributes:
        width: in pixels.
        height: in pixels.
        png: a PNG file of `width` by `height` pixels, 8 bits each of red, green and blue; empty
            where it is not kept in memory, since it lies among the result's files.
        tiles: how many pieces the picture was run in.
    """

    kind: ClassVar[str] = "image"

    width: int
    height: int
    png: bytes = field(repr=False)
    tiles: int = 1

    def above(self, _threshold: float) -> OutputImage:
        """Itself: the networks tell no confidence of a pixel."""
        return self


Prediction: TypeAlias = (
    Classification
    | Detections
    | Segmentation
    | DepthMap
    | OutputImage
    | Masks
    | Keypoints
    | Features
    | GeneratedText
)
"""What a model finds in a picture, one kind a task or several; `above` leaves what is sure enough.

`kind` is the word by which files, tables and comparisons know it, said here alone.
"""
