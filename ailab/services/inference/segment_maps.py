"""The maps of a segmentation, unpacked."""

from __future__ import annotations

from dataclasses import dataclass, field

from ailab.services.inference.predictions import Segmentation


# Compared by identity: to compare megabytes at each change of a state would be felt.
@dataclass(frozen=True, slots=True, eq=False)
class SegmentMaps:
    """What a segmentation says of each pixel, for drawing it and looking at points.

    Attributes:
        width: of the two maps, in pixels.
        height: of the two maps.
        labels: `width * height` bytes, rows from the top: a segment's index, 0 for nothing.
        confidence: `width * height` bytes: how sure the model is of the pixel, 0 to 255.
    """

    width: int
    height: int
    labels: bytes = field(repr=False)
    confidence: bytes = field(repr=False)

    @classmethod
    def of(cls, prediction: Segmentation) -> SegmentMaps:
        """Unpack both maps; for 12 megapixels that takes tens of milliseconds.

        Raises:
            PixelMapError: a map is damaged or not of the prediction's size.
        """
        return cls(
            prediction.width,
            prediction.height,
            prediction.label_map.unpack(),
            prediction.confidence.unpack(),
        )
