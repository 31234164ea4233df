"""What kinds of results are called by a person."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ailab.services.inference.features import Features
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.keypoints import Keypoints
from ailab.services.inference.masks import Masks
from ailab.services.inference.predictions import (
    Classification,
    DepthMap,
    Detections,
    OutputImage,
    Segmentation,
)

_NOUNS: Mapping[str, str] = MappingProxyType(
    {
        Classification.kind: "classes",
        Detections.kind: "boxes",
        Segmentation.kind: "labels of pixels",
        DepthMap.kind: "depths",
        OutputImage.kind: "pictures",
        Masks.kind: "masks",
        Keypoints.kind: "points",
        Features.kind: "vectors",
        GeneratedText.kind: "words",
    }
)


def kind_noun(kind: str) -> str:
    """What is found: `boxes` for `detections`."""
    return _NOUNS.get(kind, kind)


def kinds_differ(kinds: tuple[str, str], tasks: tuple[str, str] = ("", "")) -> str:
    """That the results of A and B cannot be compared, in a sentence.

    Args:
        kinds: what they are.
        tasks: pipeline tags of the models, which are named, too; empty where these are not known.
    """
    sides = [
        f"{name}{f' ({task})' if task else ''} {verb}{kind_noun(kind)}"
        for name, task, verb, kind in zip("AB", tasks, ("finds ", ""), kinds, strict=True)
    ]
    return f"{' and '.join(sides)}, which cannot be compared."
