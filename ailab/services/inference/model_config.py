"""`config.json` of a Hugging Face model: its task, its classes, how its outputs are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ailab.services.inference.answer_models import (
    ANSWER_MODELS,
    ANSWER_SCORES,
    ANSWERS,
    MOST_WORDS,
)
from ailab.services.inference.architecture_of_type import architecture_of_type, open_clip
from ailab.services.inference.chat_models import CHAT, CHAT_MODELS, JUDGES, POLICIES
from ailab.services.inference.class_names import MAX_CLASSES, labels_of, names_by_number
from ailab.services.inference.classification_head import UNNAMED, head_activation
from ailab.services.inference.depth_reading import DepthReading
from ailab.services.inference.feature_models import FEATURE_MODELS
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.mask_models import (
    MASK_MODELS,
    SHOWN_OR_NAMED,
    SHOWN_OR_NAMED_MASKS,
)
from ailab.services.inference.matte_models import LABEL as MATTE_LABEL
from ailab.services.inference.matte_models import is_matte_model, matte_kind
from ailab.services.inference.model_description import DecoderSettings
from ailab.services.inference.predictions import DepthScale
from ailab.services.inference.text_detectors import TEXT_DETECTORS
from ailab.services.inference.text_input import TextInput
from ailab.services.inference.text_readers import TEXT_READERS
from ailab.services.inference.writing_models import WRITES, WRITING_MODELS
from ailab.services.inference.yolo_name import is_yolo_name
from ailab.services.inference.zero_shot_heads import (
    MASK,
    ZERO_SHOT_HEADS,
    ZeroShotHead,
    text_length,
)

_HEADS = (
    # What an architecture's name ends with, the task, the decoder, the threshold that suits it.
    ("ForImageClassification", "image-classification", "class-scores", 0.05),
    ("ForImageClassificationWithTeacher", "image-classification", "class-scores", 0.05),
    ("ForImageClassificationLearned", "image-classification", "class-scores", 0.05),
    ("ForImageClassificationFourier", "image-classification", "class-scores", 0.05),
    ("ForImageClassificationConvProcessing", "image-classification", "class-scores", 0.05),
    *((name, "object-detection", "text-map", 0.6) for name in TEXT_DETECTORS),
    ("ForObjectDetection", "object-detection", "detr", 0.5),
    ("ForSemanticSegmentation", "image-segmentation", "label-map", 0.0),
    ("ForInstanceSegmentation", "image-segmentation", "mask-queries", 0.5),
    ("ForUniversalSegmentation", "image-segmentation", "mask-queries", 0.5),
    ("ForSegmentation", "image-segmentation", "mask-queries", 0.5),
    ("Sapiens2ForImageMatting", "image-segmentation", "matte", 0.5),
    ("ForDepthEstimation", "depth-estimation", "depth", 0.0),
    ("ForImageSuperResolution", "image-to-image", "image", 0.0),
    ("ForKeypointDetection", "keypoint-detection", "interest-points", 0.0),
    ("Sapiens2ForPoseEstimation", "keypoint-detection", "sapiens-heatmaps", 0.3),
    ("ForPoseEstimation", "keypoint-detection", "pose-heatmaps", 0.3),
    *((name, MASK, "masks", 0.5) for name in MASK_MODELS),
)
_ENDINGS = tuple(ending for ending, *_ in _HEADS)
# Where the number of classes tells nothing: trained with cross-entropy and a no-object class,
# or with the focal loss and without one.
_WITH_NO_OBJECT = frozenset({"detr", "yolos", "table-transformer"})
_WITHOUT = frozenset(
    {
        *("conditional_detr", "d_fine", "dab-detr", "deformable_detr", "deimv2", "deta", "dfine"),
        *("lw_detr", "pp_doclayout_v2", "pp_doclayout_v3", "pp_doclayout_v4"),
        *("rf_detr", "rt_detr", "rt_detr_v2"),
    }
)
# Of whose pairs of query and class transformers reads the 100 best, however many queries there are.
_BEST_100 = frozenset({"conditional_detr", "dab-detr", "deformable_detr", "deta", "lw_detr"})

_NAMED = frozenset(
    {
        *ANSWER_MODELS,
        *ZERO_SHOT_HEADS,
        *FEATURE_MODELS,
        *WRITING_MODELS,
        *CHAT_MODELS,
        *TEXT_READERS,
        "TimmWrapperModel",
    }
)
# Whose masks are read otherwise than by `mask-queries`.
_MASKS = {
    "eomt": "mask-logits",
    "eomt_dinov3": "mask-logits",
    "oneformer": "task-queries",
    "rf_detr": "painted-masks",
}
_TASK_WORDS = 77
# Larger numbers are farther away, in no known unit: Metric3D's are metres of a camera of its own.
_DISTANCES = frozenset({"metric3d", "metric3dv2", "prompt_depth_anything", "sapiens"})
# Those that always tell metres; others say so themselves.
_METRIC = frozenset({"depth_pro", "glpn", "tipsv2_dpt", "zoedepth"})
# How transformers brings depths to the picture, where not by cubic convolution of a whole map.
_READINGS = {
    "chmv2": DepthReading.CORNERS,
    "depth_pro": DepthReading.RECIPROCAL,
    "tipsv2_dpt": DepthReading.LINEAR,
    "zoedepth": DepthReading.CUBIC,
}


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """What `config.json` says that matters for a run; fields as in `ModelDescription`."""

    task: str
    labels: tuple[str, ...]
    decoder: DecoderSettings
    threshold: float
    text: TextInput | None = None


def parse_model_config(config: Mapping[str, Any]) -> ModelConfig:
    """Read task, classes and decoder.

    Args:
        config: the object in `config.json`.

    Raises:
        ModelFileError: no architecture that ailab can run, or labels that cannot be right.
    """
    names = architectures_of(config)
    for name in names:
        if name in ZERO_SHOT_HEADS:
            return _zero_shot(ZERO_SHOT_HEADS[name], config)
        if name in FEATURE_MODELS:
            pooled = DecoderSettings("features", pooling=FEATURE_MODELS[name])
            return ModelConfig("image-feature-extraction", (), pooled, 0.0)
        if name in ANSWER_MODELS:
            return _answers(config)
        if name == SHOWN_OR_NAMED:
            masks = DecoderSettings(SHOWN_OR_NAMED_MASKS)
            return ModelConfig(MASK, (), masks, 0.5, ZERO_SHOT_HEADS["Sam3Model"].text)
        if name in TEXT_READERS:
            return ModelConfig(WRITES, (), DecoderSettings(TEXT_READERS[name]), 0.0)
        if name in WRITING_MODELS:
            return ModelConfig(WRITES, (), DecoderSettings(WRITING_MODELS[name].decoder), 0.0)
        if name in JUDGES:
            return ModelConfig("image-classification", (), DecoderSettings(POLICIES), 0.0)
        if name in CHAT_MODELS:
            return ModelConfig(WRITES, (), DecoderSettings(CHAT), 0.0)
        for ending, task, decoder, threshold in _HEADS:
            if name.endswith(ending):
                names_by_class = names_by_number(config)
                settings = _settings(decoder, config, len(names_by_class))
                text = _task_text(config) if settings.name == "task-queries" else None
                # The four channels of a matte and its colours are no classes.
                labels = (MATTE_LABEL,) if decoder == "matte" else labels_of(names_by_class)
                return ModelConfig(task, labels, settings, threshold, text)
    if matte_kind(config) is not None:
        return ModelConfig("image-segmentation", (MATTE_LABEL,), DecoderSettings("matte"), 0.5)
    said = ", ".join(name[:80] for name in names[:3] if name) or "nothing"
    raise ModelFileError(
        f"The model is of a kind that ailab does not run (config.json names {said}).",
        "Choose a model that classifies, detects, segments, estimates depth, makes a picture or "
        "captions it.",
    )


def architectures_of(config: Mapping[str, Any]) -> tuple[str, ...]:
    """The architectures that `config.json` names, in its order, or else means by its type."""
    named = config.get("architectures")
    names = named if isinstance(named, list) else [named]
    told = tuple(name for name in names if isinstance(name, str))
    return told or architecture_of_type(config.get("model_type")) or open_clip(config)


def is_known_head(architecture: str) -> bool:
    """True for an architecture whose outputs ailab can read."""
    named = architecture in _NAMED or is_matte_model(architecture) or is_yolo_name(architecture)
    return named or architecture.endswith(_ENDINGS)


def _zero_shot(head: ZeroShotHead, config: Mapping[str, Any]) -> ModelConfig:
    """What a network is told by the person needs no classes of its own."""
    settings = DecoderSettings(name=head.decoder, activation=head.activation)
    text = replace(head.text, length=text_length(head, config))
    return ModelConfig(head.task, (), settings, head.threshold, text)


def _answers(config: Mapping[str, Any]) -> ModelConfig:
    """What picks answers scores each by itself, as it was trained."""
    names = names_by_number(config)
    settings = DecoderSettings(
        ANSWER_SCORES, activation="sigmoid", class_count=len(names) or None, unnamed=UNNAMED
    )
    said = config.get("max_position_embeddings")
    length = said if type(said) is int and 1 < said <= MAX_CLASSES else MOST_WORDS
    return ModelConfig(ANSWERS, labels_of(names), settings, 0.05, TextInput(length=length))


def _task_text(config: Mapping[str, Any]) -> TextInput:
    """How OneFormer's task goes in."""
    length = config.get("task_seq_len")
    if not isinstance(length, int) or not 1 < length <= MAX_CLASSES:
        length = _TASK_WORDS
    return TextInput(length=length, is_filled=True)


def _settings(decoder: str, config: Mapping[str, Any], class_count: int) -> DecoderSettings:
    kind = str(config.get("model_type", "")).lower()
    has_no_object: bool | None = None
    if kind in _WITH_NO_OBJECT or kind in _WITHOUT:
        has_no_object = kind in _WITH_NO_OBJECT
    if decoder == "mask-queries":
        decoder = _MASKS.get(kind, decoder)
    return DecoderSettings(
        name=decoder,
        activation=head_activation(config, class_count) if decoder == "class-scores" else "softmax",
        has_no_object=has_no_object,
        best_pairs=100 if kind in _BEST_100 else None,
        mask_size=384 if kind == "mask2former" else None,
        depth_scale=_depth_scale(kind, config),
        depth_reading=_READINGS.get(kind, DepthReading.AS_IS),
        class_count=class_count or None,
        unnamed=UNNAMED,
        edges=_edges(config),
    )


def _depth_scale(kind: str, config: Mapping[str, Any]) -> DepthScale:
    """What the numbers of a network that tells depths mean."""
    if kind in _METRIC:
        return DepthScale.METRES
    is_metric = config.get("depth_estimation_type") == "metric"
    # PromptDepthAnything tells shares of the way from the nearest to the farthest of its prompt, by
    # which transformers makes metres of them; here it is given none.
    if kind in _DISTANCES and (is_metric or kind != "prompt_depth_anything"):
        return DepthScale.DISTANCE
    return DepthScale.METRES if is_metric else DepthScale.INVERSE


def _edges(config: Mapping[str, Any]) -> tuple[tuple[int, int], ...]:
    """The lines between keypoints, counted from 0; empty where the file tells none that can be."""
    edges = config.get("edges")
    pairs = edges if isinstance(edges, list) and len(edges) <= MAX_CLASSES else []
    if not all(
        isinstance(pair, list) and len(pair) == 2 and all(type(i) is int and i >= 0 for i in pair)
        for pair in pairs
    ):
        return ()
    return tuple((start, end) for start, end in pairs)
