"""What the names are called that a model has by number: classes, mostly."""

from __future__ import annotations

from ailab.services.inference.answer_models import ANSWER_MODELS, ANSWERS

CLASS_NOUNS = ("class", "classes")
ANSWER_NOUNS = ("answer", "answers")
POINT_NOUNS = ("point", "points")

_BY_TASK = {ANSWERS: ANSWER_NOUNS, "keypoint-detection": POINT_NOUNS}


def label_nouns(task: str) -> tuple[str, str]:
    """One of a model's labels, and several of them, in a word each.

    Args:
        task: the model's pipeline tag; empty where it is not known.
    """
    return _BY_TASK.get(task, CLASS_NOUNS)


def label_nouns_of(architecture: str) -> tuple[str, str]:
    """The same of a model whose configuration alone was read.

    Args:
        architecture: as the configuration names it.
    """
    if architecture in ANSWER_MODELS:
        return ANSWER_NOUNS
    return POINT_NOUNS if architecture.endswith("ForPoseEstimation") else CLASS_NOUNS
