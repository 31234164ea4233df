"""Masks by SAM 2 and what is built like it, compared with transformers' own models."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from PIL import Image

from ailab.services.inference.predictions import Prediction
from tiny_networks.case_needs import HEAVY
from tiny_networks.later_masks import asked_of, edge_tam, sam2, sam2_video, sam3_tracker
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
        network = _for_pictures(network, folder)

        def compare(picture: Image.Image, found: Prediction) -> list[Difference]:
            pixels = np.asarray(picture.convert("RGB"))
            asked = asked_of(processor, pixels, self.prompt)
            with torch.inference_mode():
                answer = network(processor.pixel_values(pixels), **asked)
                masks = (processor.enlarged(answer.pred_masks[0], pixels)[0] > 0).numpy()
            return measured(masks, answer.iou_scores[0, 0].numpy(), found)

        return compare

    def export(self, folder: Path, picture: Path | None = None) -> None:
        """See `FidelityCase.export`."""
        (folder / "onnx").mkdir()
        export_sam2(_for_pictures(self.make()[0], folder), folder / "onnx")


def _for_pictures(network: Any, folder: Path) -> Any:
    """SAM 2 for films without what remembers, which transformers has as a class of its own."""
    if not isinstance(network, transformers.Sam2VideoModel):
        return network
    whole = network.state_dict()
    part = transformers.Sam2Model(transformers.Sam2Config.from_pretrained(folder))
    part.load_state_dict({name: whole[name] for name in part.state_dict()})
    return part.eval()


def later_mask_cases() -> Sequence[LaterMaskCase]:
    """All networks of masks since SAM 2, shown points and a box."""
    return [
        LaterMaskCase(f"{name}, {how}", make, prompt, needs=needs)
        for name, make, needs in (
            ("Sam2Model", sam2, ()),
            ("Sam2VideoModel", sam2_video, ()),
            ("Sam3TrackerModel", sam3_tracker, ()),
            ("EdgeTamModel", edge_tam, HEAVY),
        )
        for how, prompt in (("points", POINTS), ("a box", BOX))
    ]
