"""A tiny Swin2SR of transformers' own class, run by ailab and by transformers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ailab.services.images.image_reader import read_image
from ailab.services.inference.open_model import open_model
from ailab.services.inference.output_pixels import output_pixels
from ailab.services.inference.predictions import OutputImage

torch = pytest.importorskip("torch", reason="the extra torch is not installed")
transformers = pytest.importorskip("transformers", reason="the extra torch is not installed")

from ailab.services.inference.loaded_model import load_model  # noqa: E402 - needs PyTorch

pytestmark = pytest.mark.filterwarnings("ignore")  # of PyTorch and transformers themselves


def _network(upsampler: str, upscale: int) -> Any:
    torch.manual_seed(0)
    config = transformers.Swin2SRConfig(
        embed_dim=24,
        depths=[1, 1],
        num_heads=[2, 2],
        window_size=8,
        image_size=32,
        upscale=upscale,
        upsampler=upsampler,
        num_channels=3,
    )
    network = transformers.Swin2SRForImageSuperResolution(config).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            if parameter.dim() > 1:
                parameter.normal_(std=0.6 / parameter[0].numel() ** 0.5)
    return network


@pytest.mark.parametrize(
    ("upsampler", "upscale"),
    [("pixelshuffle", 2), ("pixelshuffledirect", 3), ("nearest+conv", 4), ("", 1)],
)
def test_that_the_picture_made_is_that_of_transformers(
    tmp_path: Path, upsampler: str, upscale: int
) -> None:
    network = _network(upsampler, upscale)
    processor = transformers.Swin2SRImageProcessor()
    folder = tmp_path / "model"
    network.save_pretrained(folder, safe_serialization=True)
    processor.save_pretrained(folder)
    model = open_model(folder)
    assert model.task == "image-to-image"
    loaded = load_model(model)
    noise = np.random.default_rng(0)
    for (width, height), mode in (((37, 24), "RGB"), ((20, 45), "RGBA"), ((32, 33), "L")):
        path = tmp_path / "picture.png"
        small = noise.integers(0, 255, (5, 5, 3), dtype=np.uint8)
        picture = Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC)
        picture.convert(mode).save(path)
        inputs = processor(Image.open(path).convert("RGB"), return_tensors="pt")
        with torch.no_grad():
            answer = network(**inputs).reconstruction[0].clamp(0, 1).numpy()
        expected = np.moveaxis(answer, 0, -1)[: height * upscale, : width * upscale]
        found = loaded.predict(read_image(path).pixels).prediction
        assert isinstance(found, OutputImage)
        assert (found.width, found.height) == (width * upscale, height * upscale)
        assert np.abs(output_pixels(found) - expected * 255).max() < 0.51
        assert expected.std() > 0.01
