"""Which tasks ask for something beside the picture."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType


class PromptKind(Enum):
    """What a task asks for; the value is its name in JSON."""

    NONE = "none"
    LABELS = "labels"
    SHAPES = "shapes"
    BOXES = "boxes"

    @property
    def is_needed(self) -> bool:
        """True where nothing can be run without.

        Without points and boxes, mask generation finds everything in the picture by itself, and a
        pose is looked for in the whole picture.
        """
        return self is PromptKind.LABELS

    @property
    def takes_shapes(self) -> bool:
        """True where something may be drawn in the picture."""
        return self in {PromptKind.SHAPES, PromptKind.BOXES}


_KINDS: Mapping[str, PromptKind] = MappingProxyType(
    {
        "zero-shot-image-classification": PromptKind.LABELS,
        "zero-shot-object-detection": PromptKind.LABELS,
        "mask-generation": PromptKind.SHAPES,
        "keypoint-detection": PromptKind.BOXES,
    }
)


def prompt_kind(task: str | None) -> PromptKind:
    """What the task of a pipeline tag asks for."""
    return _KINDS.get(task or "", PromptKind.NONE)
