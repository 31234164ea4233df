"""Which models ask for something beside the picture."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from ailab.services.inference.answer_models import ANSWER_MODELS, ANSWER_SCORES
from ailab.services.inference.chat_models import CHAT, CHAT_MODELS
from ailab.services.inference.mask_models import SHOWN_OR_NAMED, SHOWN_OR_NAMED_MASKS
from ailab.services.inference.subtask import SUBTASK_DECODERS, SUBTASK_MODELS
from ailab.services.inference.text_detectors import TEXT_DETECTORS, TEXT_MAP
from ailab.services.inference.writing_models import WRITES, WRITING_MODELS
from ailab.services.inference.zero_shot_heads import (
    CLASSIFY,
    DETECT,
    LABEL_MASKS,
    LABEL_THINGS,
    MASK,
    ZERO_SHOT_HEADS,
)


class PromptKind(Enum):
    """What a model asks for; the value is its name in JSON."""

    NONE = "none"
    LABELS = "labels"
    SHAPES = "shapes"
    POINTS = "points"
    BOXES = "boxes"
    QUESTION = "question"
    SUBTASK = "subtask"
    SHAPES_OR_LABELS = "shapes-or-labels"
    READER = "reader"

    @property
    def is_needed(self) -> bool:
        """True where nothing can be run without.

        Without points, boxes and labels, mask generation finds everything in the picture by
        itself, and a pose is looked for in the whole picture; without a question, a caption is
        written, or what is there is asked; without a kind of segmentation there is a usual one.
        Lines of text are found without another model, and are not read then.
        """
        return self is PromptKind.LABELS

    @property
    def takes_labels(self) -> bool:
        """True where things may be named."""
        return self in {PromptKind.LABELS, PromptKind.SHAPES_OR_LABELS}

    @property
    def takes_shapes(self) -> bool:
        """True where something may be drawn in the picture."""
        return self.takes_points or self.takes_boxes

    @property
    def takes_points(self) -> bool:
        """True where points may be drawn."""
        return self in {PromptKind.SHAPES, PromptKind.POINTS, PromptKind.SHAPES_OR_LABELS}

    @property
    def takes_boxes(self) -> bool:
        """True where boxes may be drawn."""
        return self in {PromptKind.SHAPES, PromptKind.BOXES, PromptKind.SHAPES_OR_LABELS}


_KINDS: Mapping[str, PromptKind] = MappingProxyType(
    {
        CLASSIFY: PromptKind.LABELS,
        DETECT: PromptKind.LABELS,
        MASK: PromptKind.SHAPES,
        "keypoint-detection": PromptKind.BOXES,
        WRITES: PromptKind.QUESTION,
    }
)
_BY_LABELS = frozenset({LABEL_MASKS, LABEL_THINGS})
ASKED_TEXT = "asked-text"
"""The decoder of networks that write what they are asked for."""

# Of the models that find keypoints, only those that look at one thing at a time take its box.
_IN_BOXES = frozenset({"pose-heatmaps", "sapiens-heatmaps"})
_IN_WHOLE_PICTURES = "ForKeypointDetection"


def prompt_kind(
    task: str | None, *, decoder: str = "", architecture: str = "", takes_boxes: bool = True
) -> PromptKind:
    """What a model asks for.

    Args:
        task: its pipeline tag.
        decoder: what its outputs are read by; empty where that is not known.
        architecture: as its configuration names it, where its files were not read; empty where
            that is not known.
        takes_boxes: False where the network has no input for boxes beside that for points.
    """
    if decoder in _BY_LABELS or (not decoder and architecture in ZERO_SHOT_HEADS):
        return PromptKind.LABELS  # whatever tag it is filed under
    if decoder == SHOWN_OR_NAMED_MASKS or (not decoder and architecture == SHOWN_OR_NAMED):
        return PromptKind.SHAPES_OR_LABELS
    if decoder == TEXT_MAP or (not decoder and architecture in TEXT_DETECTORS):
        return PromptKind.READER
    if decoder in SUBTASK_DECODERS or (not decoder and architecture in SUBTASK_MODELS):
        return PromptKind.SUBTASK
    if decoder == ANSWER_SCORES or (not decoder and architecture in ANSWER_MODELS):
        return PromptKind.QUESTION
    kind = _KINDS.get(task or "", PromptKind.NONE)
    if kind is PromptKind.SHAPES and not takes_boxes:
        return PromptKind.POINTS
    if kind is PromptKind.QUESTION:
        model = WRITING_MODELS.get(architecture)
        has_form = architecture in CHAT_MODELS or (model is not None and bool(model.form))
        is_asked = decoder in {ASKED_TEXT, CHAT} or (not decoder and has_form)
        return kind if is_asked else PromptKind.NONE
    is_in_whole = decoder not in {"", *_IN_BOXES} or architecture.endswith(_IN_WHOLE_PICTURES)
    return PromptKind.NONE if kind is PromptKind.BOXES and is_in_whole else kind
