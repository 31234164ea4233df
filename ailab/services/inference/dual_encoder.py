"""Networks that compare a picture with words, whose exports hold no weighing of the two.

A match is the cosine of two vectors. CLIP multiplies it by a trained scale and compares labels by
softmax; SigLIP adds a trained bias and takes the sigmoid of each label by itself. Both numbers are
weights of neither half: exports in two files lack them, and `logit_scale_init_value` of
`config.json` is what training began with.

Source of the scale: CLIP (https://arxiv.org/abs/2103.00020, 2.5) clips it at 100, where its trained
networks and most of their kin ended; transformers.js's cards of such repositories take it too.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ailab.services.inference.exported_parts import VISUAL, reads_alone
from ailab.services.inference.feature_models import CLASS_TOKEN
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.model_config import architectures_of
from ailab.services.inference.model_description import DecoderSettings
from ailab.services.inference.network import WORDS
from ailab.services.inference.zero_shot_heads import (
    CLASSIFY,
    LABEL_SCORES,
    LABEL_VECTORS,
    UNWEIGHED,
    ZERO_SHOT_HEADS,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from ailab.services.inference.model_config import ModelConfig
    from ailab.services.inference.model_layout import ModelLayout

SCALE = 100.0
"""What cosines are multiplied by before softmax."""

FEATURES = "image-feature-extraction"

_RELATIVE = (
    "Its files do not hold the trained scale by which matches are weighed: 100 is taken, CLIP's "
    "own. The order of the labels is right, how far their scores lie apart is relative."
)
_RELATIVE_ONLY = (
    "Its files do not hold the trained scale and bias that say how sure each label is by itself: "
    "labels are scored against each other, their cosines times 100. The order of the labels is "
    "right, the scores are relative."
)


def is_unweighed(architectures: Collection[str], layout: ModelLayout) -> bool:
    """True where no file says how much a match of picture and words counts.

    Args:
        architectures: as `config.json` names them.
        layout: the files that a run takes.
    """
    return WORDS in dict(layout.parts) or any(name in UNWEIGHED for name in architectures)


def only_sees(architectures: Collection[str], layout: ModelLayout | None) -> bool:
    """True where the half that sees is run by itself, and makes vectors.

    Args:
        architectures: as `config.json` names them.
        layout: the files that a run takes; None where none can be chosen.
    """
    if layout is None or not layout.sees_alone:
        return False
    return layout.weights == VISUAL or any(name in ZERO_SHOT_HEADS for name in architectures)


def task_of_halves(architectures: Collection[str], layout: ModelLayout | None) -> str:
    """The pipeline tag of what is run of two halves; empty where that is as for whole networks.

    Args:
        architectures: as `config.json` names them.
        layout: the files that a run takes; None where none can be chosen.
    """
    if only_sees(architectures, layout):
        return FEATURES
    # OpenCLIP's configuration, which Immich keeps, names no architecture.
    return CLASSIFY if layout is not None and layout.weights == VISUAL else ""


def check_sees(layout: ModelLayout) -> None:
    """Refuse the half that reads, by itself.

    Raises:
        ModelFileError: the layout is of that one.
    """
    if reads_alone(layout.weights):
        raise ModelFileError(
            f"{layout.weights.rpartition('/')[2]} reads words, and sees no picture.",
            "Choose the model's folder, or the file of the half that sees pictures.",
        )


def halved(
    config: ModelConfig, layout: ModelLayout, values: Mapping[str, Any]
) -> tuple[ModelConfig, str]:
    """What a configuration means for the files that are there, and what a person should know of it.

    Args:
        config: as `config.json` tells.
        layout: the files that a run takes.
        values: the object in `config.json`.
    """
    settings = config.decoder
    if settings.name != LABEL_SCORES:
        return config, ""
    if layout.sees_alone:
        pooled = DecoderSettings("features", pooling=CLASS_TOKEN)
        return replace(config, task=FEATURES, decoder=pooled, threshold=0.0, text=None), ""
    architectures = architectures_of(values)
    if not is_unweighed(architectures, layout):
        return config, ""
    text = config.text
    inner = values.get("text_cfg")  # OpenCLIP's, which says it of SigLIP
    how = inner.get("tokenizer_kwargs") if isinstance(inner, dict) else None
    is_plain = isinstance(how, dict) and how.get("clean") == "canonicalize"
    if text is not None and "CLIPModel" in architectures:
        # Some of its kin (MobileCLIP) read texts of their full length alone; the others read what
        # is filled up last, and so do not see it.
        text = replace(text, is_filled=True, is_plain=is_plain)
    note = _RELATIVE_ONLY if settings.activation == "sigmoid" else _RELATIVE
    by_vectors = replace(settings, name=LABEL_VECTORS, activation="softmax")
    return replace(config, decoder=by_vectors, text=text), note
