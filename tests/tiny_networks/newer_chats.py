"""Tiny networks that chat: Mistral Large 4, Qwen 4, Hunyuan 4, Compass, GLM 5, Dots, Emu 3."""

from __future__ import annotations

from typing import Any

import transformers as hf

from tiny_networks.chats import QWEN, QWEN_3_EYE, qwen, qwen_ids
from tiny_networks.page_chats import GLM, GLM_IDS
from tiny_networks.tiny_chat import (
    AREA,
    IMAGE,
    LAYERS,
    PATCH,
    PIXTRAL,
    TEXT,
    TinyChat,
    numbers,
    turns,
    without,
    words,
)

_LATENT = {
    "num_key_value_heads": 2,
    "kv_lora_rank": 16,
    "q_lora_rank": 16,
    "qk_rope_head_dim": 8,
    "qk_nope_head_dim": 8,
    "v_head_dim": 16,
}
_EXPERTS = {
    "moe_intermediate_size": 32,
    "n_routed_experts": 4,
    "n_shared_experts": 1,
    "num_experts_per_tok": 2,
}
_INDEXED = {"index_topk": 4096, "index_head_dim": 16, "index_n_heads": 2}
SPARSE = {**without(TEXT, "head_dim"), **_LATENT, **_EXPERTS, **_INDEXED}


def mistral_large4() -> TinyChat:
    """Mistral Large 4, tiny."""
    marks = ("[IMG]", "[IMG_BREAK]", "[IMG_END]")
    config = hf.MistralLarge4Config(
        text_config={**without(SPARSE, "q_lora_rank"), **words(marks)},
        vision_config=PIXTRAL,
        image_token_index=numbers(marks)["[IMG]"],
    )
    patch = {"height": PATCH, "width": PATCH}
    steps = hf.PixtralImageProcessorPil(size={"longest_edge": 64}, patch_size=patch)
    network = hf.MistralLarge4ForConditionalGeneration(config)
    settings = {"patch_size": PATCH, "spatial_merge_size": 2}
    return TinyChat(network, steps, "PixtralProcessor", "[IMG]", marks, {}, settings)


def qwen4_exp() -> TinyChat:
    """Qwen 4 (experimental), tiny."""
    linear = {"linear_key_head_dim": 8, "linear_value_head_dim": 8}
    heads = {"linear_num_key_heads": 2, "linear_num_value_heads": 2}
    layers = {"layer_types": ["linear_attention", "indexed_attention"], **linear, **heads}
    experts = {
        "moe_intermediate_size": 32,
        "shared_expert_intermediate_size": 32,
        "num_experts_per_tok": 2,
        "num_experts": 4,
        "hc_lowrank": 8,
    }
    index = {
        "indexer_n_heads": 2,
        "indexer_kv_heads": 1,
        "indexer_head_dim": 16,
        "indexer_budget": 4096,
        "indexer_compress_ratio": 4,
    }
    rope = turns([1, 1, 2], mrope_interleaved=True, partial_rotary_factor=0.5)
    return qwen(
        hf.Qwen4ExpForConditionalGeneration,
        hf.Qwen4ExpConfig,
        "Qwen3VLProcessor",
        {**without(TEXT, "intermediate_size"), **layers, **experts, **index, **rope},
        QWEN_3_EYE,
    )


def hy_v4_vl() -> TinyChat:
    """Hunyuan 4, tiny."""
    marks = ("<|image_pad|>", "<|video_pad|>")
    image, video = numbers(marks).values()
    config = hf.HYV4VLConfig(
        text_config={**SPARSE, **words(marks), **turns([2, 1, 1])},
        vision_config={
            **LAYERS,
            "patch_size": PATCH,
            "out_hidden_size": 32,
            "max_image_size": 64,
        },
        image_token_id=image,
        video_token_id=video,
    )
    steps = hf.HYV4VLImageProcessorPil(patch_size=PATCH, size=AREA)
    network = hf.HYV4VLForConditionalGeneration(config)
    return TinyChat(network, steps, "HYV4VLProcessor", "<|image_pad|>", marks)


def cohere_compass() -> TinyChat:
    """Cohere Compass, tiny."""
    marks = ("<|IMAGE_PAD|>", "<|VIDEO_PAD|>", *QWEN[2:])
    rope = {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": [2, 3, 3]}
    config = hf.CohereCompassConfig(
        text_config={
            **without(TEXT, "head_dim"),
            **words(marks),
            "rope_parameters": {"full_attention": rope},
        },
        vision_config={**QWEN_3_EYE, "deepstack_visual_indexes": [0]},
        **qwen_ids(),
    )
    steps = hf.CohereCompassImageProcessorPil(patch_size=PATCH, size=AREA)
    network = hf.CohereCompassForConditionalGeneration(config)
    return TinyChat(network, steps, "CohereCompassProcessor", "<|IMAGE_PAD|>", marks)


def glm5_next() -> TinyChat:
    """GLM 5, tiny."""
    eye = {"depth": 2, "hidden_size": 32, "num_heads": 2, "out_hidden_size": 32}
    linear = {"linear_head_dim": 16, "linear_num_heads": 2}
    config = hf.Glm5NextConfig(
        text_config={
            **SPARSE,
            "qk_rope_head_dim": 0,
            "mlp_layer_types": ["dense", "sparse"],
            **linear,
            **words(GLM),
        },
        vision_config={
            **eye,
            **IMAGE,
            "intermediate_size": 64,
            "projection_intermediate_size": 64,
        },
        **_glm_ids(),
    )
    steps = hf.Glm5NextImageProcessorPil(patch_size=PATCH, size={**AREA, "longest_edge": 8192})
    network = hf.Glm5NextForConditionalGeneration(config)
    place = "<|begin_of_image|><|image|><|end_of_image|>"
    return TinyChat(network, steps, "Glm5NextProcessor", place, GLM)


def _glm_ids() -> dict[str, Any]:
    return dict(zip(GLM_IDS, numbers(GLM).values(), strict=True))


def dots3_note() -> TinyChat:
    """dots.note 3, tiny."""
    marks = ("<|imgpad|>", "<|video_pad|>", "<|audio_comp_pad|>")
    image, video, audio = numbers(marks).values()
    config = hf.Dots3NoteConfig(
        text_config={
            **SPARSE,
            "head_dim": 16,
            "shared_experts_intermediate_size": 32,
            "n_group": 1,
            "layer_types": ["indexed_attention", "sliding_attention"],
            "sliding_window": 64,
            **words(marks),
        },
        vision_config={
            **without(LAYERS),
            "patch_size": PATCH,
            "adapter_in_dim": 32,
            "adapter_out_dim": 32,
            "moe_intermediate_size": 32,
            "num_local_experts": 4,
            "num_experts_per_tok": 2,
            "router_scaling_factor": 1.0,
            "mlp_layer_types": ["dense", "sparse"],
        },
        audio_config={
            **LAYERS,
            "adapter_input_size": 32,
            "adapter_out_dim": 32,
            "downsample_hidden_size": 8,
        },
        image_token_id=image,
        video_token_id=video,
        audio_token_id=audio,
    )
    steps = hf.Qwen2VLImageProcessorPil(patch_size=PATCH, temporal_patch_size=1, size=AREA)
    network = hf.Dots3NoteForConditionalGeneration(config)
    return TinyChat(network, steps, "Dots3NoteProcessor", "<|imgpad|>", marks)


def emu3() -> TinyChat:
    """As BAAI/Emu3-Chat-hf, tiny."""
    visual = [f"<|visual token {number:06}|>" for number in range(8)]
    marks = (
        "<image>",
        "<|image start|>",
        "<|image end|>",
        "<|image token|>",
        "<|extra_201|>",
        "<|extra_200|>",
        *visual,
    )
    named = {
        "image_token": "<image>",
        "boi_token": "<|image start|>",
        "eoi_token": "<|image end|>",
        "image_wrapper_token": "<|image token|>",
        "eof_token": "<|extra_201|>",
    }
    config = hf.Emu3Config(
        text_config={**without(TEXT, "head_dim"), **words(marks)},
        vq_config={
            "codebook_size": 8,
            "base_channels": 32,
            "channel_multiplier": [1, 1, 1, 1],
            "num_res_blocks": 1,
            "hidden_size": 32,
            "attn_resolutions": [],
        },
        vocabulary_map=numbers(marks),
    )
    steps = hf.Emu3ImageProcessor(min_pixels=32 * 32, max_pixels=64 * 64)
    return TinyChat(
        hf.Emu3ForConditionalGeneration(config), steps, "Emu3Processor", "<image>", marks, named
    )
