"""Models of transformers that take one channel, run by ailab and by transformers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.open_model import open_model
from ailab.services.inference.predictions import Classification

torch = pytest.importorskip("torch", reason="the extra torch is not installed")
transformers = pytest.importorskip("transformers", reason="the extra torch is not installed")

from ailab.services.inference.loaded_model import load_model  # noqa: E402 - needs PyTorch

pytestmark = pytest.mark.filterwarnings("ignore")  # of PyTorch and transformers themselves

SIDE = 32
SMALL = {
    "hidden_size": 16,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 16,
    "image_size": SIDE,
    "patch_size": 8,
    "num_labels": 5,
}
PROCESSOR = {
    "image_processor_type": "ViTImageProcessor",
    "size": {"height": SIDE, "width": SIDE},
    "image_mean": [0.3],
    "image_std": [0.25],
}


def saved(folder: Path, network: Any, **processor: Any) -> Path:
    with torch.no_grad():
        for parameter in network.parameters():
            if parameter.dim() > 1:
                parameter.normal_(std=0.3)
    network.eval().save_pretrained(folder, safe_serialization=True)
    (folder / "preprocessor_config.json").write_text(json.dumps(PROCESSOR | processor))
    return folder


@pytest.mark.parametrize("kind", ["ViT", "ResNet"])
def test_that_one_channel_is_given_grey(tmp_path: Path, kind: str) -> None:
    torch.manual_seed(0)
    small: dict[str, Any] = (
        SMALL
        if kind == "ViT"
        else {"embedding_size": 8, "hidden_sizes": [8, 16], "depths": [1, 1], "num_labels": 5}
    )
    config = getattr(transformers, f"{kind}Config")(**small, num_channels=1)
    network = getattr(transformers, f"{kind}ForImageClassification")(config)
    folder = saved(tmp_path / "model", network)
    noise = np.random.default_rng(1).integers(0, 256, (40, 52, 3), dtype=np.uint8)
    grey = Image.fromarray(noise).convert("L").resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    values = (np.asarray(grey, np.float32) / 255 - 0.3) / 0.25
    with torch.no_grad():
        logits = network(torch.from_numpy(values)[None, None]).logits[0]
    expected = torch.softmax(logits, -1).numpy()
    found = load_model(open_model(folder)).predict(noise).prediction
    assert isinstance(found, Classification)
    for each in found.scores:
        assert each.score == pytest.approx(expected[each.class_id], abs=1e-5)
    assert max(expected) - min(expected) > 0.01


def test_that_four_channels_are_refused_in_true_words(tmp_path: Path) -> None:
    network = transformers.ViTForImageClassification(
        transformers.ViTConfig(**SMALL, num_channels=4)
    )
    folder = saved(tmp_path / "model", network, image_mean=[0.5] * 4, image_std=[0.5] * 4)
    with pytest.raises(ModelFileError, match="4 channels; ailab gives red, green and blue"):
        load_model(open_model(folder))
