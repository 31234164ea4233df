"""Tiny image classifiers, one for each architecture that the PyTorch engine promises.

They are made from transformers' Config classes; who makes one sets the seed of PyTorch first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import transformers

from tiny_networks.lc_net_pictures import LcNetPictures

LABELS = {0: "cell", 1: "dividing cell", 2: "debris", 3: "fibre", 4: "background"}
SIDE = 64

TRANSFORMER = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "image_size": SIDE,
    "patch_size": 16,
}
_TOWER = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
}
_TOWERS = {
    "text_config": {**_TOWER, "vocab_size": 50},
    "vision_config": {**_TOWER, "image_size": SIDE, "patch_size": 16},
    "projection_dim": 16,
}
STAGES = {"hidden_sizes": [8, 16, 24, 32], "depths": [1, 1, 1, 1]}
WINDOWS = {
    "image_size": SIDE,
    "embed_dim": 16,
    "depths": [1, 1, 1, 1],
    "num_heads": [1, 1, 2, 2],
    "window_size": 2,
}
PYRAMID = {
    "image_size": SIDE,
    "depths": [1, 1, 1, 1],
    "hidden_sizes": [8, 16, 24, 32],
    "num_attention_heads": [1, 1, 2, 2],
    "mlp_ratios": [2, 2, 2, 2],
}

# What makes each small; a missing one is small by its defaults or has none.
CONFIGS: Mapping[str, Mapping[str, Any]] = {
    "Beit": TRANSFORMER,
    "Bit": {**STAGES, "embedding_size": 8, "num_groups": 4},
    "CLIP": _TOWERS,
    "ConvNext": STAGES,
    "ConvNextV2": STAGES,
    "Cvt": {"embed_dim": [16, 24, 32], "num_heads": [1, 1, 2], "depth": [1, 2, 3]},
    "Data2VecVision": TRANSFORMER,
    "DeiT": TRANSFORMER,
    "Dinov2": {**TRANSFORMER, "mlp_ratio": 2},
    "Dinov2WithRegisters": {**TRANSFORMER, "mlp_ratio": 2},
    "DonutSwin": WINDOWS,
    "EfficientNet": {
        "width_coefficient": 0.25,
        "depth_coefficient": 0.25,
        "hidden_dim": 320,
        "image_size": SIDE,
    },
    "FocalNet": {"image_size": SIDE, "embed_dim": 8, "depths": [1, 1, 1, 1]},
    "HGNetV2": {
        "embedding_size": 8,
        "hidden_sizes": [16, 24, 32, 48],
        "stem_channels": [3, 8, 8],
        "stage_in_channels": [8, 16, 24, 32],
        "stage_mid_channels": [8, 8, 16, 16],
        "stage_out_channels": [16, 24, 32, 48],
        "stage_num_blocks": [1, 1, 1, 1],
        "stage_numb_of_layers": [2, 2, 2, 2],
    },
    "Hiera": {
        "image_size": [SIDE, SIDE],
        "embed_dim": 16,
        "depths": [1, 1, 1, 1],
        "num_heads": [1, 1, 2, 2],
    },
    "IJepa": TRANSFORMER,
    "ImageGPT": {
        "vocab_size": 17,
        "n_positions": 256,
        "n_embd": 32,
        "n_layer": 2,
        "n_head": 2,
    },
    "Levit": {
        "image_size": SIDE,
        "hidden_sizes": [16, 24, 32],
        "num_attention_heads": [2, 3, 4],
        "depths": [1, 1, 1],
        "key_dim": [8, 8, 8],
    },
    "MetaClip2": _TOWERS,
    "MobileNetV1": {"depth_multiplier": 0.25, "image_size": SIDE},
    "MobileNetV2": {"depth_multiplier": 0.25, "image_size": SIDE},
    "MobileViT": {
        "image_size": SIDE,
        "hidden_sizes": [16, 24, 32],
        "neck_hidden_sizes": [8, 8, 16, 16, 24, 24, 32],
        "num_attention_heads": 2,
    },
    "MobileViTV2": {
        "image_size": SIDE,
        "width_multiplier": 0.25,
        "n_attn_blocks": [1, 1, 1],
        "base_attn_unit_dims": [32, 32, 32],
    },
    "PoolFormer": {"depths": [1, 1, 1, 1], "hidden_sizes": [8, 16, 24, 32]},
    "PPLCNet": {
        "stem_channels": 8,
        "class_expand": 64,
        # Kernel, channels in and out, stride, whether channels are weighed.
        "block_configs": [
            [[3, 8, 16, 1, False]],
            [[3, 16, 24, 2, False]],
            [[3, 24, 32, 2, False]],
            [[5, 32, 40, 2, False]],
            [[5, 40, 48, 2, True]],
        ],
    },
    "Pvt": PYRAMID,
    "PvtV2": {**PYRAMID, "image_size": [SIDE, SIDE]},
    "RegNet": {**STAGES, "embedding_size": 8, "groups_width": 4},
    "ResNet": {**STAGES, "embedding_size": 8},
    "Segformer": {k: v for k, v in PYRAMID.items() if k != "image_size"},
    "Siglip": {k: v for k, v in _TOWERS.items() if k != "projection_dim"},
    "Siglip2": {
        "text_config": _TOWERS["text_config"],
        "vision_config": {**_TOWER, "patch_size": 16, "num_patches": 16},
    },
    "SwiftFormer": {
        "image_size": SIDE,
        "depths": [1, 1, 1, 1],
        "embed_dims": [8, 16, 24, 32],
    },
    "Swin": WINDOWS,
    "Swinv2": WINDOWS,
    "TextNet": {
        "hidden_sizes": [8, 8, 16, 24, 32],
        "stem_out_channels": 8,
        "conv_layer_kernel_sizes": [[[3, 3]], [[3, 1]], [[1, 3]], [[3, 3]]],
        "conv_layer_strides": [[2], [2], [2], [2]],
    },
    "ViT": TRANSFORMER,
    "ViTMSN": TRANSFORMER,
}
# Processors of classes whose models have none of their own in transformers' table, and how each
# is made small.
_PROCESSORS: Mapping[str, str] = {
    "Beit": "Beit",
    "Bit": "Bit",
    "CLIP": "CLIP",
    "ConvNext": "ConvNext",
    "ConvNextV2": "ConvNext",
    "Cvt": "ConvNext",
    "Data2VecVision": "Beit",
    "DeiT": "DeiT",
    "Dinov2": "Bit",
    "Dinov2WithRegisters": "Bit",
    "DonutSwin": "Donut",
    "EfficientNet": "EfficientNet",
    "FocalNet": "Bit",
    "HGNetV2": "RTDetr",
    "Hiera": "Bit",
    "ImageGPT": "ImageGPT",
    "Levit": "Levit",
    "MetaClip2": "CLIP",
    "MobileNetV1": "MobileNetV1",
    "MobileNetV2": "MobileNetV2",
    "MobileViT": "MobileViT",
    "MobileViTV2": "MobileViT",
    "PoolFormer": "PoolFormer",
    "Pvt": "Pvt",
    "PvtV2": "Pvt",
    "RegNet": "ConvNext",
    "ResNet": "ConvNext",
    "Segformer": "Segformer",
    "Siglip": "Siglip",
    "Siglip2": "Siglip2",
    "TextNet": "TextNet",
}
_SQUARE = {"size": {"height": SIDE, "width": SIDE}}
_CUT = {
    "size": {"shortest_edge": SIDE + 8},
    "crop_size": {"height": SIDE, "width": SIDE},
}
_SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "Beit": _SQUARE,
    "Bit": _CUT,
    "CLIP": _CUT,
    "ConvNext": {"size": {"shortest_edge": SIDE}},
    "DeiT": {"size": {"height": SIDE + 8, "width": SIDE + 8}, "crop_size": _CUT["crop_size"]},
    "Donut": _SQUARE,
    "EfficientNet": _SQUARE,
    "Flava": {"size": {"height": SIDE + 8, "width": SIDE + 8}, "crop_size": _CUT["crop_size"]},
    "ImageGPT": {
        "size": {"height": 16, "width": 16},
        "clusters": [
            [r / 1.5 - 1, g / 1.5 - 1, (r + g) / 3 - 1] for r in range(4) for g in range(4)
        ],
    },
    "Levit": _CUT,
    "MobileNetV1": _CUT,
    "MobileNetV2": _CUT,
    "MobileViT": _CUT,
    "Perceiver": {
        **_SQUARE,
        "crop_size": {"height": SIDE + 8, "width": SIDE + 8},
    },
    "PoolFormer": _CUT,
    "Pvt": _SQUARE,
    "RTDetr": _SQUARE,
    "Segformer": _SQUARE,
    "Siglip": _SQUARE,
    "Siglip2": {"patch_size": 16, "max_num_patches": 40},
    "TextNet": {"size": {"shortest_edge": SIDE}},
    "ViT": _SQUARE,
}


def image_processor(kind: str, **settings: Any) -> Any:
    """transformers' Pillow image processor of a kind, such as `ViT`."""
    try:
        processor = getattr(transformers, f"{kind}ImageProcessorPil")
    except AttributeError:
        processor = getattr(transformers, f"{kind}ImageProcessor")
    return processor(**settings)


def small_processor(kind: str) -> Any:
    """The same, for pictures as small as the networks here take them."""
    return image_processor(kind, **_SETTINGS[kind])


def classifier(name: str) -> tuple[Any, Any]:
    """A network and its processor, by the name of the architecture before `ForImage…`."""
    network = getattr(transformers, f"{name}ForImageClassification")
    config = network.config_class(**CONFIGS[name])
    # Not all Config classes take the labels by their constructor.
    config.id2label, config.label2id = LABELS, {label: key for key, label in LABELS.items()}
    config.num_labels = len(LABELS)
    if name == "PPLCNet":
        return network(config), LcNetPictures()
    kind = _PROCESSORS.get(name, "ViT")
    return network(config), small_processor(kind)


def teachers(name: str) -> tuple[Any, Any]:
    """The same with the head of a teacher beside its own: `DeiT` and `Levit`."""
    network, processor = classifier(name)
    taught = getattr(transformers, f"{name}ForImageClassificationWithTeacher")
    return taught(network.config), processor


def perceiver(kind: str) -> tuple[Any, Any]:
    """Perceiver, which sees pixels by what was learned of their places, or by waves."""
    config = transformers.PerceiverConfig(
        num_latents=8,
        d_latents=32,
        num_self_attends_per_block=1,
        num_self_attention_heads=2,
        num_cross_attention_heads=1,
        image_size=SIDE,
        id2label=LABELS,
        label2id={label: key for key, label in LABELS.items()},
    )
    network = getattr(transformers, f"PerceiverForImageClassification{kind}")
    return network(config), small_processor("Perceiver")


NETWORKS: Mapping[str, Callable[[], tuple[Any, Any]]] = (
    {f"{name}ForImageClassification": (lambda name=name: classifier(name)) for name in CONFIGS}
    | {
        f"{name}ForImageClassificationWithTeacher": (lambda name=name: teachers(name))
        for name in ("DeiT", "Levit")
    }
    | {
        f"PerceiverForImageClassification{kind}": (lambda kind=kind: perceiver(kind))
        for kind in ("Learned", "Fourier", "ConvProcessing")
    }
)
"""By the names that stand in `config.json`; each makes a network and its image processor."""
