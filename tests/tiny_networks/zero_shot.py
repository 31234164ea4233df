"""Tiny networks that are told in words what to look for, with small tokenizers of their own.

Each function saves a network of random weights (of a fixed seed) with its tokenizer and its image
processor into a folder, as `save_pretrained` of transformers does, and returns network, tokenizer
and image processor. Needs PyTorch and transformers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import torch
import transformers

from tiny_networks.lively import lively
from tiny_networks.small_tokenizers import (
    bert_tokenizer,
    clip_tokenizer,
    gemma_tokenizer,
    siglip_tokenizer,
    xlm_roberta_tokenizer,
)

LABELS = ("cat", "Two dogs", "a red bicycle", "the cell's nucleus", "Café in 東京")
"""Labels that the tokenizers know more or less of."""


class Tiny(NamedTuple):
    """What lies in the folder."""

    network: Any
    tokenizer: Any
    image_processor: Any


Make = Callable[[Path], Tiny]


def clip(folder: Path) -> Tiny:
    """CLIP, with its byte-level tokenizer."""
    config = transformers.CLIPConfig(
        text_config=small_text(max_position_embeddings=77, eos_token_id=2),
        vision_config=small_vision(),
        projection_dim=16,
    )
    size = {"size": {"shortest_edge": 32}, "crop_size": {"height": 32, "width": 32}}
    return saved(
        folder, transformers.CLIPModel, config, clip_tokenizer(), "CLIPImageProcessor", size
    )


def metaclip2(folder: Path) -> Tiny:
    """MetaCLIP 2: as CLIP, with the tokenizer of XLM-RoBERTa."""
    tokenizer = xlm_roberta_tokenizer()
    config = transformers.MetaClip2Config(
        text_config=small_text(max_position_embeddings=77, eos_token_id=tokenizer.eos_token_id),
        vision_config=small_vision(),
        projection_dim=16,
    )
    size = {"size": {"shortest_edge": 32}, "crop_size": {"height": 32, "width": 32}}
    return saved(folder, transformers.MetaClip2Model, config, tokenizer, "CLIPImageProcessor", size)


def siglip(folder: Path) -> Tiny:
    """SigLIP, with a Unigram tokenizer that normalises in `tokenizer.json`."""
    config = transformers.SiglipConfig(
        text_config=small_text(max_position_embeddings=64, projection_size=32),
        vision_config=small_vision(),
    )
    size = {"size": {"height": 32, "width": 32}}
    return saved(
        folder,
        transformers.SiglipModel,
        config,
        siglip_tokenizer(),
        "SiglipImageProcessor",
        size,
    )


def siglip2(folder: Path) -> Tiny:
    """SigLIP 2 of a fixed resolution, with the tokenizer of Gemma."""
    config = transformers.SiglipConfig(
        text_config=small_text(max_position_embeddings=64, projection_size=32),
        vision_config=small_vision(),
    )
    size = {"size": {"height": 32, "width": 32}}
    return saved(
        folder, transformers.SiglipModel, config, gemma_tokenizer(), "SiglipImageProcessor", size
    )


def chinese_clip(folder: Path) -> Tiny:
    """Chinese CLIP: BERT reads the words."""
    config = transformers.ChineseCLIPConfig(
        text_config=small_text(max_position_embeddings=64),
        vision_config=small_vision(),
        projection_dim=16,
    )
    size = {"size": {"shortest_edge": 32}, "crop_size": {"height": 32, "width": 32}}
    return saved(
        folder,
        transformers.ChineseCLIPModel,
        config,
        bert_tokenizer(),
        "ChineseCLIPImageProcessor",
        size,
    )


def altclip(folder: Path) -> Tiny:
    """AltCLIP: XLM-RoBERTa reads the words."""
    text = small_text(max_position_embeddings=66, project_dim=32, pad_token_id=1)
    config = transformers.AltCLIPConfig(
        text_config=text, vision_config=small_vision(), projection_dim=32
    )
    size = {"size": {"shortest_edge": 32}, "crop_size": {"height": 32, "width": 32}}
    return saved(
        folder,
        transformers.AltCLIPModel,
        config,
        xlm_roberta_tokenizer(),
        "CLIPImageProcessor",
        size,
    )


def align(folder: Path) -> Tiny:
    """ALIGN: EfficientNet sees the picture, BERT reads the words."""
    vision = {
        "image_size": 32,
        "hidden_dim": 32,
        "depthwise_padding": [],
        "num_block_repeats": [1, 1],
        "kernel_sizes": [3, 3],
        "in_channels": [32, 16],
        "out_channels": [16, 32],
        "strides": [1, 2],
        "expand_ratios": [1, 2],
        "width_coefficient": 1.0,
        "depth_coefficient": 1.0,
    }
    config = transformers.AlignConfig(
        text_config=small_text(max_position_embeddings=64), vision_config=vision, projection_dim=32
    )
    how = {
        "size": {"height": 40, "width": 40},
        "crop_size": {"height": 32, "width": 32},
        "do_center_crop": True,
        "do_normalize": False,
        "include_top": False,
        "rescale_factor": 1 / 127.5,
        "rescale_offset": True,
    }
    return saved(
        folder,
        transformers.AlignModel,
        config,
        bert_tokenizer(),
        "EfficientNetImageProcessor",
        how,
    )


def owlvit(folder: Path) -> Tiny:
    """OWL-ViT, with CLIP's tokenizer and its first token for filling up."""
    config = transformers.OwlViTConfig(
        text_config=small_text(max_position_embeddings=16),
        vision_config=small_vision(),
        projection_dim=32,
    )
    tokenizer = clip_tokenizer(pad_token="!")
    size = {"size": {"height": 32, "width": 32}}
    return saved(
        folder,
        transformers.OwlViTForObjectDetection,
        config,
        tokenizer,
        "OwlViTImageProcessor",
        size,
    )


def owlv2(folder: Path) -> Tiny:
    """OWLv2; its image processor needs SciPy."""
    config = transformers.Owlv2Config(
        text_config=small_text(max_position_embeddings=16),
        vision_config=small_vision(),
        projection_dim=32,
    )
    tokenizer = clip_tokenizer(pad_token="!")
    size = {"size": {"height": 32, "width": 32}}
    return saved(
        folder,
        transformers.Owlv2ForObjectDetection,
        config,
        tokenizer,
        "Owlv2ImageProcessor",
        size,
    )


def grounding_dino(folder: Path) -> Tiny:
    """Grounding DINO: BERT reads all labels as one text."""
    return _grounding(folder, "GroundingDino")


def mm_grounding_dino(folder: Path) -> Tiny:
    """MM Grounding DINO, which LLMDet is too."""
    return _grounding(folder, "MMGroundingDino")


def omdet_turbo(folder: Path) -> Tiny:
    """OmDet-Turbo on Swin, told all labels in a sentence too."""
    backbone = transformers.SwinConfig(
        embed_dim=16,
        depths=[1, 1, 1, 1],
        num_heads=[1, 1, 2, 2],
        window_size=4,
        image_size=64,
        out_indices=[2, 3, 4],
    )
    text = transformers.CLIPTextConfig(**small_text(max_position_embeddings=77, eos_token_id=2))
    config = transformers.OmDetTurboConfig(
        text_config=text,
        backbone_config=backbone,
        text_projection_in_dim=32,
        text_projection_out_dim=32,
        task_encoder_hidden_dim=32,
        class_embed_dim=32,
        num_queries=20,
        encoder_hidden_dim=16,
        vision_features_channels=[16, 16, 16],
        encoder_in_channels=[32, 64, 128],
        encoder_attention_heads=2,
        encoder_dim_feedforward=32,
        decoder_hidden_dim=16,
        decoder_num_heads=2,
        decoder_num_layers=2,
        decoder_dim_feedforward=32,
        decoder_num_points=2,
        disable_custom_kernels=True,
        apply_layernorm_after_vision_backbone=False,  # timm's Swin gives its channels last
    )
    size = {"size": {"height": 128, "width": 128}}
    network = transformers.OmDetTurboForObjectDetection
    return saved(folder, network, config, clip_tokenizer(), "DetrImageProcessor", size)


CLASSIFIERS: Mapping[str, Make] = {
    "CLIP": clip,
    "MetaCLIP 2": metaclip2,
    "SigLIP": siglip,
    "SigLIP 2": siglip2,
    "Chinese CLIP": chinese_clip,
    "AltCLIP": altclip,
    "ALIGN": align,
}
DETECTORS: Mapping[str, Make] = {"OWL-ViT": owlvit, "OWLv2": owlv2}
GROUNDED: Mapping[str, Make] = {
    "Grounding DINO": grounding_dino,
    "MM Grounding DINO": mm_grounding_dino,
}

ASKED_FOR_ALL: Mapping[str, Make] = {"OmDet-Turbo": omdet_turbo}


def _grounding(folder: Path, family: str) -> Tiny:
    backbone = transformers.SwinConfig(
        embed_dim=16,
        depths=[1, 1, 1, 1],
        num_heads=[1, 1, 2, 2],
        window_size=4,
        image_size=64,
        out_features=["stage2", "stage3", "stage4"],
    )
    text = {**small_text(max_position_embeddings=256), "model_type": "bert"}
    config = getattr(transformers, f"{family}Config")(
        backbone_config=backbone,
        text_config=text,
        d_model=32,
        encoder_layers=1,
        decoder_layers=2,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=32,
        decoder_ffn_dim=32,
        num_queries=20,
    )
    size = {"size": {"shortest_edge": 128, "longest_edge": 192}}
    network = getattr(transformers, f"{family}ForObjectDetection")
    return saved(folder, network, config, bert_tokenizer(), "GroundingDinoImageProcessor", size)


def small_text(**others: object) -> dict[str, Any]:
    """Of a small encoder of words."""
    return {
        "vocab_size": 1100,
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        **others,
    }


def small_vision() -> dict[str, Any]:
    """Of a small encoder of pictures."""
    return {
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "image_size": 32,
        "patch_size": 8,
    }


def saved(
    folder: Path,
    network_class: Any,
    config: Any,
    tokenizer: Any,
    processor: str,
    size: Mapping[str, Any],
) -> Tiny:
    """Random weights, made surer of themselves than such networks are."""
    torch.manual_seed(0)
    network = network_class(config).eval()
    with torch.no_grad():
        family = network_class.__name__.removesuffix("ForObjectDetection")
        is_livened = family in {
            "BlipForImageTextRetrieval",
            "CLIPSegForImageSegmentation",
            "OmDetTurbo",
        }
        for name, parameter in network.named_parameters():
            if is_livened:
                continue  # as a whole, below
            if name == "logit_scale":
                parameter.fill_(3.0)
            elif name == "temperature":
                parameter.fill_(0.01)
            elif "token_embedding" in name:
                parameter.mul_(20)
            elif name == "model.decoder.layer_norm.weight" and family == "GroundingDino":
                parameter.mul_(0.2)
            elif "class_embed" in name and name.endswith("bias"):
                parameter.fill_(-0.5)
            elif parameter.ndim > 1 and (hasattr(network, "logit_scale") or "Blip2" in family):
                parameter.mul_(20 if "embedding" in name else 3)
            elif name.startswith(("class_head", "box_head")):
                parameter.mul_(0.3)
    if is_livened:
        lively(network)
    network.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    image_processor = getattr(transformers, processor)(**size)
    image_processor.save_pretrained(folder)
    return Tiny(network, tokenizer, image_processor)
