"""SAM 2 and what is built like it turned into ONNX: any points, boxes, or everything."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from ailab.services.inference.open_model import open_model
from ailab.services.inference.prediction_agreement import agreement
from ailab.services.inference.prompt import NO_PROMPT, Prompt
from ailab.services.inference.prompt_kind import PromptKind

pytest.importorskip("torch", reason="the extra torch is not installed")
pytest.importorskip("onnxscript", reason="the extra torch is not installed whole")
pytest.importorskip("transformers.exporters.exporter_onnx", reason="needs a newer transformers")

from ailab.services.inference.loaded_model import load_model
from ailab.services.inference.masks import Masks
from tiny_networks.conversion import convert
from tiny_networks.later_masks import edge_tam, sam2_video, sam3_tracker
from tiny_networks.named_things import sam3_whole

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),  # of PyTorch and transformers themselves
]

FILES = ("vision_encoder.onnx", "prompt_encoder_mask_decoder.onnx")  # as exports on the Hub
SEEN = ["image_embeddings.0", "image_embeddings.1", "image_embeddings.2"]
PROMPTS = (
    Prompt(inside=((10.0, 20.0), (30.0, 31.0), (44.0, 12.0)), outside=((80.0, 5.0),)),
    Prompt(boxes=((3.0, 4.0, 60.0, 50.0), (20.0, 10.0, 90.0, 44.0), (1.0, 1.0, 20.0, 30.0))),
    Prompt(inside=((30.0, 20.0),), boxes=((3.0, 4.0, 60.0, 50.0), (60.0, 10.0, 90.0, 44.0))),
)


def saved(made: tuple[Any, Any], folder: Path) -> None:
    network, processor = made
    network.save_pretrained(folder)
    (folder / "preprocessor_config.json").write_text(json.dumps(processor.to_dict()))


@pytest.mark.parametrize("make", [sam2_video, sam3_tracker, edge_tam])
def test_that_masks_of_anything_shown_are_those_of_pytorch(
    tmp_path: Path, make: Callable[[], tuple[Any, Any]]
) -> None:
    if make is edge_tam:
        pytest.importorskip("timm", reason="the extra timm is not installed")
    saved(make(), tmp_path)
    assert convert(tmp_path)
    vision, decoder = (_names(tmp_path / "onnx" / file) for file in FILES)
    assert vision == (["pixel_values"], SEEN)
    assert decoder == (["input_points", "input_labels", *SEEN], ["iou_scores", "pred_masks"])
    chance = np.random.default_rng(5)
    pixels = np.kron(chance.integers(0, 256, (6, 9, 3), np.uint8), np.ones((11, 11, 1), np.uint8))
    reference, converted = (
        load_model(open_model(tmp_path, variant=each)) for each in ("safetensors", "fp32")
    )
    for prompt in (*PROMPTS, *([NO_PROMPT] if make is sam2_video else [])):
        expected = reference.predict(pixels, prompt).prediction
        figures = agreement(expected, converted.predict(pixels, prompt).prediction)
        assert isinstance(expected, Masks)
        assert expected.items
        assert all(each.holds for each in figures), [each.text for each in figures]


def test_that_of_sam_3_whole_the_part_that_is_shown_things_is_converted(tmp_path: Path) -> None:
    sam3_whole(tmp_path)
    assert convert(tmp_path)
    whole, shown = (open_model(tmp_path, variant=each).asks_for for each in ("safetensors", "fp32"))
    assert whole is PromptKind.SHAPES_OR_LABELS
    assert shown.takes_points
    assert not shown.takes_labels


def _names(file: Path) -> tuple[list[str], list[str]]:
    """What goes into a graph, and what comes out of it."""
    graph = onnx.load(file, load_external_data=False).graph
    return [each.name for each in graph.input], [each.name for each in graph.output]
