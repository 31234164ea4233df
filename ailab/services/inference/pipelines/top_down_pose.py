"""Poses of things whose boxes are given, such as ViTPose and Sapiens2 find them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.keypoint_names import point_edges, point_names
from ailab.services.inference.keypoints import Keypoint, Keypoints, Pose
from ailab.services.inference.network import Network, check_finite
from ailab.services.inference.person_crop import Box, PersonCrop
from ailab.services.inference.picture_input import picture_input
from ailab.services.inference.prompt import Prompt
from ailab.services.inference.sapiens_crop import SapiensCrop
from ailab.services.inference.tasks.decoding import output
from ailab.services.inference.tasks.found_poses import share
from ailab.services.inference.tasks.heat_maps import heat_map_points
from ailab.services.inference.tasks.sapiens_heat_maps import sapiens_heat_map_points

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.model_description import ModelDescription
    from ailab.services.inference.network import Tensors
    from ailab.services.inference.tasks.decoding import Floats

_EXPERT = "dataset_index"
_PERSONS = 0
"""The expert of ViTPose+ that was trained on COCO's persons."""


@dataclass(frozen=True, slots=True)
class _Way:
    """How a family of networks sees a thing, and how its points are read."""

    around: Callable[[Box, int, int], PersonCrop | SapiensCrop]
    points: Callable[[Floats], tuple[Floats, Floats]]


_WAYS: Mapping[str, _Way] = MappingProxyType(
    {
        "pose-heatmaps": _Way(PersonCrop.around, heat_map_points),
        "sapiens-heatmaps": _Way(SapiensCrop.around, sapiens_heat_map_points),
    }
)
"""By the name of the decoder."""


@dataclass(frozen=True, slots=True)
class _Crop:
    """A box that was asked for, or the whole picture, as the network sees it."""

    box: Box | None
    place: PersonCrop | SapiensCrop
    feeds: Tensors


class TopDownPosePipeline:
    """Cuts out each box, runs the network on it, and reads the points from its heat maps.

    The boxes are the prompt's; where it has none, the whole picture is taken as one thing.

    Args:
        network: has the part `model`.
        description: how pictures go in and what comes out.

    Raises:
        ModelFileError: the description does not suit the network.
    """

    def __init__(self, network: Network, description: ModelDescription) -> None:
        self._network = network
        self._description = description
        self._way = _WAYS[description.decoder.name]
        specs = network.inputs()
        self._picture = picture_input(specs, description.preprocessing, (_EXPERT,))
        self._has_experts = any(spec.name == _EXPERT for spec in specs)
        size = self._picture.preprocessing.output_size
        if size is None:
            raise ModelFileError(
                "The model's preprocessor_config.json tells no size of what the network sees.",
                "Download the model again, or choose another one.",
            )
        self._height, self._width = size

    def prepare(self, pixels: npt.NDArray[np.uint8], prompt: Prompt) -> list[_Crop]:
        """See `Pipeline.prepare`."""
        height, width = pixels.shape[:2]
        boxes: tuple[Box | None, ...] = prompt.boxes or (None,)
        return [self._cut(pixels, box, box or (0, 0, width, height)) for box in boxes]

    def run(self, prepared: list[_Crop]) -> list[tuple[_Crop, dict[str, npt.NDArray[Any]]]]:
        """See `Pipeline.run`."""
        return [(crop, self._network.run(crop.feeds)) for crop in prepared]

    def finish(self, answer: list[tuple[_Crop, dict[str, npt.NDArray[Any]]]]) -> Keypoints:
        """See `Pipeline.finish`."""
        poses = [self._pose(crop, outputs) for crop, outputs in answer]
        poses.sort(key=lambda pose: -pose.score)
        count = len(poses[0].points)
        return Keypoints(
            tuple(poses),
            point_names(self._description.labels, count),
            point_edges(self._description.decoder.edges, count),
        )

    def _cut(self, pixels: npt.NDArray[np.uint8], box: Box | None, around: Box) -> _Crop:
        place = self._way.around(around, self._width, self._height)
        how = self._picture.preprocessing
        tensor, placement = place.prepared(pixels, self._width, self._height, how)
        feeds = self._picture.feeds(tensor, placement)
        if self._has_experts:
            feeds[_EXPERT] = np.array([_PERSONS], np.int64)
        return _Crop(box, place, feeds)

    def _pose(self, crop: _Crop, outputs: dict[str, npt.NDArray[Any]]) -> Pose:
        check_finite(outputs)
        maps = output(outputs, "heatmaps", 3)
        cells, scores = self._way.points(maps)
        places = crop.place.to_picture(cells, maps.shape[1], maps.shape[2])
        found = zip(places, scores, strict=True)
        points = tuple(
            Keypoint(float(x), float(y), share(float(score)), name)
            for name, ((x, y), score) in enumerate(found)
        )
        return Pose(max(point.score for point in points), points, crop.box)
