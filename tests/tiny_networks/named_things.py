"""Tiny networks built like SAM 3 that are told names of things, compared with transformers.

Their pictures are prepared by transformers' own processor, with what stands in for torchvision.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from PIL import Image

from ailab.services.inference.masks import Mask, Masks
from ailab.services.inference.predictions import Prediction
from tiny_networks.later_masks import SIDE, sam3_detector, sam3_video
from tiny_networks.lively import lively
from tiny_networks.reference import MASKS, Difference, worse
from tiny_networks.small_tokenizers import clip_tokenizer
from tiny_networks.torchvision_stand_in import stand_in
from tiny_networks.zero_shot import LABELS, Tiny

_LOWEST = 0.05
_SIZE = {"height": SIDE, "width": SIDE}
_WORDS = 1100


def sam3(folder: Path) -> Tiny:
    """SAM 3 by words alone."""
    return _saved(folder, transformers.Sam3Model(transformers.Sam3Config(**_parts())))


def sam3_lite_text(folder: Path) -> Tiny:
    """SAM 3 with a small encoder of words."""
    parts = _parts()
    text = {**parts["text_config"], "num_hidden_layers": 3, "max_position_embeddings": 77}
    del text["model_type"]
    config = transformers.Sam3LiteTextConfig(**{**parts, "text_config": text})
    return _saved(folder, transformers.Sam3LiteTextModel(config))


def sam3_whole(folder: Path) -> Tiny:
    """SAM 3 as the Hub has it: the part that is told words beside the one that is shown things."""
    tiny = _saved(folder, sam3_video(words=_WORDS)[0])
    return tiny._replace(network=transformers.Sam3Model.from_pretrained(folder).eval())


NAMERS: dict[str, Callable[[Path], Tiny]] = {
    "Sam3Model": sam3,
    "Sam3LiteTextModel": sam3_lite_text,
    "Sam3VideoModel, labels": sam3_whole,
}
"""By the architecture's name, or that and what it is given."""


def things(tiny: Tiny, picture: Image.Image, found: Prediction) -> list[Difference]:
    """Scores and masks of each label, by the processor's own post-processing.

    Masks are compared all together: of one of a few hundred pixels, a pixel that rounding moves
    over one half would be more than masks may differ by.
    """
    assert isinstance(found, Masks)
    processor = transformers.Sam3Processor(tiny.image_processor, tiny.tokenizer)
    shared = either = 0
    score = 0.0
    for label in LABELS:
        inputs = processor(images=picture.convert("RGB"), text=label, return_tensors="pt")
        size = inputs.pop("original_sizes").tolist()
        with torch.inference_mode():
            outputs = tiny.network(**inputs)
        (expected,) = processor.post_process_instance_segmentation(
            outputs, threshold=_LOWEST, target_sizes=size
        )
        theirs = [
            (float(sure), mask.numpy() > 0)
            for sure, mask in zip(expected["scores"], expected["masks"], strict=True)
            if mask.any()
        ]
        left = [mask for mask in found.items if mask.label == label]
        if len(theirs) != len(left):
            return [Difference("1 - IoU", np.inf, MASKS), Difference("score", np.inf, 1e-3)]
        for sure, mask in theirs:
            pixels = [_overlap(each, mask) for each in left]
            best = max(range(len(left)), key=lambda at: pixels[at][0] / pixels[at][1])
            shared, either = shared + pixels[best][0], either + pixels[best][1]
            score = worse(score, abs(left.pop(best).score - sure))
    return [
        Difference("1 - IoU", 1 - shared / either if either else np.inf, MASKS),
        Difference("score", score, 1e-3),
    ]


def _overlap(mine: Mask, other: Any) -> tuple[int, int]:
    """Pixels that both masks have, and those that either has."""
    left, top, right, bottom = mine.box
    inside = np.frombuffer(mine.inside.unpack(), np.uint8).reshape(bottom - top, right - left) > 0
    shared = int(np.count_nonzero(inside & other[top:bottom, left:right]))
    return shared, int(np.count_nonzero(inside) + np.count_nonzero(other)) - shared


def _parts() -> dict[str, Any]:
    parts = sam3_detector(words=_WORDS).to_dict()
    names = ("vision", "text", "geometry_encoder", "detr_encoder", "detr_decoder", "mask_decoder")
    return {f"{name}_config": parts[f"{name}_config"] for name in names}


def _saved(folder: Path, network: Any) -> Tiny:
    lively(network)
    with torch.no_grad():
        for name, values in network.named_parameters():
            if "layer_scale" in name:
                values.fill_(0.5)
    network.save_pretrained(folder)
    tokenizer = clip_tokenizer()
    tokenizer.save_pretrained(folder)
    processor = stand_in("Sam3ImageProcessor", size=_SIZE)
    said = {"image_processor_type": "Sam3ImageProcessorFast", "size": _SIZE}
    (folder / "preprocessor_config.json").write_text(json.dumps(said), encoding="utf-8")
    return Tiny(network, tokenizer, processor)
