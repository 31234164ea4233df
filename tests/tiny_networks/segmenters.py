"""Tiny networks for segmentation, one for each architecture that the PyTorch engine promises."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import transformers

from ailab.services.inference.subtask import Subtask
from tiny_networks.classifiers import CONFIGS, LABELS, SIDE, image_processor
from tiny_networks.depths import tips_v2
from tiny_networks.detectors import detr, resnet, rf_detr
from tiny_networks.small_tokenizers import clip_tokenizer
from tiny_networks.torchvision_stand_in import stand_in

_NAMES: dict[str, Any] = {
    "id2label": LABELS,
    "label2id": {label: key for key, label in LABELS.items()},
}
_SQUARE = {"size": {"height": SIDE, "width": SIDE}}
_FOUR_LAYERS = {**CONFIGS["ViT"], "num_hidden_layers": 4, "image_size": SIDE}
_AUXILIARY = {"use_auxiliary_head": False}


def semantic(name: str, processor: str, **settings: Any) -> tuple[Any, Any]:
    """A score per class and pixel."""
    network = getattr(transformers, f"{name}ForSemanticSegmentation")
    config = network.config_class(**(dict(CONFIGS.get(name, {})) | settings | _NAMES))
    # Where a processor cuts the middle out, transformers stretches its map over the whole picture.
    return network(config), image_processor(processor, **_SQUARE, do_center_crop=False)


def segformer() -> tuple[Any, Any]:
    """SegFormer."""
    return semantic("Segformer", "Segformer", decoder_hidden_size=16)


def uper_net() -> tuple[Any, Any]:
    """UPerNet on Swin."""
    backbone = transformers.SwinConfig(
        **CONFIGS["Swin"], out_features=["stage1", "stage2", "stage3", "stage4"]
    )
    return semantic(
        "UperNet",
        "Segformer",
        backbone_config=backbone,
        hidden_size=16,
        auxiliary_channels=16,
        auxiliary_in_channels=64,
        **_AUXILIARY,
    )


def dpt() -> tuple[Any, Any]:
    """DPT with a head for classes."""
    return semantic(
        "DPT",
        "DPT",
        **_FOUR_LAYERS,
        backbone_out_indices=[0, 1, 2, 3],
        neck_hidden_sizes=[16, 16, 32, 32],
        fusion_hidden_size=16,
        is_hybrid=False,
        **_AUXILIARY,
    )


def mask_former() -> tuple[Any, Any]:
    """MaskFormer on Swin."""
    backbone = transformers.SwinConfig(
        **CONFIGS["Swin"], out_features=["stage1", "stage2", "stage3", "stage4"]
    )
    decoder = transformers.DetrConfig(
        backbone_config=resnet(),
        backbone=None,
        use_timm_backbone=False,
        d_model=32,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=32,
        decoder_ffn_dim=32,
        num_queries=12,
    )
    config = transformers.MaskFormerConfig(
        backbone_config=backbone,
        decoder_config=decoder,
        fpn_feature_size=32,
        mask_feature_size=32,
        **_NAMES,
    )
    return transformers.MaskFormerForInstanceSegmentation(config), image_processor(
        "MaskFormer", **_SQUARE
    )


def mask2former() -> tuple[Any, Any]:
    """Mask2Former on Swin."""
    backbone = transformers.SwinConfig(
        **CONFIGS["Swin"], out_features=["stage1", "stage2", "stage3", "stage4"]
    )
    config = transformers.Mask2FormerConfig(
        backbone_config=backbone,
        feature_size=32,
        mask_feature_size=32,
        hidden_dim=32,
        encoder_feedforward_dim=32,
        encoder_layers=1,
        decoder_layers=2,
        dim_feedforward=32,
        num_attention_heads=2,
        num_queries=12,
        **_NAMES,
    )
    return transformers.Mask2FormerForUniversalSegmentation(config), image_processor(
        "Mask2Former", **_SQUARE
    )


def eomt(kind: str = "Eomt", *, is_split: bool = False) -> tuple[Any, Any]:
    """EoMT: a plain transformer with tokens for masks; on DINOv3 too."""
    network = getattr(transformers, f"{kind}ForUniversalSegmentation")
    width = {"mlp_ratio": 2} if kind == "Eomt" else {"intermediate_size": 64}
    config = network.config_class(
        hidden_size=32,
        num_hidden_layers=3,
        num_attention_heads=2,
        image_size=SIDE,
        patch_size=8,
        num_blocks=2,
        num_queries=12,
        num_register_tokens=1,
        **width,
        **_NAMES,
    )
    size = {"shortest_edge": SIDE, "longest_edge": None if is_split else SIDE}
    return network(config), image_processor(
        "Eomt", size=size, do_split_image=is_split, do_pad=not is_split
    )


def one_former() -> tuple[Any, Any]:
    """OneFormer on Swin, which is told its task in words."""
    backbone = transformers.SwinConfig(
        **CONFIGS["Swin"], out_features=["stage1", "stage2", "stage3", "stage4"]
    )
    config = transformers.OneFormerConfig(
        backbone_config=backbone,
        num_queries=12,
        conv_dim=32,
        mask_dim=32,
        hidden_dim=32,
        encoder_feedforward_dim=32,
        encoder_layers=1,
        decoder_layers=3,
        num_attention_heads=2,
        dim_feedforward=32,
        query_dec_layers=1,
        **_NAMES,
    )
    sizes = {"size": {"shortest_edge": SIDE, "longest_edge": 2 * SIDE}}
    processor = transformers.OneFormerProcessor(
        image_processor("OneFormer", **sizes), clip_tokenizer()
    )
    return transformers.OneFormerForUniversalSegmentation(config), processor


def sapiens2(head: str, *, is_shuffled: bool = False, **settings: Any) -> tuple[Any, Any]:
    """Sapiens2, a plain transformer with a head of convolutions."""
    config = transformers.Sapiens2Config(
        **{**CONFIGS["ViT"], "intermediate_size": 32},
        num_key_value_attention_heads=2,
        num_register_tokens=1,
        head_config={
            "upsample_out_channels": [16, 16],
            "conv_out_channels": [16],
            "use_pixel_shuffle": is_shuffled,
        },
        **settings,
    )
    network = getattr(transformers, f"Sapiens2For{head}")
    return network(config), stand_in("Sapiens2ImageProcessor", **_SQUARE)


def detr_panoptic() -> tuple[Any, Any]:
    """DETR with masks."""
    # Its mask head shares channels among eight groups.
    network, processor = detr(encoder_attention_heads=8, decoder_attention_heads=8)
    return transformers.DetrForSegmentation(network.config), processor


_ASKED: Mapping[str, Callable[[], tuple[Any, Any]]] = {
    "DetrForSegmentation": detr_panoptic,
    "EomtDinov3ForUniversalSegmentation": lambda: eomt("EomtDinov3"),
    "EomtForUniversalSegmentation": eomt,
    "Mask2FormerForUniversalSegmentation": mask2former,
    "MaskFormerForInstanceSegmentation": mask_former,
    "OneFormerForUniversalSegmentation": one_former,
}

_MADE: Mapping[str, Callable[[], tuple[Any, Any]]] = {
    "BeitForSemanticSegmentation": lambda: semantic(
        "Beit", "Beit", **_FOUR_LAYERS, out_indices=[1, 2, 3, 4], **_AUXILIARY
    ),
    "DPTForSemanticSegmentation": dpt,
    "Data2VecVisionForSemanticSegmentation": lambda: semantic(
        "Data2VecVision", "Beit", **_FOUR_LAYERS, out_indices=[0, 1, 2, 3], **_AUXILIARY
    ),
    "EomtForUniversalSegmentation, in pieces": lambda: eomt(is_split=True),
    "MobileNetV2ForSemanticSegmentation": lambda: semantic(
        "MobileNetV2", "MobileNetV2", output_stride=8
    ),
    "MobileViTForSemanticSegmentation": lambda: semantic(
        "MobileViT", "MobileViT", aspp_out_channels=16, output_stride=16
    ),
    "MobileViTV2ForSemanticSegmentation": lambda: semantic(
        "MobileViTV2", "MobileViT", aspp_out_channels=16, output_stride=16
    ),
    "RfDetrForInstanceSegmentation": lambda: rf_detr("InstanceSegmentation"),
    "Sapiens2ForImageMatting": lambda: sapiens2("ImageMatting", is_shuffled=True, num_labels=4),
    "Sapiens2ForSemanticSegmentation": lambda: sapiens2("SemanticSegmentation", **_NAMES),
    "SegformerForSemanticSegmentation": segformer,
    "Tipsv2DptForSemanticSegmentation": lambda: tips_v2("SemanticSegmentation", **_NAMES),
    "UperNetForSemanticSegmentation": uper_net,
    **_ASKED,
    **{
        f"{name}, {subtask.value}": make
        for name, make in _ASKED.items()
        for subtask in (Subtask.SEMANTIC, Subtask.INSTANCE)
    },
}

NETWORKS = dict(sorted(_MADE.items()))
"""By the names that stand in `config.json`; each makes a network and its image processor.

Behind a comma stands what is asked of it, where that is not the panoptic segmentation."""
