"""Masks by SAM 2 and what is built like it, compared with transformers' own models."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from ailab.services.inference.predictions import Prediction
from tiny_networks.later_masks import asked_of, sam2, sam3_tracker
from tiny_networks.mask_cases import BOX, POINTS, MaskCase, measured
from tiny_networks.mask_exports import export_sam2
from tiny_networks.reference import Compare, Difference


class LaterMaskCase(MaskCase):
    """A network that is shown what is meant, by the processor that its pixels need."""

    def save(self, folder: Path) -> Compare:
        """See `FidelityCase.save`."""
        network, processor = self.make()
        network.save_pretrained(folder)
        (folder / "preprocessor_config.json").write_text(json.dumps(processor.to_dict()))

        def compare(picture: Image.Image, found: Prediction) -> list[Difference]:
            pixels = np.asarray(picture.convert("RGB"))
            asked = asked_of(processor, pixels, self.prompt)
            with torch.inference_mode():
                answer = network(processor.pixel_values(pixels), **asked)
                masks = (processor.enlarged(answer.pred_masks[0], pixels)[0] > 0).numpy()
            return measured(masks, answer.iou_scores[0, 0].numpy(), found)

        return compare

    def export(self, folder: Path) -> None:
        """See `FidelityCase.export`."""
        (folder / "onnx").mkdir()
        export_sam2(self.make()[0], folder / "onnx")


def later_mask_cases() -> Sequence[LaterMaskCase]:
    """All networks of masks since SAM 2, shown points and a box."""
    return [
        LaterMaskCase(f"{name}, {how}", make, prompt)
        for name, make in (("Sam2Model", sam2), ("Sam3TrackerModel", sam3_tracker))
        for how, prompt in (("points", POINTS), ("a box", BOX))
    ]
