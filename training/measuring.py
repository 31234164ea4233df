"""An exported model's quality on scenes that it never saw, as anybody would run it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training.quality import average_precision, counting_error, mean_iou
from training.running import boxes_above, class_map, open_session, prepare
from training.scene import Scene

_FLOOR = 0.05


@dataclass(frozen=True, slots=True)
class DetectionQuality:
    """How well objects are found.

    Attributes:
        ap50: average precision at an overlap of one half, by class.
        counting_error: mean absolute error of the count at `threshold`, as a share.
        threshold: the score from which on an object counts.
    """

    ap50: dict[str, float]
    counting_error: float
    threshold: float

    @property
    def mean_ap50(self) -> float:
        """The mean over the classes."""
        return float(np.mean(list(self.ap50.values())))


def labels_of(folder: Path) -> list[str]:
    """The classes of a model, by index."""
    config = json.loads((folder / "config.json").read_text("utf-8"))
    return [config["id2label"][str(index)] for index in range(len(config["id2label"]))]


def measure_segmentation(folder: Path, scenes: Sequence[Scene]) -> tuple[float, dict[str, float]]:
    """Mean intersection over union, and each class's."""
    session = open_session(folder)
    labels = labels_of(folder)
    confusion = np.zeros((len(labels), len(labels)), np.int64)
    for scene in scenes:
        logits = session.run(["logits"], {"pixel_values": prepare(folder, scene.pixels)})[0]
        height, width = scene.label_map.shape
        found = class_map(logits, (width, height))
        pairs = scene.label_map.astype(np.int64) * len(labels) + found
        confusion += np.bincount(pairs.ravel(), minlength=confusion.size).reshape(confusion.shape)
    mean, each = mean_iou(confusion)
    return mean, dict(zip(labels, each, strict=True))


def measure_detection(
    folder: Path, scenes: Sequence[Scene], threshold: float = 0.3
) -> DetectionQuality:
    """Average precision by class, and how far the counts are off."""
    session = open_session(folder)
    answers = []
    for scene in scenes:
        feed = {"pixel_values": prepare(folder, scene.pixels)}
        logits, boxes = session.run(["logits", "pred_boxes"], feed)
        height, width = scene.label_map.shape
        answers.append(boxes_above(logits, boxes, (width, height), _FLOOR))
    ap50 = {}
    for kind, label in enumerate(labels_of(folder)):
        found = [(boxes[kinds == kind], scores[kinds == kind]) for boxes, scores, kinds in answers]
        truth = [scene.boxes[scene.classes == kind] for scene in scenes]
        ap50[label] = average_precision(found, truth)
    counts = [int((scores >= threshold).sum()) for _, scores, _ in answers]
    error = counting_error(counts, [len(scene.boxes) for scene in scenes])
    return DetectionQuality(ap50, error, threshold)


def measure_classification(folder: Path, scenes: Sequence[Scene]) -> float:
    """The share of scenes whose best class is the right one."""
    session = open_session(folder)
    right = 0
    for scene in scenes:
        logits = session.run(["logits"], {"pixel_values": prepare(folder, scene.pixels)})[0]
        right += int(logits[0].argmax() == scene.classes[0])
    return right / len(scenes)
