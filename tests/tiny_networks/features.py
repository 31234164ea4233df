"""Tiny networks that make a vector of a picture, one for each architecture that is promised.

They are made from transformers' Config classes with a fixed seed. Needs PyTorch and transformers.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
import transformers
from PIL import Image
from transformers.utils import ModelOutput

from ailab.services.inference.feature_models import CLASS_TOKEN, FEATURE_MODELS, UNDER_A_HEAD
from tiny_networks import classifiers, depths, detectors
from tiny_networks.classifiers import PYRAMID, SIDE, STAGES, TRANSFORMER, WINDOWS

_PROJECTED = {**TRANSFORMER, "projection_dim": 24}
# What makes each small; one that is missing is small by its defaults or has none.
_CONFIGS: Mapping[str, Mapping[str, Any]] = {
    "AlignVision": {"image_size": SIDE, "width_coefficient": 0.25, "depth_coefficient": 0.1},
    "Bit": {**STAGES, "embedding_size": 8, "num_groups": 4},
    "Blip2Vision": {**TRANSFORMER, "initializer_range": 0.02},
    "BlipVision": {**TRANSFORMER, "initializer_range": 0.02},
    "ConvNext": STAGES,
    "ConvNextV2": STAGES,
    "Cvt": classifiers.CONFIGS["Cvt"],
    "DINOv3ConvNext": {**STAGES},
    "DINOv3ViT": {**TRANSFORMER, "num_register_tokens": 2},
    "DonutSwin": WINDOWS,
    "EfficientNet": {"width_coefficient": 0.25, "depth_coefficient": 0.1, "hidden_dim": 320},
    "Flava": {
        "image_config": TRANSFORMER,
        "text_config": {**TRANSFORMER, "vocab_size": 40, "max_position_embeddings": 16},
        "multimodal_config": {**TRANSFORMER, "num_hidden_layers": 1},
        "image_codebook_config": {"num_groups": 4, "hidden_size": 8, "vocab_size": 16},
        "hidden_size": 32,
        "projection_dim": 24,
    },
    "FocalNet": {
        "image_size": SIDE,
        "embed_dim": 16,
        "depths": [1, 1, 1, 1],
        "focal_levels": [1, 1, 1, 1],
        "focal_windows": [3, 3, 3, 3],
        "hidden_sizes": [16, 32, 64, 128],
    },
    "GLPN": {key: PYRAMID[key] for key in ("depths", "hidden_sizes", "num_attention_heads")},
    "HGNetV2": classifiers.CONFIGS["HGNetV2"],
    "Hiera": {
        "image_size": [SIDE, SIDE],
        "embed_dim": 16,
        "depths": [1, 1, 1],
        "num_heads": [1, 1, 2],
        "query_stride": [2, 2],
        "masked_unit_size": [4, 4],
        "patch_size": [7, 7],
        "patch_stride": [4, 4],
        "patch_padding": [3, 3],
        "num_query_pool": 2,
        "masked_unit_attention": [True, True, False],
        "decoder_hidden_size": 16,
        "decoder_depth": 1,
        "decoder_num_heads": 2,
    },
    "ImageGPT": classifiers.CONFIGS["ImageGPT"],
    "InstructBlipVision": {**TRANSFORMER, "initializer_range": 0.02},
    "Levit": {
        "image_size": SIDE,
        "hidden_sizes": [16, 24, 32],
        "num_attention_heads": [1, 2, 2],
        "depths": [1, 1, 1],
        "key_dim": [8, 8, 8],
        "drop_path_rate": 0,
    },
    "LwDetrViT": {
        "hidden_size": 32,
        "num_hidden_layers": 4,
        "num_attention_heads": 2,
        "image_size": SIDE,
        "pretrain_image_size": SIDE,
        "window_block_indices": [0, 2],
        "num_windows": 4,
        "out_features": ["stage4"],
    },
    "MaskFormerSwin": WINDOWS,
    "MobileViT": {"image_size": SIDE, "hidden_sizes": [16, 24, 32]},
    "PoolFormer": {"depths": [1, 1, 1, 1], "hidden_sizes": [8, 16, 24, 32]},
    "PPLCNet": classifiers.CONFIGS["PPLCNet"],
    "Pvt": {
        **PYRAMID,
        "sequence_reduction_ratios": [8, 4, 2, 1],
    },
    "PvtV2": {
        **{key: PYRAMID[key] for key in ("depths", "hidden_sizes", "num_attention_heads")},
        "image_size": SIDE,
        "mlp_ratios": [2, 2, 2, 2],
    },
    "Radio": {
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "patch_size": 16,
        "max_img_size": 2 * SIDE,
        "num_registers": 2,
    },
    "RegNet": {**STAGES, "embedding_size": 8, "groups_width": 8},
    "ResNet": {**STAGES, "embedding_size": 8},
    "RTDetrResNet": {**STAGES, "embedding_size": 8, "layer_type": "basic"},
    "Segformer": {
        **{key: PYRAMID[key] for key in ("depths", "hidden_sizes", "num_attention_heads")},
    },
    "SwiftFormer": {"image_size": SIDE, "depths": [1, 1, 1, 1], "embed_dims": [16, 16, 32, 32]},
    "Siglip2Vision": classifiers.CONFIGS["Siglip2"]["vision_config"],
    "Swin": WINDOWS,
    "Swin2SR": {
        "image_size": SIDE,
        "embed_dim": 16,
        "depths": [1, 1],
        "num_heads": [2, 2],
        "window_size": 4,
    },
    "Swinv2": {**WINDOWS, "window_size": 4},
    "TextNet": classifiers.CONFIGS["TextNet"],
    "UVDoc": {},
    "VitPose": {**TRANSFORMER, "image_size": [SIDE, SIDE], "patch_size": [16, 16]},
    "Yolos": {**TRANSFORMER, "image_size": [SIDE, SIDE], "num_detection_tokens": 5},
}
_ENDING = (
    r"Model(WithProjection)?$|Backbone$|ForMaskedImageModeling$|ForPreTraining$"
    r"|ForCausalImageModeling$"
)
_DETECTORS = {name for name in detectors.NETWORKS if not name.startswith("Yolos")}
_PROCESSORS = {"Flava": "Flava", "ImageGPT": "ImageGPT", "Siglip2Vision": "Siglip2"}
# Deep ones that are as they are by default.
_DEEP = ("EfficientNet", "MobileNetV1", "MobileNetV2", "MobileViT", "MobileViTV2")


class Tiny(NamedTuple):
    """A network and what prepares its pictures.

    Attributes:
        network: what a vector is made by.
        processor: transformers' own.
        whole: the network as it is saved, with a head over the other where it was trained by one.
    """

    network: Any
    processor: Any
    whole: Any


def make(architecture: str) -> Tiny:
    """A network of random weights.

    Raises:
        ImportError: it needs a package that is not installed.
    """
    torch.manual_seed(7)
    network_class = getattr(transformers, architecture)
    kind = re.sub(_ENDING, "", architecture)
    if f"{kind}ForObjectDetection" in _DETECTORS:
        finder, processor = detectors.NETWORKS[f"{kind}ForObjectDetection"]()
        config = finder.config
    elif kind == "DepthPro":
        finder, processor = depths.DEPTHS["DepthProForDepthEstimation"]()
        config = finder.config
    else:
        usual = _PROJECTED if architecture.endswith("WithProjection") else TRANSFORMER
        config = network_class.config_class(**_CONFIGS.get(kind, {} if kind in _DEEP else usual))
        processor = classifiers.small_processor(_PROCESSORS.get(kind, "ViT"))
    config.architectures = [architecture]
    whole = network_class(config)
    with torch.no_grad():
        if kind in _DEEP:
            _settle(whole)
        else:  # weights as small as these make all pictures look alike
            for parameter in whole.parameters():
                if parameter.ndim > 1:
                    parameter.mul_(3)
    network = whole.base_model if architecture in UNDER_A_HEAD else whole
    if kind == "Flava":
        network = _Compared(network)
    return Tiny(network.eval(), processor, whole.eval())


def save(tiny: Tiny, folder: Path) -> Path:
    """Write safetensors, `config.json` and `preprocessor_config.json`."""
    tiny.whole.save_pretrained(folder)
    tiny.processor.save_pretrained(folder)
    if hasattr(tiny.network.config, "mask_ratio"):  # as ViTMAE is saved, it sees a quarter
        tiny.network.config.mask_ratio = 0.0
    for part in tiny.network.modules():  # Hiera has it in a part
        if hasattr(part, "mask_ratio"):
            part.mask_ratio = 0.0
    return folder


def sample(tiny: Tiny) -> dict[str, Any]:
    """What a square picture becomes for a network."""
    picture = Image.fromarray(np.random.default_rng(1).integers(0, 256, (SIDE, SIDE, 3), np.uint8))
    return dict(tiny.processor(picture, return_tensors="pt"))


def export(tiny: Tiny, folder: Path, outputs: tuple[str, ...]) -> Path:
    """Write `onnx/model.onnx` with these outputs, and no safetensors."""
    inputs = sample(tiny)
    save(tiny, folder)
    (folder / "model.safetensors").unlink()
    (folder / "onnx").mkdir()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of tracing
        torch.onnx.export(
            _Named(tiny.network, tuple(inputs), outputs).eval(),
            tuple(inputs.values()),
            str(folder / "onnx" / "model.onnx"),
            input_names=list(inputs),
            output_names=list(outputs),
            dynamo=False,
        )
    return folder


def expected(answer: Any, architecture: str) -> Any:
    """What a network names itself; else its class token, or the mean over the picture.

    Args:
        answer: transformers' own.
        architecture: as in `config.json`.

    Returns:
        A float32 vector.
    """
    for name in NAMED:
        if answer.get(name) is not None:
            return answer[name].numpy().reshape(-1)
    maps = answer.get("feature_maps")
    hidden = (answer.last_hidden_state if maps is None else maps[-1]).numpy()[0]
    if hidden.ndim == 3:
        return hidden.mean(axis=(1, 2))
    is_first = FEATURE_MODELS[architecture] == CLASS_TOKEN
    return hidden[0] if is_first else hidden.mean(axis=0)


NAMED = ("image_embeds", "pooler_output", "cls_token_value", "summary")
"""Where a network names a vector itself."""

NETWORKS = tuple(FEATURE_MODELS)
"""The architectures that `make` knows."""


def _settle(network: Any) -> None:
    """Let the many layers of a deep network normalise what reaches them, or all vanishes."""
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 1.0
        elif isinstance(module, torch.nn.Conv2d):
            torch.nn.init.kaiming_normal_(module.weight)
    network.train()(torch.rand(4, 3, SIDE, SIDE) * 2 - 1)


class _Compared(torch.nn.Module):  # type: ignore[misc]  # PyTorch has no types here
    """What FLAVA compares with texts, as `FlavaForPreTraining` takes it from its image features."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network, self.config = network, network.config

    def forward(self, pixel_values: Any, return_dict: bool = True) -> Any:
        assert return_dict
        seen = self.network.get_image_features(pixel_values)
        return ModelOutput(image_embeds=seen.pooler_output[:, 0])


class _Named(torch.nn.Module):  # type: ignore[misc]  # PyTorch has no types here
    def __init__(self, network: Any, inputs: tuple[str, ...], outputs: tuple[str, ...]) -> None:
        super().__init__()
        self.network, self.inputs, self.outputs = network, inputs, outputs

    def forward(self, *values: Any) -> Any:
        answer = self.network(**dict(zip(self.inputs, values, strict=True)), return_dict=True)
        if "feature_maps" in answer:
            return answer.feature_maps[-1]
        return tuple(answer[name] for name in self.outputs)
