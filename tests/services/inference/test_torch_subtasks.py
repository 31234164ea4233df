"""Random queries read as semantic, instance and panoptic, against transformers' own processors."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("torch", reason="the extra torch is not installed")
pytest.importorskip("scipy", reason="transformers' processors need SciPy")

import torch

from ailab.services.inference.model_description import DecoderSettings
from ailab.services.inference.placement import Placement
from ailab.services.inference.subtask import Subtask
from ailab.services.inference.tasks.decoding import Decoding
from ailab.services.inference.tasks.subtask_decoders import decode_subtask
from tiny_networks.classifiers import image_processor
from tiny_networks.comparison import COMPARISONS
from tiny_networks.torchvision_stand_in import lend_functions

pytestmark = pytest.mark.filterwarnings("ignore")  # of PyTorch and transformers themselves

QUERIES, CLASSES, SIDE = 14, 5, 96
LABELS = {number: f"class {number}" for number in range(CLASSES)}
FAMILIES = {
    "DetrForSegmentation": ("Detr", "mask-queries", None),
    "EomtForUniversalSegmentation": ("Eomt", "mask-logits", None),
    "Mask2FormerForUniversalSegmentation": ("Mask2Former", "mask-queries", 384),
    "MaskFormerForInstanceSegmentation": ("MaskFormer", "mask-queries", None),
    "OneFormerForUniversalSegmentation": ("OneFormer", "task-queries", None),
}
NAMES = {
    "Detr": ("logits", "pred_masks"),
    **dict.fromkeys(
        ("Eomt", "Mask2Former", "MaskFormer", "OneFormer"),
        ("class_queries_logits", "masks_queries_logits"),
    ),
}


class _Outputs(dict[str, Any]):
    """What a network of transformers answers with."""

    __getattr__ = dict.get


def answer(kind: str, cells: tuple[int, int], seed: int) -> _Outputs:
    """Soft blobs that overlap, and scores of which some are sure."""
    chance = torch.Generator().manual_seed(seed)
    coarse = torch.randn((1, QUERIES, 4, 5), generator=chance) * 6
    masks = torch.nn.functional.interpolate(coarse, size=cells, mode="bicubic")
    scores = torch.randn((1, QUERIES, CLASSES + 1), generator=chance) * 3
    return _Outputs(zip(NAMES[kind], (scores, masks), strict=True))


@pytest.mark.parametrize("size", [(197, 131), (48, 96), (57, 211)])
@pytest.mark.parametrize("subtask", Subtask)
@pytest.mark.parametrize("name", FAMILIES)
def test_that_random_queries_are_read_as_by_transformers(
    name: str, subtask: Subtask, size: tuple[int, int]
) -> None:
    kind, decoder, mask_size = FAMILIES[name]
    sizes = {"size": {"shortest_edge": SIDE, "longest_edge": SIDE}} if kind == "Eomt" else {}
    width, height = size
    place = Placement(width, height, SIDE, SIDE, SIDE / width, SIDE / height)
    if kind == "Eomt":  # fits the picture in, and fills up what lies beside it
        scale = SIDE / max(size)
        seen = [max(1, round(length * scale)) for length in size]
        place = Placement(width, height, SIDE, SIDE, seen[0] / width, seen[1] / height)
    processor = image_processor(kind, **sizes)
    lend_functions(processor)
    for seed in range(3):
        outputs = answer(kind, (24, 24), seed)
        reference: Any = SimpleNamespace(
            outputs=lambda _, outputs=outputs: _Outputs(
                {each: values.clone() for each, values in outputs.items()}
            ),
            processor=processor,
            network=SimpleNamespace(config=SimpleNamespace(id2label=LABELS)),
        )
        settings = DecoderSettings(decoder, mask_size=mask_size)
        found = decode_subtask(
            subtask,
            {each: values.numpy() for each, values in outputs.items()},
            Decoding(tuple(LABELS.values()), settings, place),
        )
        said = "" if subtask is Subtask.PANOPTIC else f", {subtask.value}"
        ending = max((e for e in COMPARISONS if f"{name}{said}".endswith(e)), key=len)
        picture = Image.fromarray(np.zeros((height, width, 3), np.uint8))
        differences = COMPARISONS[ending](reference, picture, found)
        assert [each for each in differences if not each.is_small] == []
