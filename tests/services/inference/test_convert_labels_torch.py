"""Networks that are told in words what to look for, turned into ONNX: they take any words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ailab.services.inference.open_model import open_model
from ailab.services.inference.prediction_agreement import agreement
from ailab.services.inference.predictions import Classification, Detections, Segmentation
from ailab.services.inference.prompt import Prompt

pytest.importorskip("torch", reason="the extra torch is not installed")
pytest.importorskip("onnxscript", reason="the extra torch is not installed whole")
pytest.importorskip("transformers.exporters.exporter_onnx", reason="needs a newer transformers")

from ailab.services.inference.converter import own_picture
from ailab.services.inference.loaded_model import load_model
from tiny_networks.conversion import convert
from tiny_networks.zero_shot_cases import zero_shot_cases

pytestmark = pytest.mark.filterwarnings("ignore")  # of PyTorch and transformers themselves

ASKED = (
    ("a green leaf",),
    ("cat", "dog"),
    ("a very long label of many words " * 2, "cat", "tree", "x", "bus", "wall", "sea", "sky", "y"),
)
"""None of them as many, or as long, as those that the conversion itself asks for."""


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        *("OWL-ViT", "CLIPSegForImageSegmentation", "Grounding DINO", "OmDet-Turbo"),
        "BlipForImageTextRetrieval",
    ],
)
def test_that_a_converted_network_takes_other_labels_than_those_it_was_made_with(
    tmp_path: Path, name: str
) -> None:
    (case,) = (each for each in zero_shot_cases() if each.name == name)
    case.save(tmp_path)
    assert convert(tmp_path)
    onnx, torch_ = (
        load_model(open_model(tmp_path, variant=each)) for each in ("fp32", "safetensors")
    )
    # As large as the one that was traced with: Grounding DINO keeps its size.
    pixels = np.ascontiguousarray(own_picture()[::-1, ::-1])
    for labels in ASKED:
        prompt = Prompt(labels=labels)
        expected, found = (each.predict(pixels, prompt).prediction for each in (torch_, onnx))
        figures = agreement(expected, found)
        assert all(each.holds for each in figures), [each.text for each in figures]
        assert isinstance(expected, Detections | Segmentation | Classification)
        assert _things(expected)


def _things(found: Detections | Segmentation | Classification) -> tuple[object, ...]:
    match found:
        case Detections(items=items):
            return items
        case Segmentation(segments=segments):
            return segments
        case Classification(scores=scores):
            return scores
