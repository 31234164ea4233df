"""Tiny networks that chat: mixtures of experts, two eyes, and one that also sees films."""

from __future__ import annotations

import transformers as hf

from tiny_networks.chats import QWEN_3_EYE, qwen
from tiny_networks.page_chats import GLM, GLM_IDS
from tiny_networks.tiny_chat import (
    AREA,
    CLIP,
    IMAGE,
    LLAMA,
    PATCH,
    SIGLIP,
    SQUARE,
    TEXT,
    TinyChat,
    numbers,
    turns,
    without,
    words,
)

_PADS = ("<|image_pad|>", "<|video_pad|>")
_EYE = {
    "depth": 2,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_heads": 2,
    "out_hidden_size": 32,
    "patch_size": PATCH,
    "window_size": 32,
    "fullatt_block_indexes": [1],
}


def qwen3_5_moe() -> TinyChat:
    """As Qwen/Qwen3.5-35B-A3B, tiny."""
    linear = {"linear_key_head_dim": 8, "linear_value_head_dim": 8}
    heads = {"linear_num_key_heads": 2, "linear_num_value_heads": 2}
    experts = {"moe_intermediate_size": 32, "num_experts_per_tok": 2, "num_experts": 4}
    layers = {"layer_types": ["linear_attention", "full_attention"], **linear, **heads, **experts}
    rope = turns([1, 1, 2], mrope_interleaved=True, partial_rotary_factor=0.5)
    text = {**without(TEXT, "intermediate_size"), "shared_expert_intermediate_size": 32}
    return qwen(
        hf.Qwen3_5MoeForConditionalGeneration,
        hf.Qwen3_5MoeConfig,
        "Qwen3VLProcessor",
        {**text, **layers, **rope},
        QWEN_3_EYE,
    )


def glm4v_moe() -> TinyChat:
    """As zai-org/GLM-4.5V, tiny."""
    experts = {"moe_intermediate_size": 32, "num_experts_per_tok": 2, "n_routed_experts": 4}
    rope = turns([2, 3, 3], partial_rotary_factor=1.0)
    eye = {"depth": 2, "hidden_size": 32, "num_heads": 2, "out_hidden_size": 32}
    config = hf.Glm4vMoeConfig(
        text_config={**TEXT, **words(GLM), **experts, **rope, "first_k_dense_replace": 1},
        vision_config={**eye, **IMAGE, "intermediate_size": 64},
        **dict(zip(GLM_IDS, numbers(GLM).values(), strict=True)),
    )
    steps = hf.Glm4vImageProcessorPil(patch_size=PATCH, size={**AREA, "longest_edge": 8192})
    network = hf.Glm4vMoeForConditionalGeneration(config)
    return TinyChat(network, steps, "Glm4vProcessor", "<|begin_of_image|><|image|>", GLM)


def exaone4_5() -> TinyChat:
    """As LGAI-EXAONE/EXAONE-4.5-33B, tiny."""
    image, video = numbers(_PADS).values()
    text = {**LLAMA, "model_type": "exaone4", **words(_PADS)}
    config = hf.Exaone4_5_Config(
        text_config={**text, "sliding_window": 64, "sliding_window_pattern": 2},
        vision_config={**_EYE, "num_key_value_heads": 1},
        image_token_id=image,
        video_token_id=video,
    )
    steps = hf.Qwen2VLImageProcessorPil(patch_size=PATCH, size=AREA)
    network = hf.Exaone4_5_ForConditionalGeneration(config)
    return TinyChat(network, steps, "Exaone4_5_Processor", _PADS[0], _PADS)


def hyperclovax() -> TinyChat:
    """HyperCLOVA X SEED Think, tiny."""
    image, video = numbers(_PADS).values()
    config = hf.HyperCLOVAXVisionV2Config(
        text_config={**LLAMA, "model_type": "hyperclovax", **words(_PADS)},
        vision_config={**_EYE, "model_type": "qwen2_5_vl_vision"},
        image_token_id=image,
        video_token_id=video,
    )
    return TinyChat(
        hf.HyperCLOVAXVisionV2ForConditionalGeneration(config),
        hf.Qwen2VLImageProcessorPil(patch_size=PATCH, size=AREA),
        "HyperCLOVAXVisionV2Processor",
        _PADS[0],
        _PADS,
        dict(zip(("image_token", "video_token"), _PADS, strict=True)),
    )


def deepseek_vl_hybrid() -> TinyChat:
    """As deepseek-community/deepseek-vl-7b-chat, tiny."""
    marks = ("<image_placeholder>",)
    sides = {"hidden_size": 32, "output_channels": 16, "image_size": 128, "patch_size": PATCH}
    layers = {"num_hidden_layers": 2, "num_attention_heads": 2, "mlp_dim": 64}
    windows = {"window_size": 4, "global_attn_indexes": [1], "num_pos_feats": 8}
    config = hf.DeepseekVLHybridConfig(
        text_config={**LLAMA, **words(marks)},
        vision_config=SIGLIP,
        high_res_vision_config={**sides, **layers, **windows},
        image_token_id=numbers(marks)[marks[0]],
    )
    return TinyChat(
        hf.DeepseekVLHybridForConditionalGeneration(config),
        hf.DeepseekVLHybridImageProcessorPil(
            size=SQUARE, high_res_size={"height": 128, "width": 128}
        ),
        "DeepseekVLHybridProcessor",
        marks[0],
        marks,
        {"image_token": marks[0]},
        {"num_image_tokens": 16},
    )


def video_llava() -> TinyChat:
    """As LanguageBind/Video-LLaVA-7B-hf, tiny."""
    marks = ("<image>", "<video>")
    image, video = numbers(marks).values()
    config = hf.VideoLlavaConfig(
        text_config={**LLAMA, **words(marks)},
        vision_config=CLIP,
        image_token_index=image,
        video_token_index=video,
        image_seq_length=16,
    )
    strategy = {"vision_feature_select_strategy": "default", "num_additional_image_tokens": 1}
    return TinyChat(
        hf.VideoLlavaForConditionalGeneration(config),
        hf.VideoLlavaImageProcessor(size={"shortest_edge": 32}, crop_size=SQUARE),
        "VideoLlavaProcessor",
        "<image>",
        marks,
        {},
        {"patch_size": PATCH, **strategy},
    )
