"""Tiny networks that chat: Granite 4 Vision, LFM 3, MiniCPM-V."""

from __future__ import annotations

from typing import Any

import transformers as hf

from tiny_networks.chats import PINPOINTS, QWEN, QWEN_PLACE, qwen_ids
from tiny_networks.tiny_chat import (
    AREA,
    LAYERS,
    LLAMA,
    PATCH,
    SIGLIP,
    SQUARE,
    TEXT,
    TinyChat,
    numbers,
    turns,
    words,
)

SLICES = (
    *("<image>", "<video>", "<im>", "</im>", "<slice>", "</slice>"),
    *("<image_id>", "</image_id>"),
)
SLICE_NAMES = (
    *("image_token", "video_token", "image_start_token", "image_end_token"),
    *("slice_start_token", "slice_end_token", "image_id_start_token", "image_id_end_token"),
)


def granite4_vision() -> TinyChat:
    """Granite 4 Vision, tiny."""
    marks = ("<image>",)
    former = {"hidden_size": 64, "num_attention_heads": 1, "intermediate_size": 64}
    strategy = {"downsample_rate": "1/2", "vision_feature_select_strategy": "full"}
    config = hf.Granite4VisionConfig(
        text_config={**LLAMA, "model_type": "granite4_vision_text", **words(marks)},
        vision_config={**SIGLIP, "hidden_size": 64},
        qformer_config={**former, "encoder_hidden_size": 64, "num_hidden_layers": 1},
        image_token_index=numbers(marks)["<image>"],
        image_grid_pinpoints=PINPOINTS,
        image_seq_length=16,
        deepstack_layer_map=[[-1, 0]],
        spatial_target_layers=[0],
        use_spatial_sampling=False,
        **strategy,
    )
    steps = hf.LlavaNextImageProcessorPil(
        size={"shortest_edge": 32}, crop_size=SQUARE, image_grid_pinpoints=PINPOINTS
    )
    network = hf.Granite4VisionForConditionalGeneration(config)
    settings = {"patch_size": PATCH, **strategy}
    return TinyChat(network, steps, "Granite4VisionProcessor", "<image>", marks, {}, settings)


def lfm3_vl() -> TinyChat:
    """LFM3-VL, tiny."""
    layers = {"layer_types": ["conv", "full_attention"]}
    config = hf.Lfm3VlConfig(
        text_config={**TEXT, **words(QWEN), **layers, "sliding_window": 64},
        vision_config={**LAYERS, "num_key_value_heads": 1, "patch_size": PATCH, **layers},
        projector_hidden_size=32,
        **qwen_ids(),
    )
    steps = hf.Qwen2VLImageProcessorPil(patch_size=PATCH, size=AREA)
    network = hf.Lfm3VlForConditionalGeneration(config)
    return TinyChat(network, steps, "Lfm3VlProcessor", QWEN_PLACE, QWEN)


def _mini_cpm(model: Any, config: Any, processor: str) -> TinyChat:
    known = numbers(SLICES)
    linear = {"linear_key_head_dim": 8, "linear_value_head_dim": 8}
    heads = {"linear_num_key_heads": 2, "linear_num_value_heads": 2}
    rope = turns([1, 1, 2], mrope_interleaved=True, partial_rotary_factor=0.5)
    kinds = {"layer_types": ["linear_attention", "full_attention"]}
    eye = {**LAYERS, "num_hidden_layers": 4}
    sizes = {"image_size": 56, "patch_size": 14, "insert_layer_id": 1}
    made = config(
        text_config={**TEXT, **words(SLICES), **linear, **heads, **rope, **kinds},
        vision_config={**eye, **sizes},
        image_token_id=known["<image>"],
        video_token_id=known["<video>"],
        **sizes,
    )
    steps = hf.MiniCPMV4_6ImageProcessorPil(patch_size=14, scale_resolution=56)
    named = dict(zip(SLICE_NAMES, SLICES, strict=True))
    return TinyChat(model(made), steps, processor, "<image>", SLICES, named)


def minicpmv4_6() -> TinyChat:
    """MiniCPM-V 4.6, tiny."""
    model = hf.MiniCPMV4_6ForConditionalGeneration
    return _mini_cpm(model, hf.MiniCPMV4_6Config, "MiniCPMV4_6Processor")


def minicpmv4_7() -> TinyChat:
    """MiniCPM-V 4.7, tiny."""
    model = hf.MiniCPMV4_7ForConditionalGeneration
    return _mini_cpm(model, hf.MiniCPMV4_7Config, "MiniCPMV4_7Processor")
