"""The kind of segmentation that a model is read as where a person chooses none."""

from __future__ import annotations

import re

from ailab.services.inference.subtask import Subtask

_COMMIT = re.compile(r"[0-9a-f]{40}")
_WORD = re.compile(r"[a-z]+")
_SAYS_NOTHING = frozenset({"onnx", "snapshots"})
_WEIGHTS = ".onnx"


def usual_subtask(model: str) -> Subtask:
    """The kind that a model's name tells it was trained for, else the panoptic one.

    That is what transformers' pipeline takes by itself of all networks that can give it. No
    configuration of such a network says what it was trained for: of the three checkpoints
    `mask2former-swin-tiny-…` of a data set the names alone differ.

    Args:
        model: the Hub's id, or a path.
    """
    return named_subtask(model) or Subtask.PANOPTIC


def named_subtask(model: str) -> Subtask | None:
    """The kind of segmentation that a model's name tells; None where it tells none, or several.

    Args:
        model: the Hub's id, or the path of a folder or an `.onnx` file, which is called by its
            folder where its own name tells nothing.
    """
    for name in reversed(re.split(r"[/\\]", model.lower().rstrip("/\\"))):
        words = set(_WORD.findall(name))
        found = [kind for kind in Subtask if kind.value in words]
        if len(found) == 1:
            return found[0]
        tells = not (name in _SAYS_NOTHING or name.endswith(_WEIGHTS) or _COMMIT.fullmatch(name))
        if found or tells:
            return None
    return None
