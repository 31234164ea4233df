"""Keypoints and vectors, compared with transformers' processors and models."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from ailab.services.inference.features import Features
from ailab.services.inference.keypoints import Keypoints
from ailab.services.inference.predictions import Prediction
from ailab.services.inference.prompt import NO_PROMPT, Prompt
from tiny_networks import features, points
from tiny_networks.conversion import convert
from tiny_networks.reference import Compare, Difference, worse

_KEEP_THEIR_SIZE = ("DeformableDetrModel",)


@dataclass(frozen=True, slots=True)
class _Case:
    """The fields are those of `FidelityCase`."""

    name: str
    task: str
    write: Callable[[Path], Compare]
    write_onnx: Callable[[Path], Path]
    prompt: Prompt = NO_PROMPT
    skips: Mapping[str, str] = field(default_factory=dict)
    keeps_its_size: bool = False

    def save(self, folder: Path) -> Compare:
        """See `FidelityCase.save`."""
        return self.write(folder)

    def export(self, folder: Path, picture: Path | None = None) -> None:
        """See `FidelityCase.export`; as the lab converts it where no usual export is made."""
        with tempfile.TemporaryDirectory() as place:
            try:
                made = self.write_onnx(Path(place))
            except Exception:  # the exporter raises whatever its parts do
                convert(folder, picture)
                return
            shutil.copytree(made / "onnx", folder / "onnx")


def point_cases() -> Sequence[_Case]:
    """All networks of keypoints."""
    found = []
    for name, make in points.NETWORKS.items():
        poses = name in points.POSES

        def write(folder: Path, make: Any = make, name: str = name, poses: bool = poses) -> Compare:
            tiny = make()
            points.save(tiny, folder)
            compare = _poses if poses else _interest_points
            return lambda picture, found: compare(tiny, name, picture, found)

        def write_onnx(folder: Path, make: Any = make) -> Path:
            return points.export(make(), folder)

        found.append(_Case(name, "keypoint-detection", write, write_onnx))
    return found


def feature_cases() -> Sequence[_Case]:
    """All networks of vectors."""
    found = []
    for name in features.NETWORKS:

        def write(folder: Path, name: str = name) -> Compare:
            tiny = features.make(name)
            features.save(tiny, folder)
            return lambda picture, found: _vectors(tiny, name, picture, found)

        def write_onnx(folder: Path, name: str = name) -> Path:
            tiny = features.make(name)
            inputs = features.sample(tiny)
            if not {"pixel_mask", "spatial_shapes"}.isdisjoint(inputs):
                raise NotImplementedError("traced, it takes pictures of one shape alone")
            with torch.inference_mode():
                answer = tiny.network(**inputs)
            wanted = (*features.NAMED, "last_hidden_state")
            outputs = tuple(key for key in wanted if answer.get(key) is not None)
            outputs = outputs or ("last_hidden_state",)  # a backbone's last map
            return features.export(tiny, folder, outputs)

        keeps = name in _KEEP_THEIR_SIZE
        task = "image-feature-extraction"
        found.append(_Case(name, task, write, write_onnx, keeps_its_size=keeps))
    return found


def _poses(tiny: Any, name: str, picture: Image.Image, found: Prediction) -> list[Difference]:
    """Points and scores of the one pose of the whole picture."""
    assert isinstance(found, Keypoints)
    boxes = [[[0, 0, picture.width, picture.height]]]
    inputs = tiny.processor(picture.convert("RGB"), boxes=boxes, return_tensors="pt")
    if name == "ViTPose+":
        inputs["dataset_index"] = torch.zeros(1, dtype=torch.int64)
    with torch.inference_mode():
        outputs = tiny.network(**inputs)
    ((theirs,),) = tiny.processor.post_process_pose_estimation(outputs, boxes=boxes)
    return _measured(found, theirs["keypoints"].numpy(), theirs["scores"].numpy())


def _interest_points(
    tiny: Any, _name: str, picture: Image.Image, found: Prediction
) -> list[Difference]:
    assert isinstance(found, Keypoints)
    inputs = tiny.processor(picture.convert("RGB"), return_tensors="pt")
    with torch.inference_mode():
        outputs = tiny.network(**inputs)
    size = [(picture.height, picture.width)]
    (theirs,) = tiny.processor.post_process_keypoint_detection(outputs, size)
    return _measured(found, theirs["keypoints"].numpy(), theirs["scores"].numpy())


def _measured(found: Keypoints, places: Any, scores: Any) -> list[Difference]:
    ours = [point for pose in found.poses for point in pose.points]
    if len(ours) != len(scores):
        return [Difference("point, pixels", np.inf, 1.0), Difference("score", np.inf, 1e-3)]
    left = list(zip(places, np.clip(scores, 0, 1), strict=True))
    worst_place = worst_score = 0.0
    for point in ours:
        mine = np.array([point.x, point.y])
        index = min(range(len(left)), key=lambda i: float(np.abs(left[i][0] - mine).max()))
        place, score = left.pop(index)
        worst_place = worse(worst_place, float(np.abs(place - mine).max()))
        worst_score = worse(worst_score, abs(float(score) - point.score))
    return [Difference("point, pixels", worst_place, 1.0), Difference("score", worst_score, 1e-3)]


def _vectors(
    tiny: Any, architecture: str, picture: Image.Image, found: Prediction
) -> list[Difference]:
    """What the network names itself; else its class token, or the mean over the picture."""
    assert isinstance(found, Features)
    with torch.inference_mode():
        answer = tiny.network(**tiny.processor(picture.convert("RGB"), return_tensors="pt"))
    wanted = features.expected(answer, architecture)
    ours = found.vector.unpack()[0].astype(np.float64)
    if ours.shape != wanted.shape:
        return [Difference("1 - cosine", np.inf, 1e-4)]
    cosine = float(ours @ wanted / np.linalg.norm(ours) / np.linalg.norm(wanted))
    return [Difference("1 - cosine", worse(0.0, 1 - cosine), 1e-4)]
