"""The architectures that take labels beside the picture, and what each expects of them.

Sources: transformers 5's pipelines `zero-shot-image-classification` and
`zero-shot-object-detection` (sentence, filling, softmax or sigmoid, threshold), its
`GroundingDinoProcessor`, `CLIPSegProcessor` and `Sam3Processor` (no sentence around a label), and
the `max_position_embeddings` of the configurations' classes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ailab.services.inference.answer_models import MOST_WORDS
from ailab.services.inference.text_input import TextInput

CLASSIFY, DETECT = "zero-shot-image-classification", "zero-shot-object-detection"
SEGMENT, MASK = "image-segmentation", "mask-generation"
"""The Hub has no tag for either by words alone."""

LABEL_SCORES, LABEL_BOXES, PHRASE_BOXES = "label-scores", "label-boxes", "phrase-boxes"
TASK_BOXES, LABEL_MASKS, LABEL_THINGS = "task-boxes", "label-masks", "label-things"
LABEL_VECTORS = "label-vectors"
_SENTENCE = "This is a photo of {}."


@dataclass(frozen=True, slots=True)
class ZeroShotHead:
    """A kind of network that is told in words what to look for.

    Attributes:
        task: its pipeline tag.
        decoder: name of the pipeline that runs it.
        threshold: the confidence that suits it, 0 to 1.
        text: how labels go in, where `config.json` does not say it.
        activation: what makes probabilities of its scores: `softmax` or `sigmoid`.
    """

    task: str
    decoder: str
    threshold: float
    text: TextInput
    activation: str = "sigmoid"


def _scores(length: int) -> ZeroShotHead:
    text = TextInput(_SENTENCE, length)
    return ZeroShotHead(CLASSIFY, LABEL_SCORES, 0.0, text, activation="softmax")


_SIGLIP = ZeroShotHead(CLASSIFY, LABEL_SCORES, 0.0, TextInput(_SENTENCE, 64, is_filled=True))
# Trained on captions: each text is judged by itself, as it stands.
_BLIP_MATCH = ZeroShotHead(CLASSIFY, LABEL_SCORES, 0.0, TextInput(length=512))
# Trained to tell the one of 16 texts that belongs to a picture.
_VILT_MATCH = ZeroShotHead(
    CLASSIFY, LABEL_SCORES, 0.0, TextInput(length=MOST_WORDS), activation="softmax"
)
_OWL = ZeroShotHead(DETECT, LABEL_BOXES, 0.1, TextInput(length=16))
_GROUNDING_DINO = ZeroShotHead(DETECT, PHRASE_BOXES, 0.25, TextInput(length=256))
_OMDET = ZeroShotHead(DETECT, TASK_BOXES, 0.3, TextInput(length=77, is_filled=True))
_CLIPSEG = ZeroShotHead(SEGMENT, LABEL_MASKS, 0.5, TextInput(length=77))
_SAM_3 = ZeroShotHead(MASK, LABEL_THINGS, 0.5, TextInput(length=32, is_filled=True))

ZERO_SHOT_HEADS: Mapping[str, ZeroShotHead] = MappingProxyType(
    {
        "Aimv2Model": _scores(77),
        "AlignModel": _scores(512),
        "AltCLIPModel": _scores(512),
        "Blip2ForImageTextRetrieval": _scores(512),
        "BlipForImageTextRetrieval": _BLIP_MATCH,
        "BlipModel": _scores(512),
        "ChineseCLIPModel": _scores(512),
        "CLIPModel": _scores(77),
        "CLIPSegForImageSegmentation": _CLIPSEG,
        "CLIPSegModel": _scores(77),
        "GroupViTModel": _scores(77),
        "JinaCLIPModel": _scores(512),
        "MetaClip2Model": _scores(77),
        "Sam3Model": _SAM_3,
        "Sam3LiteTextModel": _SAM_3,
        "SiglipModel": _SIGLIP,
        "Siglip2Model": _SIGLIP,
        "Tipsv2Model": _scores(64),
        "VisionTextDualEncoderModel": _scores(512),
        "ViltForImageAndTextRetrieval": _VILT_MATCH,
        "OwlViTModel": _scores(16),
        "Owlv2Model": _scores(16),
        "OwlViTForObjectDetection": _OWL,
        "Owlv2ForObjectDetection": _OWL,
        "GroundingDinoForObjectDetection": _GROUNDING_DINO,
        "MMGroundingDinoForObjectDetection": _GROUNDING_DINO,
        "OmDetTurboForObjectDetection": _OMDET,
    }
)
"""By the names that stand in `config.json`."""

UNWEIGHED = frozenset({"JinaCLIPModel"})
"""Those whose exports answer with vectors, and with no scores."""


def text_length(head: ZeroShotHead, config: Mapping[str, Any]) -> int:
    """The most tokens that a network takes.

    Args:
        head: its kind.
        config: the object in its `config.json`.
    """
    inner, open_clip = config.get("text_config"), config.get("text_cfg")
    said = (
        config.get("max_text_len"),
        inner.get("max_position_embeddings") if isinstance(inner, Mapping) else None,
        open_clip.get("context_length") if isinstance(open_clip, Mapping) else None,
    )
    lengths = [each for each in said if isinstance(each, int) and each > 1]
    return min([head.text.length, *lengths])
