"""The tasks that ailab runs."""

from __future__ import annotations

from collections.abc import Collection

from ailab.services.inference.answer_models import ANSWER_MODELS, ANSWERS
from ailab.services.inference.chat_models import JUDGES, chats
from ailab.services.inference.feature_models import FEATURE_MODELS
from ailab.services.inference.matte_models import is_matte_model
from ailab.services.inference.text_detectors import TEXT_DETECTORS
from ailab.services.inference.text_readers import TEXT_READERS
from ailab.services.inference.writing_models import WRITES, WRITING_MODELS
from ailab.services.inference.yolo_name import is_yolo_name
from ailab.services.inference.zero_shot_heads import ZERO_SHOT_HEADS

ASKED = "image-text-to-text"
"""Under which the Hub files most networks that chat; here they do what image-to-text does."""

FEATURES = "image-feature-extraction"

SEGMENTATION = "image-segmentation"

RUNNABLE_TASKS = (
    "image-classification",
    "object-detection",
    SEGMENTATION,
    "depth-estimation",
    "image-to-image",
    "mask-generation",
    "keypoint-detection",
    FEATURES,
    "zero-shot-image-classification",
    "zero-shot-object-detection",
    ANSWERS,
    "image-to-text",
    ASKED,
)
"""Pipeline tags, in the order in which people see them; the last two do the same here."""

_WITH_WORDS = frozenset(
    {
        "any-to-any",
        "document-question-answering",
        ASKED,
        ANSWERS,
    }
)
_VECTORS = "feature-extraction"
"""Of words on the Hub, and of pictures where the author took it for them."""


def task_here(tag: str | None, architectures: Collection[str]) -> str | None:
    """What a model does here: its tag, but for networks that write, and those that find text.

    The Hub files the former under several tags, by whether they can be asked something too. Those
    of PaddleOCR that find lines of text are filed under image-to-text, as those that read them.
    What makes mattes and YOLO's exports often have none, their configurations being their authors'.
    Networks that were only trained, as FLAVA and ImageGPT, have no tag there: they give features.
    BLIP's match of picture and text has no tag there, or one of those, and CLIP's kin that of
    vectors; ShieldGemma 2, which judges
    by rules of its own, is filed among those that chat.
    """
    named = next((ZERO_SHOT_HEADS[name] for name in architectures if name in ZERO_SHOT_HEADS), None)
    if named is not None and (tag is None or tag in {*_WITH_WORDS, _VECTORS, FEATURES}):
        return named.task
    if tag in {None, _VECTORS} and any(name in FEATURE_MODELS for name in architectures):
        return FEATURES
    if tag is None and any(map(is_matte_model, architectures)):
        return "image-segmentation"
    if tag is None and any(map(is_yolo_name, architectures)):
        return "object-detection"
    if any(name in JUDGES for name in architectures):
        return "image-classification"
    if any(name in ANSWER_MODELS for name in architectures):
        return ANSWERS
    if any(name in TEXT_DETECTORS for name in architectures):
        return "object-detection"
    writers = WRITING_MODELS.keys() | TEXT_READERS.keys()
    writes = chats(architectures) or any(name in writers for name in architectures)
    is_writer = tag in _WITH_WORDS and writes
    return WRITES if is_writer else tag
