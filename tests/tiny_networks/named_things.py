"""Tiny networks built like SAM 3 that are told names of things, compared with transformers.

Their pictures are prepared by transformers' own processor, with what stands in for torchvision.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from PIL import Image

from ailab.services.inference.masks import Mask, Masks
from ailab.services.inference.predictions import Prediction
from tiny_networks.comparison import MASKS, Difference
from tiny_networks.later_masks import SIDE, sam3_detector, sam3_video
from tiny_networks.lively import lively
from tiny_networks.torchvision_stand_in import stand_in
from tiny_networks.zero_shot import LABELS, Tiny, clip_tokenizer

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
    """Scores and masks of each label, by the processor's own post-processing."""
    assert isinstance(found, Masks)
    processor = transformers.Sam3Processor(tiny.image_processor, tiny.tokenizer)
    iou, score = 0.0, 0.0
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
        ours = [mask for mask in found.items if mask.label == label]
        if len(theirs) != len(ours):
            return [Difference("1 - IoU", np.inf, MASKS), Difference("score", np.inf, 1e-3)]
        worst = _worst(ours, theirs)
        iou, score = max(iou, worst[0]), max(score, worst[1])
    is_empty = not found.items
    return [
        Difference("1 - IoU", np.inf if is_empty else iou, MASKS),
        Difference("score", score, 1e-3),
    ]


def _worst(ours: Sequence[Mask], theirs: Sequence[tuple[float, Any]]) -> tuple[float, float]:
    """The largest 1 - IoU, and the largest difference of scores, of masks that go together."""
    left = list(ours)
    iou = score = 0.0
    for sure, mask in sorted(theirs, key=lambda each: -each[0]):
        shares = [(_iou(each, mask), -index) for index, each in enumerate(left)]
        best, index = max(shares)
        mine = left.pop(-index)
        iou, score = max(iou, 1 - best), max(score, abs(mine.score - sure))
    return iou, score


def _iou(mine: Mask, other: Any) -> float:
    left, top, right, bottom = mine.box
    inside = np.frombuffer(mine.inside.unpack(), np.uint8).reshape(bottom - top, right - left) > 0
    shared = np.count_nonzero(inside & other[top:bottom, left:right])
    return shared / (np.count_nonzero(inside) + np.count_nonzero(other) - shared)


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
