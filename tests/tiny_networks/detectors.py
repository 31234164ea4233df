"""Tiny object detectors, one for each architecture that the PyTorch engine promises."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import transformers

from tiny_networks.classifiers import CONFIGS, LABELS, image_processor
from tiny_networks.text_detectors import text_detector
from tiny_networks.torchvision_stand_in import stand_in

_HEADS = {
    "encoder_layers": 1,
    "decoder_layers": 2,
    "encoder_ffn_dim": 32,
    "decoder_ffn_dim": 32,
    "encoder_attention_heads": 2,
    "decoder_attention_heads": 2,
    "num_queries": 20,
}
_EDGES = {"size": {"shortest_edge": 96, "longest_edge": 160}}
_SQUARE = {"size": {"height": 96, "width": 96}}
_NAMES = {"id2label": LABELS, "label2id": {label: key for key, label in LABELS.items()}}
_HYBRID = {
    **_HEADS,
    "encoder_in_channels": [24, 32, 48],
    "encoder_hidden_dim": 32,
    "d_model": 32,
    "decoder_in_channels": [32, 32, 32],
    "decoder_n_points": 2,
    "num_denoising": 0,
    **_NAMES,
}


def resnet(stages: int = 4) -> Any:
    """A tiny backbone that gives its last stages."""
    names = [f"stage{number}" for number in range(5 - stages, 5)]
    return transformers.ResNetConfig(
        embedding_size=8, hidden_sizes=[16, 24, 32, 48], depths=[1, 1, 1, 1], out_features=names
    )


def detr(kind: str = "Detr", **settings: Any) -> tuple[Any, Any]:
    """DETR and those of its kind: a backbone, an encoder, a decoder of queries."""
    network = getattr(transformers, f"{kind}ForObjectDetection")
    width = {"hidden_size": 32} if kind == "DabDetr" else {"d_model": 32}
    stages = 3 if kind == "DeformableDetr" else 4
    config = network.config_class(
        backbone_config=resnet(stages),
        backbone=None,
        use_timm_backbone=False,
        use_pretrained_backbone=False,
        **(_HEADS | width | _NAMES | settings),
    )
    own = {"ConditionalDetr", "DeformableDetr"}
    processor = kind if kind in own else "ConditionalDetr" if kind == "DabDetr" else "Detr"
    return network(config), image_processor(processor, **_EDGES)


def yolos() -> tuple[Any, Any]:
    """YOLOS: a plain transformer with tokens for detections."""
    config = transformers.YolosConfig(
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        image_size=[96, 160],
        num_detection_tokens=20,
        **_NAMES,
    )
    return transformers.YolosForObjectDetection(config), image_processor("Yolos", **_EDGES)


def rt_detr(kind: str = "RTDetr") -> tuple[Any, Any]:
    """RT-DETR and its second version."""
    backbone = transformers.RTDetrResNetConfig(
        embedding_size=16,
        hidden_sizes=[16, 24, 32, 48],
        depths=[1, 1, 1, 1],
        layer_type="basic",
        out_features=["stage2", "stage3", "stage4"],
    )
    network = getattr(transformers, f"{kind}ForObjectDetection")
    return network(network.config_class(backbone_config=backbone, **_HYBRID)), image_processor(
        "RTDetr", **_SQUARE
    )


def d_fine(kind: str = "DFine") -> tuple[Any, Any]:
    """D-FINE and DEIMv2, on HGNetV2."""
    backbone = transformers.HGNetV2Config(
        **CONFIGS["HGNetV2"], out_features=["stage2", "stage3", "stage4"]
    )
    network = getattr(transformers, f"{kind}ForObjectDetection")
    return network(network.config_class(backbone_config=backbone, **_HYBRID)), image_processor(
        "RTDetr", **_SQUARE
    )


def lw_detr() -> tuple[Any, Any]:
    """LW-DETR: a plain transformer with windows."""
    backbone = transformers.LwDetrViTConfig(
        hidden_size=32,
        num_hidden_layers=4,
        num_attention_heads=2,
        image_size=96,
        pretrain_image_size=96,
        patch_size=16,
        window_block_indices=[0, 2],
        num_windows=4,
        num_windows_side=2,
        out_features=["stage2", "stage4"],
    )
    config = transformers.LwDetrConfig(
        backbone_config=backbone,
        d_model=32,
        decoder_layers=1,
        decoder_ffn_dim=32,
        decoder_self_attention_heads=2,
        decoder_cross_attention_heads=2,
        decoder_n_points=2,
        num_queries=20,
        group_detr=1,
        projector_scale_factors=[1.0],
        **_NAMES,
    )
    return transformers.LwDetrForObjectDetection(config), image_processor(
        "DeformableDetr", **_SQUARE
    )


def rf_detr(task: str = "ObjectDetection") -> tuple[Any, Any]:
    """RF-DETR on its DINOv2 with windows."""
    backbone = transformers.RfDetrDinov2Config(
        hidden_size=32,
        num_hidden_layers=4,
        num_attention_heads=2,
        mlp_ratio=2,
        image_size=96,
        patch_size=8,
        num_register_tokens=0,
        num_windows=2,
        out_features=["stage2", "stage4"],
    )
    config = transformers.RfDetrConfig(
        backbone_config=backbone,
        d_model=32,
        decoder_layers=2,
        decoder_ffn_dim=32,
        decoder_self_attention_heads=2,
        decoder_cross_attention_heads=2,
        decoder_n_points=2,
        num_queries=12,
        group_detr=1,
        intermediate_size=32,
        **_NAMES,
    )
    network = getattr(transformers, f"RfDetrFor{task}")
    return network(config), stand_in("RfDetrImageProcessor", **_SQUARE)


def documents(version: int) -> tuple[Any, Any]:
    """PP-DocLayout on HGNetV2, which finds the parts of a page and tells in what order to read."""
    stages = ["stage1", "stage2", "stage3", "stage4"]
    backbone = transformers.HGNetV2Config(
        **CONFIGS["HGNetV2"], out_features=stages if version == 3 else stages[1:]
    )
    network = getattr(transformers, f"PPDocLayoutV{version}ForObjectDetection")
    own: dict[str, Any] = {"global_pointer_head_size": 16}
    if version == 2:
        order = {
            "hidden_size": 32,
            "num_hidden_layers": 1,
            "num_attention_heads": 2,
            "intermediate_size": 32,
            "num_classes": len(LABELS),
            "relation_bias_embed_dim": 8,
            "global_pointer_head_size": 8,
        }
        own = {
            "reading_order_config": order,
            "class_thresholds": [0.5] * len(LABELS),
            "class_order": list(range(len(LABELS))),
        }
    elif version == 3:
        own |= {"mask_feature_channels": [16, 16], "x4_feat_dim": 16, "num_prototypes": 8}
    config = network.config_class(backbone_config=backbone, **(_HYBRID | own))
    return network(config), stand_in(f"PPDocLayoutV{version}ImageProcessor", **_SQUARE)


NETWORKS: Mapping[str, Callable[[], tuple[Any, Any]]] = {
    "ConditionalDetrForObjectDetection": lambda: detr("ConditionalDetr"),
    "DFineForObjectDetection": d_fine,
    "DabDetrForObjectDetection": lambda: detr("DabDetr"),
    "DeformableDetrForObjectDetection": lambda: detr("DeformableDetr"),
    "Deimv2ForObjectDetection": lambda: d_fine("Deimv2"),
    "DetrForObjectDetection": detr,
    "LwDetrForObjectDetection": lw_detr,
    "PPDocLayoutV2ForObjectDetection": lambda: documents(2),
    "PPDocLayoutV3ForObjectDetection": lambda: documents(3),
    "PPDocLayoutV4ForObjectDetection": lambda: documents(4),
    "PPOCRV5MobileDetForObjectDetection": lambda: text_detector("V5Mobile"),
    "PPOCRV5ServerDetForObjectDetection": lambda: text_detector("V5Server"),
    "PPOCRV6MediumDetForObjectDetection": lambda: text_detector("V6Medium"),
    "PPOCRV6SmallDetForObjectDetection": lambda: text_detector("V6Small"),
    "RTDetrForObjectDetection": rt_detr,
    "RTDetrV2ForObjectDetection": lambda: rt_detr("RTDetrV2"),
    "RfDetrForObjectDetection": rf_detr,
    "TableTransformerForObjectDetection": lambda: detr("TableTransformer"),
    "YolosForObjectDetection": yolos,
}
"""By the names that stand in `config.json`; each makes a network and its image processor."""
