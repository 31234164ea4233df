"""Tiny networks that write about a picture."""

from __future__ import annotations

from typing import Any

import torch
import transformers

from tiny_networks.word_tokens import END, PAD, START, VOCABULARY


def vit_gpt2() -> tuple[Any, Any]:
    """As nlpconnect/vit-gpt2-image-captioning, tiny."""
    return _encoder_decoder(
        _vit(),
        transformers.GPT2Config(
            vocab_size=VOCABULARY,
            n_positions=64,
            n_embd=32,
            n_layer=2,
            n_head=2,
            is_decoder=True,
            add_cross_attention=True,
            bos_token_id=START,
            eos_token_id=END,
        ),
    ), transformers.ViTImageProcessor(size={"height": 32, "width": 32})


def trocr() -> tuple[Any, Any]:
    """As microsoft/trocr-base-printed, tiny."""
    return _encoder_decoder(
        _vit(),
        transformers.TrOCRConfig(
            vocab_size=VOCABULARY,
            d_model=32,
            decoder_layers=2,
            decoder_attention_heads=2,
            decoder_ffn_dim=64,
            max_position_embeddings=64,
            cross_attention_hidden_size=32,
            bos_token_id=START,
            eos_token_id=END,
            pad_token_id=PAD,
            decoder_start_token_id=END,
        ),
    ), transformers.ViTImageProcessor(size={"height": 32, "width": 32})


def blip() -> tuple[Any, Any]:
    """As Salesforce/blip-image-captioning-base, tiny."""
    return _blip(transformers.BlipForConditionalGeneration)


def blip_vqa() -> tuple[Any, Any]:
    """As Salesforce/blip-vqa-base, tiny."""
    return _blip(transformers.BlipForQuestionAnswering)


def _blip(kind: Any) -> tuple[Any, Any]:
    text = {
        "vocab_size": VOCABULARY,
        "hidden_size": 32,
        "encoder_hidden_size": 32,
        "intermediate_size": 64,
        "projection_dim": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "max_position_embeddings": 64,
        "bos_token_id": START,
        "eos_token_id": END,
        "sep_token_id": END,
        "pad_token_id": PAD,
    }
    vision = {
        "hidden_size": 32,
        "intermediate_size": 64,
        "projection_dim": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "image_size": 32,
        "patch_size": 8,
    }
    config = transformers.BlipConfig(text_config=text, vision_config=vision, projection_dim=16)
    processor = transformers.BlipImageProcessor(size={"height": 32, "width": 32})
    return kind(config), processor


def git() -> tuple[Any, Any]:
    """As microsoft/git-base-coco, tiny."""
    vision = {
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "image_size": 32,
        "patch_size": 8,
    }
    config = transformers.GitConfig(
        vision_config=vision,
        vocab_size=VOCABULARY,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
        bos_token_id=START,
        eos_token_id=END,
        pad_token_id=PAD,
    )
    processor = transformers.CLIPImageProcessor(
        size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}
    )
    return transformers.GitForCausalLM(config), processor


def made_sure(network: Any, seed: int) -> Any:
    """Random weights with opinions: larger than those that networks begin with."""
    torch.manual_seed(seed)
    with torch.no_grad():
        for parameter in network.parameters():
            if parameter.dim() > 1:
                parameter.normal_(std=0.35)
    network.tie_weights()
    return network.eval()


def _vit() -> Any:
    return transformers.ViTConfig(
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        image_size=32,
        patch_size=8,
    )


def _encoder_decoder(encoder: Any, decoder: Any) -> Any:
    config = transformers.VisionEncoderDecoderConfig.from_encoder_decoder_configs(encoder, decoder)
    config.decoder_start_token_id = START
    config.pad_token_id = PAD
    config.bos_token_id = START
    config.eos_token_id = END
    return transformers.VisionEncoderDecoderModel(config)
