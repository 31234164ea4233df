"""What a person should keep in mind of a run's results, as the window says it beside them."""

from __future__ import annotations

from collections.abc import Sequence

from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.keypoints import Keypoints
from ailab.services.inference.masks import Masks
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import (
    Classification,
    Detections,
    Prediction,
    Segmentation,
)
from ailab.viewmodels.prediction_text import counted


def cautions(results: Sequence[PictureResult], threshold: float) -> list[str]:
    """A sentence for each that is true of any picture of a run.

    Args:
        results: of its pictures.
        threshold: confidence below which nothing was printed, 0 to 1.
    """
    found = [each.prediction for each in results if each.prediction is not None]
    told = dict.fromkeys(words for each in found if (words := _caution(each)))
    if below := sum(_things(each) > 0 == _things(each.above(threshold)) for each in found):
        told[
            f"Nothing reaches the threshold of {threshold:g} in "
            f"{counted(below, 'picture', 'pictures')} where the model found something it is less "
            "sure of: --threshold sets another."
        ] = None
    return list(told)


def _caution(prediction: Prediction) -> str:
    match prediction:
        case Keypoints(names=names, poses=poses) if names and any(not pose.box for pose in poses):
            return (
                "The model finds no people by itself: it looked for one in the whole picture. Give "
                "a box around each with --box to find several."
            )
        case GeneratedText(score=None, is_of_lines=False, text=text) if text:
            return (
                "The words are written by the model, which does not tell how sure it is: read "
                "them with care."
            )
        case Segmentation(labels_pixels_alone=True, is_matte=False, segments=segments) if segments:
            return "Objects of a label that touch are one piece."
        case _:
            return ""


def _things(prediction: Prediction) -> int:
    """How many a threshold can leave out."""
    match prediction:
        case Classification(scores=found) | Detections(items=found) | Masks(items=found):
            return len(found)
        case Segmentation(segments=found) | Keypoints(poses=found):
            return len(found)
        case _:
            return 0
