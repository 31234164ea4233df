"""What networks ask for beside a picture, or lack for what they are asked."""

from __future__ import annotations

from ailab.services.compatibility.model_case import ModelCase
from ailab.services.inference.zero_shot_heads import CLASSIFY, ZERO_SHOT_HEADS

_TWO_PICTURES = "two pictures, whose points it matches"
_VIDEO = "a video"
# Architectures of a runnable task whose networks ask for more than a picture.
_NEEDS_MORE_THAN_A_PICTURE = {
    "Blip2ForConditionalGeneration": "a text prompt",
    "CLIPSegForImageSegmentation": "a text prompt",
    "Cohere2VisionModel": "words beside the picture",
    "EfficientLoFTRForKeypointMatching": _TWO_PICTURES,
    "Florence2ForConditionalGeneration": "a text prompt",
    "InstructBlipForConditionalGeneration": "a text prompt",
    "Llama4VisionModel": "a picture in tiles of its own kind",
    "Kosmos2ForConditionalGeneration": "a text prompt",
    "LightGlueForKeypointMatching": _TWO_PICTURES,
    "MllamaVisionModel": "a picture in tiles of its own kind",
    "PaliGemmaForConditionalGeneration": "a text prompt",
    "PerceiverModel": "numbers that it has no part to make of a picture by",
    "Pix2StructForConditionalGeneration": "a picture in patches",
    "Sam3LiteTextModel": "a text prompt",
    "Sam3Model": "a text prompt",
    "ShieldGemma2ForImageClassification": "a rule in words, by which it judges the picture",
    "SuperGlueForKeypointMatching": _TWO_PICTURES,
    "TimesformerModel": _VIDEO,
    "VideoMAEModel": _VIDEO,
    "VideoPrismClipModel": _VIDEO,
    "VideoPrismVisionModel": _VIDEO,
    "VivitModel": _VIDEO,
    "VideomtForUniversalSegmentation": "a video, picture by picture",
    "VitMatteForImageMatting": "a trimap, drawn around the thing to be cut out",
}
# Kept as networks that caption, these are told by a prompt of their own what to read.
_PROMPTED = ("donut", "nougat")
# These are told in words, ailab's own, what kind of answer is wanted.
_TOLD_ITS_TASK = frozenset({"OneFormerForUniversalSegmentation"})
_FOLDERS = {"textual/model.onnx", "visual/model.onnx"}
"""Immich's way to keep the two networks of CLIP."""
_WRITER, _WRITES = "VisionEncoderDecoderModel", "image-to-text"


def asked_for(case: ModelCase) -> str:
    """What the network asks for beside a picture; empty for nothing that cannot be given."""
    return _NEEDS_MORE_THAN_A_PICTURE.get(case.architecture, "")


def is_prompted(case: ModelCase) -> bool:
    """True for a network that reads documents by a prompt of its own."""
    names = (case.info.id.lower(), *(tag.lower() for tag in case.info.tags))
    is_writer = case.architecture == _WRITER
    return is_writer and any(word in name for name in names for word in _PROMPTED)


def lacks_tokenizer(case: ModelCase) -> bool:
    """True where words go in or come out, and nothing says how."""
    has_words = case.info.task == _WRITES or any(
        name in ZERO_SHOT_HEADS or name in _TOLD_ITS_TASK for name in case.architectures
    )
    return has_words and case.layout is not None and case.layout.tokenizer is None


def comes_apart(case: ModelCase) -> bool:
    """Words and pictures in two files, which nothing weighs against each other."""
    names = {path.rpartition("/")[2] for path in case.paths}
    is_apart = {"text_model.onnx", "vision_model.onnx"} <= names or set(case.paths) >= _FOLDERS
    lacks_weights = case.knows_files and case.layout is None
    return lacks_weights and case.info.task == CLASSIFY and is_apart
