"""Tiny networks that make a vector of a picture, one for each architecture that is promised.

They are made from transformers' Config classes with a fixed seed. Needs PyTorch and transformers.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import torch
import transformers

from ailab.services.inference.feature_models import FEATURE_MODELS

SIDE = 64
_TRANSFORMER = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "image_size": SIDE,
    "patch_size": 16,
}
_STAGES = {"hidden_sizes": [8, 16, 24, 32], "depths": [1, 1, 1, 1]}
_WINDOWS = {
    "image_size": SIDE,
    "embed_dim": 16,
    "depths": [1, 1, 1, 1],
    "num_heads": [1, 1, 2, 2],
    "window_size": 4,
}
_PYRAMID = {
    "image_size": SIDE,
    "depths": [1, 1, 1, 1],
    "hidden_sizes": [8, 16, 24, 32],
    "num_attention_heads": [1, 1, 2, 2],
    "mlp_ratios": [2, 2, 2, 2],
}
_PROJECTED = {**_TRANSFORMER, "projection_dim": 24}
# What makes each small; one that is missing is small by its defaults or has none.
_CONFIGS: Mapping[str, Mapping[str, Any]] = {
    "Bit": {**_STAGES, "embedding_size": 8, "num_groups": 4},
    "ConvNext": _STAGES,
    "ConvNextV2": _STAGES,
    "DINOv3ConvNext": {**_STAGES},
    "DINOv3ViT": {**_TRANSFORMER, "num_register_tokens": 2},
    "EfficientNet": {"width_coefficient": 0.25, "depth_coefficient": 0.1, "hidden_dim": 320},
    "FocalNet": {
        "image_size": SIDE,
        "embed_dim": 16,
        "depths": [1, 1, 1, 1],
        "focal_levels": [1, 1, 1, 1],
        "focal_windows": [3, 3, 3, 3],
    },
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
    },
    "Levit": {
        "image_size": SIDE,
        "hidden_sizes": [16, 24, 32],
        "num_attention_heads": [1, 2, 2],
        "depths": [1, 1, 1],
        "key_dim": [8, 8, 8],
        "drop_path_rate": 0,
    },
    "MobileViT": {"image_size": SIDE, "hidden_sizes": [16, 24, 32]},
    "Pvt": {
        **_PYRAMID,
        "sequence_reduction_ratios": [8, 4, 2, 1],
    },
    "PvtV2": {
        **{key: _PYRAMID[key] for key in ("depths", "hidden_sizes", "num_attention_heads")},
        "image_size": SIDE,
        "mlp_ratios": [2, 2, 2, 2],
    },
    "RegNet": {**_STAGES, "embedding_size": 8, "groups_width": 8},
    "ResNet": {**_STAGES, "embedding_size": 8},
    "Segformer": {
        **{key: _PYRAMID[key] for key in ("depths", "hidden_sizes", "num_attention_heads")},
    },
    "SwiftFormer": {"image_size": SIDE, "depths": [1, 1, 1, 1], "embed_dims": [16, 16, 32, 32]},
    "Swin": {**_WINDOWS, "window_size": 2},
    "Swinv2": _WINDOWS,
}
# Deep ones that are as they are by default.
_DEEP = ("EfficientNet", "MobileNetV1", "MobileNetV2", "MobileViT", "MobileViTV2")


class Tiny(NamedTuple):
    """A network and what prepares its pictures."""

    network: Any
    processor: Any


def make(architecture: str) -> Tiny:
    """A network of random weights.

    Raises:
        ImportError: it needs a package that is not installed.
    """
    torch.manual_seed(7)
    kind = architecture.removesuffix("WithProjection").removesuffix("Model")
    usual = _PROJECTED if architecture.endswith("WithProjection") else _TRANSFORMER
    values = _CONFIGS.get(kind, {} if kind in _DEEP else usual)
    config = getattr(transformers, f"{kind}Config")(**values)
    config.architectures = [architecture]
    network = getattr(transformers, architecture)(config)
    with torch.no_grad():
        if kind in _DEEP:
            _settle(network)
        else:  # weights as small as these make all pictures look alike
            for parameter in network.parameters():
                if parameter.ndim > 1:
                    parameter.mul_(3)
    processor = transformers.ViTImageProcessorPil(size={"height": SIDE, "width": SIDE})
    return Tiny(network.eval(), processor)


def save(tiny: Tiny, folder: Path) -> Path:
    """Write safetensors, `config.json` and `preprocessor_config.json`."""
    tiny.network.save_pretrained(folder)
    values = tiny.processor.to_dict()
    values["image_processor_type"] = "ViTImageProcessor"
    (folder / "preprocessor_config.json").write_text(json.dumps(values), encoding="utf-8")
    return folder


def export(tiny: Tiny, folder: Path, outputs: tuple[str, ...]) -> Path:
    """Write `onnx/model.onnx` with these outputs, and no safetensors."""
    save(tiny, folder)
    (folder / "model.safetensors").unlink()
    (folder / "onnx").mkdir()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of tracing
        torch.onnx.export(
            _Named(tiny.network, outputs).eval(),
            (torch.rand(1, 3, SIDE, SIDE),),
            str(folder / "onnx" / "model.onnx"),
            input_names=["pixel_values"],
            output_names=list(outputs),
            dynamo=False,
        )
    return folder


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


class _Named(torch.nn.Module):  # type: ignore[misc]  # PyTorch has no types here
    def __init__(self, network: Any, outputs: tuple[str, ...]) -> None:
        super().__init__()
        self.network, self.outputs = network, outputs

    def forward(self, pixels: Any) -> Any:
        answer = self.network(pixels, return_dict=True)
        return tuple(answer[name] for name in self.outputs)
