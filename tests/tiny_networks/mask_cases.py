"""Masks of points and boxes, compared with transformers' model and processor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from ailab.services.inference.masks import Masks
from ailab.services.inference.predictions import Prediction
from ailab.services.inference.prompt import Prompt
from tiny_networks.conversion import convert
from tiny_networks.mask_exports import export_sam
from tiny_networks.masks import sam, sam_hq
from tiny_networks.reference import MASKS, Compare, Difference, worse

POINTS = Prompt(inside=((30.0, 20.5), (12.25, 31.0)), outside=((38.0, 5.0),))
BOX = Prompt(boxes=((5.0, 6.0, 63.0, 50.5),))


@dataclass(frozen=True, slots=True)
class MaskCase:
    """A network that is shown what is meant; the fields are those of `FidelityCase`."""

    name: str
    make: Callable[[], tuple[Any, Any]]
    prompt: Prompt
    task: str = "mask-generation"
    skips: Mapping[str, str] = field(default_factory=dict)
    keeps_its_size: bool = False
    needs: tuple[str, ...] = ()

    def save(self, folder: Path) -> Compare:
        """See `FidelityCase.save`."""
        network, processor = self.make()
        network.save_pretrained(folder)
        processor.image_processor.save_pretrained(folder)
        asked: dict[str, Any] = {}
        if points := [*self.prompt.inside, *self.prompt.outside]:
            asked["input_points"] = [[[list(point) for point in points]]]
            marks = [1] * len(self.prompt.inside) + [0] * len(self.prompt.outside)
            asked["input_labels"] = [[marks]]
        if self.prompt.boxes:
            asked["input_boxes"] = [[list(box) for box in self.prompt.boxes]]

        def compare(picture: Image.Image, found: Prediction) -> list[Difference]:
            inputs = processor(picture.convert("RGB"), return_tensors="pt", **asked)
            sizes = inputs.pop("original_sizes"), inputs.pop("reshaped_input_sizes")
            with torch.inference_mode():
                answer = network(**inputs)
            masks = processor.post_process_masks(answer.pred_masks, *sizes)[0][0].numpy()
            return measured(masks, answer.iou_scores[0, 0].numpy(), found)

        return compare

    def export(self, folder: Path, picture: Path | None = None) -> None:
        """See `FidelityCase.export`."""
        if "HQ" in self.name:  # the Hub has no usual export of it
            convert(folder)
            return
        (folder / "onnx").mkdir()
        export_sam(self.make()[0], folder / "onnx", has_boxes=bool(self.prompt.boxes))


def mask_cases() -> Sequence[MaskCase]:
    """All networks of masks, shown points and a box."""
    return [
        MaskCase(f"{name}, {how}", make, prompt)
        for name, make in (("SamModel", sam), ("SamHQModel", sam_hq))
        for how, prompt in (("points", POINTS), ("a box", BOX))
    ]


def measured(masks: Any, scores: Any, found: Prediction) -> list[Difference]:
    """How far masks lie from a reference's, of shape (masks, height, width)."""
    assert isinstance(found, Masks)
    order = np.argsort(-scores, kind="stable")
    theirs = [(float(scores[i]), masks[i]) for i in order if masks[i].any()]
    if len(theirs) != len(found.items):
        return [Difference("1 - IoU", np.inf, MASKS), Difference("score", np.inf, 1e-3)]
    worst_iou = worst_score = 0.0
    for ours, (score, mask) in zip(found.items, theirs, strict=True):
        left, top, right, bottom = ours.box
        raw = np.frombuffer(ours.inside.unpack(), np.uint8)
        mine = np.zeros(mask.shape, bool)
        mine[top:bottom, left:right] = raw.reshape(bottom - top, right - left) > 0
        union = np.logical_or(mine, mask).sum()
        worst_iou = worse(worst_iou, 1 - float(np.logical_and(mine, mask).sum() / union))
        worst_score = worse(worst_score, abs(score - ours.score))
    return [Difference("1 - IoU", worst_iou, MASKS), Difference("score", worst_score, 1e-3)]
