"""Card, configuration and layers over HTTP, from the embedded Hub."""

from __future__ import annotations

from direct_decoder import DirectDecoder

from ailab.demo.demo_hub import DemoHub
from ailab.services.architecture.config_reader import read_config
from ailab.services.architecture.outline_reader import read_outline
from ailab.services.architecture.weight_files import weight_files
from ailab.services.hub.model_service import ModelService
from ailab.services.model_card.card_reader import read_card, read_picture


async def test_that_a_model_is_described_without_its_weights() -> None:
    async with DemoHub() as demo, ModelService(demo.url, token="") as hub:
        details = await hub.get_model_info("ailab-demo/segformer-nuclei")
        config = await read_config(hub, details)
        assert config is not None
        assert config.architecture == "SegformerForSemanticSegmentation"
        assert config.input_size == "512 × 512"
        assert [name for _, name in config.labels][:2] == ["background", "nucleus"]
        paths = weight_files(details, ("onnx/model.onnx",))
        assert paths[0] == "onnx/model.onnx"
        assert "model.safetensors" in paths
        outlines = {path: await read_outline(hub, details, path) for path in paths}
        assert outlines["onnx/model.onnx"].outputs[0].shape == ("1", "3", "256", "256")
        assert outlines["model.safetensors"].parameters == details.info.parameters
        card = await read_card(hub, details)
        assert card is not None
        assert "<h1>" in card.pieces[0]
        assert card.pictures
        picture = await read_picture(hub, DirectDecoder(), card.pictures[0])
        assert len(picture.pixels) == 4 * picture.width * picture.height
