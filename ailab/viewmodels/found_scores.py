"""What a picture's result holds, as far as pictures are told apart by it."""

from __future__ import annotations

from ailab.services.inference.background_label import is_background
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.keypoints import Keypoints
from ailab.services.inference.masks import Masks
from ailab.services.inference.predictions import (
    Classification,
    Detections,
    Prediction,
    Segmentation,
)


def object_scores(prediction: Prediction) -> list[tuple[str, float]] | None:
    """Label and score of each object; None where there are none to be counted.

    Points of interest are no objects, and neither are regions, whose number says little.
    """
    match prediction:
        case Detections(items=boxes):
            return [(box.label, box.score) for box in boxes]
        case Masks(items=masks):
            return [(mask.label or "mask", mask.score) for mask in masks]
        case Keypoints(poses=poses, names=names) if names:
            return [(pose.label or "pose", pose.score) for pose in poses]
        case _:
            return None


def found_scores(prediction: Prediction) -> list[tuple[str, float]] | None:
    """Label and score of what a person may look for; None where everything has something.

    Objects, regions but the background, the likeliest class, and lines of a page, which have no
    label. Depths, vectors, pictures and what was written are in every picture.
    """
    match prediction:
        case Classification(scores=(best, *_)):
            return [(best.label, best.score)]
        case Segmentation(segments=segments):
            return [(each.label, each.score) for each in segments if not is_background(each.label)]
        case GeneratedText(places=places) if prediction.is_of_lines:
            return [("", 0.0 if line.score is None else line.score) for line in places]
        case GeneratedText(text=text) if not text.strip():
            return []
        case _:
            return object_scores(prediction)
