"""How far regions and masks lie from those of transformers' own processors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from PIL import Image

from ailab.services.inference.masks import Mask, Masks
from ailab.services.inference.predictions import Prediction, Segmentation
from tiny_networks.reference import MASKS, Difference, Reference, worse

_OVERLAP = 0.5
"""What transformers' pipeline asks for; the processors' methods ask for 0.8 by themselves."""

_LOWEST = 0.06


def class_maps(reference: Reference, picture: Image.Image, found: Prediction) -> list[Difference]:
    """The class of each pixel: one less the smallest IoU of any class."""
    assert isinstance(found, Segmentation)
    outputs = reference.outputs(picture)
    size = (picture.height, picture.width)
    (theirs,) = reference.processor.post_process_semantic_segmentation(outputs, target_sizes=[size])
    ours = label_of_each_pixel(found)
    return [Difference("1 - IoU", worst_iou(ours, theirs.numpy()), MASKS)]


def regions(reference: Reference, picture: Image.Image, found: Prediction) -> list[Difference]:
    """Each region of the panoptic segmentation with the pipeline's overlap, nothing fused.

    Pixels that no mask claims by more than 0.2 % are left out: there rounding decides.
    """
    assert isinstance(found, Segmentation)
    outputs = reference.outputs(picture)
    is_eomt = type(reference.processor).__name__.startswith("Eomt")
    settings: dict[str, Any] = {} if is_eomt else {"label_ids_to_fuse": set()}
    (theirs,) = reference.processor.post_process_panoptic_segmentation(
        outputs,
        threshold=0.5,
        overlap_mask_area_threshold=_OVERLAP,
        target_sizes=[(picture.height, picture.width)],
        **settings,
    )
    return matched_regions(theirs, found)


def semantic_regions(
    reference: Reference, picture: Image.Image, found: Prediction
) -> list[Difference]:
    """As `class_maps`, of networks of masks.

    Where a network sees the picture with something beside it (EoMT), transformers stretches the map
    of all that over the picture; here the picture's part is cut out of it first. Pixels of which
    two classes claim the same to six digits are left out: there rounding decides.
    """
    assert isinstance(found, Segmentation)
    processor, size = reference.processor, (picture.height, picture.width)
    is_padded = type(processor).__name__.startswith("Eomt")
    seen = (processor.size["shortest_edge"], processor.size["longest_edge"]) if is_padded else size
    (theirs,) = processor.post_process_semantic_segmentation(
        reference.outputs(picture), target_sizes=[seen], return_segmentation_scores=True
    )
    scores = theirs.segmentation_scores
    if is_padded:
        (scores,) = processor.unpad_image(scores[None], [size], processor.size)
    most, order = scores.topk(2, dim=0)
    is_told = (most[0] - most[1] > 1e-6 * most[0]).numpy()
    ours = label_of_each_pixel(found)
    return [Difference("1 - IoU", worst_iou(ours[is_told], order[0].numpy()[is_told]), MASKS)]


def settled_instances(
    reference: Reference, picture: Image.Image, found: Prediction
) -> list[Difference]:
    """Each region of the instance segmentation of processors that let queries compete."""
    assert isinstance(found, Segmentation)
    if getattr(reference.processor, "class_info_file", "") is None:
        reference.processor.class_info_file = ""  # OneFormer's looks for a word in it
    (theirs,) = reference.processor.post_process_instance_segmentation(
        reference.outputs(picture),
        threshold=0.5,
        overlap_mask_area_threshold=_OVERLAP,
        target_sizes=[(picture.height, picture.width)],
    )
    return matched_regions(theirs, found)


def overlapping_instances(
    reference: Reference, picture: Image.Image, found: Prediction
) -> list[Difference]:
    """Each thing that scores over 0.06: its mask, or what of it others are not painted over.

    Of the painted ones (EoMT's) pixels are left out that lie on a mask's very edge, where its
    logit is 0 to four digits: there rounding decides.
    """
    assert isinstance(found, Masks)
    size = (picture.height, picture.width)
    is_painted = type(reference.processor).__name__.startswith("Eomt")
    settings: dict[str, Any] = {} if is_painted else {"return_binary_maps": True}
    outputs = reference.outputs(picture)
    (theirs,) = reference.processor.post_process_instance_segmentation(
        outputs, threshold=_LOWEST, target_sizes=[size], **settings
    )
    labels = reference.network.config.id2label
    left = list(found.above(_LOWEST).items)
    pairs: list[Mask] = []
    worst_score = worst = 0.0
    for info in theirs["segments_info"]:
        near = [mask for mask in left if mask.label == labels[info["label_id"]]]
        if not near:
            return [Difference("1 - IoU", np.inf, MASKS), Difference("score", np.inf, 1e-3)]
        best = min(near, key=lambda mask: abs(mask.score - info["score"]))
        left = [mask for mask in left if mask is not best]
        worst_score = worse(worst_score, abs(best.score - info["score"]))
        pairs.append(best)
    if any(mask.score > _LOWEST + 1e-3 for mask in left):
        worst_score = np.inf
    painted = np.full(size, -1, np.int64)
    for index, mask in enumerate(pairs):
        mine = whole_mask(mask, size)
        if is_painted:
            painted[mine] = index
        else:
            worst = worse(worst, 1 - _iou(mine, theirs["segmentation"][index].numpy() > 0))
    if is_painted:
        whole = reference.processor.size
        masks = torch.nn.functional.interpolate(
            outputs.masks_queries_logits,
            size=(whole["shortest_edge"], whole["longest_edge"]),
            mode="bilinear",
        )
        (shown,) = reference.processor.unpad_image(masks, [size], whole)
        is_told = (shown.abs() > 1e-4).all(dim=0).numpy()
        painted_there = theirs["segmentation"].numpy().astype(np.int64)
        worst = worst_iou(painted[is_told], painted_there[is_told])
    return [Difference("1 - IoU", worst, MASKS), Difference("score", worst_score, 1e-3)]


def whole_mask(mask: Mask, size: tuple[int, int]) -> Any:
    """A mask of the whole picture, of a height and a width."""
    left, top, right, bottom = mask.box
    inside = np.zeros(size, bool)
    raw = np.frombuffer(mask.inside.unpack(), np.uint8)
    inside[top:bottom, left:right] = raw.reshape(bottom - top, right - left) > 0
    return inside


def instances(reference: Reference, picture: Image.Image, found: Prediction) -> list[Difference]:
    """Each region of the instance segmentation with transformers' threshold of one half."""
    assert isinstance(found, Segmentation)
    (theirs,) = reference.processor.post_process_instance_segmentation(
        reference.outputs(picture), threshold=0.5, target_sizes=[(picture.height, picture.width)]
    )
    return matched_regions(theirs, found.above(0.5))


def matched_regions(theirs: Mapping[str, Any], found: Segmentation) -> list[Difference]:
    """Pair regions of the same class; pixels that no mask claims by 0.2 % are left out."""
    label_map = theirs["segmentation"].numpy()
    indices = _indices(found)
    sure = np.frombuffer(found.confidence.unpack(), np.uint8).reshape(indices.shape)
    claimed = sure > 0
    infos = theirs["segments_info"]
    if len(infos) != len(found.segments):
        return [Difference("1 - IoU", np.inf, MASKS), Difference("score", np.inf, 1e-3)]
    worst_iou = worst_score = 0.0
    for segment in found.segments:
        mine = claimed & (indices == segment.index)
        matches = [
            (_iou(mine, claimed & (label_map == info["id"])), abs(info["score"] - segment.score))
            for info in infos
            if info["label_id"] == segment.class_id
        ]
        iou, score = max(matches, default=(0.0, np.inf))
        worst_iou, worst_score = worse(worst_iou, 1 - iou), worse(worst_score, score)
    return [Difference("1 - IoU", worst_iou, MASKS), Difference("score", worst_score, 1e-3)]


def _indices(found: Segmentation) -> Any:
    raw = np.frombuffer(found.label_map.unpack(), np.uint8)
    return raw.reshape(found.height, found.width)


def label_of_each_pixel(found: Segmentation, nothing: int = 0) -> Any:
    """The class of each pixel, or `nothing`; shape (height, width)."""
    by_index = np.full(256, nothing, np.int64)
    for segment in found.segments:
        by_index[segment.index] = segment.class_id
    return by_index[_indices(found)]


def worst_iou(ours: Any, theirs: Any) -> float:
    """One less the smallest IoU of any class of two maps of classes."""
    classes_there = np.union1d(np.unique(ours), np.unique(theirs))
    return worse(*(1 - _iou(ours == each, theirs == each) for each in classes_there))


def _iou(one: Any, other: Any) -> float:
    union = np.logical_or(one, other).sum()
    return float(np.logical_and(one, other).sum() / union) if union else 1.0
