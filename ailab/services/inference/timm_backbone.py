"""ResNet backbones that were saved by the names of timm, as those of transformers itself.

The first DETR-like models (DETR, Conditional and Deformable DETR, Table Transformer) name a
ResNet of timm as their backbone, a package that in turn needs torchvision. transformers has the
same network of its own; only its parts are called otherwise, as its script
`convert_detr_to_pytorch.py` has it.
"""

from __future__ import annotations

from typing import Any

from transformers import ResNetConfig

# Layers in each of four stages, and the kind of layer, by timm's name.
_DEPTHS: dict[str, tuple[list[int], str]] = {
    "resnet18": ([2, 2, 2, 2], "basic"),
    "resnet34": ([3, 4, 6, 3], "basic"),
    "resnet50": ([3, 4, 6, 3], "bottleneck"),
    "resnet101": ([3, 4, 23, 3], "bottleneck"),
}
_WIDTHS = {"basic": [64, 128, 256, 512], "bottleneck": [256, 512, 1024, 2048]}


def without_timm(config: Any) -> dict[str, str]:
    """Put transformers' own ResNet in the place of timm's in a model's configuration.

    Args:
        config: a model's configuration; changed in place where its backbone is such a ResNet.

    Returns:
        Patterns of the old names of parameters, and their new names; empty where nothing
        had to be changed.
    """
    backbone: Any = getattr(config, "backbone_config", None)
    name = getattr(backbone, "backbone", None)
    if getattr(backbone, "model_type", "") != "timm_backbone" or name not in _DEPTHS:
        return {}
    if getattr(config, "dilation", False) or getattr(config, "num_channels", 3) != 3:
        return {}
    depths, kind = _DEPTHS[name]
    stages = [f"stage{index}" for index in backbone.out_indices]
    config.backbone_config = ResNetConfig(
        depths=depths, hidden_sizes=_WIDTHS[kind], layer_type=kind, out_features=stages
    )
    return _names(3 if kind == "bottleneck" else 2)


def _names(convolutions: int) -> dict[str, str]:
    names = {
        r"model\.conv1\.": "model.embedder.embedder.convolution.",
        r"model\.bn1\.": "model.embedder.embedder.normalization.",
    }
    for stage in range(4):
        old = rf"model\.layer{stage + 1}\.(\d+)\."
        new = rf"model.encoder.stages.{stage}.layers.\1."
        for index in range(convolutions):
            names[rf"{old}conv{index + 1}\."] = f"{new}layer.{index}.convolution."
            names[rf"{old}bn{index + 1}\."] = f"{new}layer.{index}.normalization."
        names[rf"{old}downsample\.0\."] = f"{new}shortcut.convolution."
        names[rf"{old}downsample\.1\."] = f"{new}shortcut.normalization."
    return names
