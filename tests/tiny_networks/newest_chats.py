"""Tiny networks that chat: MiniCPM-OCR, Kimi, Unlimited-OCR, Molmo 2, Gemma 4, Step, ERNIE."""

from __future__ import annotations

import transformers as hf

from tiny_networks.chats import GEMMA_4
from tiny_networks.latest_chats import SLICE_NAMES, SLICES
from tiny_networks.newer_chats import SPARSE
from tiny_networks.tiny_chat import (
    AREA,
    LAYERS,
    LLAMA,
    PATCH,
    TEXT,
    TinyChat,
    numbers,
    turns,
    without,
    words,
)


def minicpm_ocr() -> TinyChat:
    """As openbmb/MiniCPM-OCR-1.0, tiny."""
    known = numbers(SLICES)
    linear = {"linear_key_head_dim": 8, "linear_value_head_dim": 8}
    heads = {"linear_num_key_heads": 2, "linear_num_value_heads": 2}
    rope = turns([1, 1, 2], mrope_interleaved=True, partial_rotary_factor=0.5)
    kinds = {"layer_types": ["linear_attention", "full_attention"]}
    config = hf.MiniCPMOcrConfig(
        text_config={**TEXT, **words(SLICES), **linear, **heads, **rope, **kinds},
        vision_config={**LAYERS, "num_hidden_layers": 4, "image_size": 56, "patch_size": 14},
        image_token_id=known["<image>"],
        video_token_id=known["<video>"],
        insert_layer_id=1,
    )
    steps = hf.MiniCPMOcrImageProcessor(patch_size=14, scale_resolution=56)
    named = dict(zip(SLICE_NAMES, SLICES, strict=True))
    network = hf.MiniCPMOcrForConditionalGeneration(config)
    return TinyChat(network, steps, "MiniCPMOcrProcessor", "<image>", SLICES, named)


def kimi_k25() -> TinyChat:
    """As moonshotai/Kimi-K2.6, tiny."""
    marks = ("<|media_pad|>", "<|kimi_k25_video_placeholder|>", "<|media_begin|>", "<|media_end|>")
    image, video, start, end = numbers(marks).values()
    unused = ("index_topk", "index_head_dim", "index_n_heads")
    config = hf.Kimi_K25Config(
        text_config={
            **without(SPARSE, *unused),
            "model_type": "deepseek_v3",
            "n_group": 1,
            "topk_group": 1,
            "first_k_dense_replace": 1,
            **words(marks),
        },
        vision_config={
            **LAYERS,
            "patch_size": PATCH,
            "pos_emb_height": 8,
            "pos_emb_width": 8,
        },
        projection_hidden_size=32,
        image_token_id=image,
        video_token_id=video,
        vision_start_token_id=start,
        vision_end_token_id=end,
        tie_word_embeddings=False,
    )
    steps = hf.Kimi_K25ImageProcessor(patch_size=PATCH, size={"max_height": 64, "max_width": 64})
    network = hf.Kimi_K25ForConditionalGeneration(config)
    place = "<|media_begin|><|media_pad|><|media_end|>"
    return TinyChat(network, steps, "Kimi_K25Processor", place, marks)


def unlimited_ocr() -> TinyChat:
    """As baidu/Unlimited-OCR, tiny."""
    marks = ("<image>",)
    experts = {"n_routed_experts": 4, "n_shared_experts": 1, "moe_intermediate_size": 32}
    chosen = {"num_experts_per_tok": 2, "n_group": 1, "topk_group": 1}
    eye = {**LAYERS, "output_channels": 16, "image_size": 1024, "patch_size": 16, "mlp_dim": 64}
    windows = {"window_size": 8, "global_attn_indexes": [], "downsample_channels": [16, 32]}
    config = hf.UnlimitedOcrConfig(
        text_config={
            **without(LLAMA, "model_type", "head_dim"),
            "num_key_value_heads": 2,
            **words(marks),
            **experts,
            **chosen,
            "mlp_layer_types": ["dense", "sparse"],
            "sliding_window": 128,
        },
        vision_config={
            "sam_config": {**eye, **windows},
            "encoder_config": {**LAYERS, "image_size": 256, "patch_size": 16},
        },
        image_token_id=numbers(marks)["<image>"],
    )
    steps = hf.UnlimitedOcrImageProcessor()
    network = hf.UnlimitedOcrForConditionalGeneration(config)
    return TinyChat(network, steps, "UnlimitedOcrProcessor", "<image>", marks)


def molmo2() -> TinyChat:
    """As allenai/Molmo2-8B, tiny."""
    marks = (
        *("<|image|>", "<|video|>", "<im_patch>", "<im_col>", "<im_start>"),
        *("<low_res_im_start>", "<frame_start>", "<im_end>", "<frame_end>", "<im_low>"),
    )
    known = numbers(marks)
    config = hf.Molmo2Config(
        text_config={**TEXT, **words(()), "additional_vocab_size": len(marks)},
        vision_config={
            **LAYERS,
            "num_key_value_heads": 2,
            "head_dim": 16,
            "image_size": [56, 56],
            "patch_size": 14,
            "num_position_embeddings": 16,
        },
        adapter_config={
            "vision_feature_layer": [1, 0],
            "hidden_size": 32,
            "num_attention_heads": 2,
            "num_key_value_heads": 2,
            "head_dim": 16,
            "intermediate_size": 64,
            "text_hidden_size": 32,
        },
        image_start_token_id=known["<im_start>"],
        low_res_image_start_token_id=known["<low_res_im_start>"],
        image_end_token_id=known["<im_end>"],
        image_patch_id=known["<im_patch>"],
        frame_start_token_id=known["<frame_start>"],
        frame_end_token_id=known["<frame_end>"],
    )
    steps = hf.Molmo2ImageProcessor(
        size={"height": 56, "width": 56}, max_crops=4, overlap_margins=[1, 1]
    )
    network = hf.Molmo2ForConditionalGeneration(config)
    return TinyChat(network, steps, "Molmo2Processor", "<|image|>", marks)


def gemma4_unified() -> TinyChat:
    """Gemma 4 whose pictures go into the network that writes, tiny."""
    known = numbers(GEMMA_4)
    eye = {"patch_size": PATCH, "pooling_kernel_size": 2, "mm_embed_dim": 32}
    config = hf.Gemma4UnifiedConfig(
        text_config={**TEXT, **words(GEMMA_4), "sliding_window": 64},
        vision_config={**eye, "mm_posemb_size": 64, "output_proj_dims": 32},
        audio_config=None,
        image_token_id=known["<img>"],
        boi_token_id=known["<boi>"],
        eoi_token_id=known["<eoi>"],
        video_token_id=known["<|video|>"],
        audio_token_id=known["<audio>"],
    )
    names = ("image_token", "boi_token", "eoi_token", "", "audio_token", "boa_token", "eoa_token")
    return TinyChat(
        hf.Gemma4UnifiedForConditionalGeneration(config),
        hf.Gemma4UnifiedImageProcessor(patch_size=PATCH, max_soft_tokens=70, pooling_kernel_size=2),
        "Gemma4UnifiedProcessor",
        "<img>",
        GEMMA_4,
        {name: mark for name, mark in zip(names, GEMMA_4, strict=True) if name},
        {"image_seq_length": 70},
    )


def step3p7() -> TinyChat:
    """Step 3.7, tiny."""
    marks = (
        *("<im_patch>", "<im_start>", "<im_end>"),
        *("<patch_start>", "<patch_end>", "<patch_newline>"),
    )
    experts = {"moe_intermediate_size": 32, "n_routed_experts": 4, "num_local_experts": 4}
    chosen = {"num_experts_per_tok": 2, "share_expert_dim": 32}
    kinds = {
        "mlp_layer_types": ["dense", "sparse"],
        "layer_types": ["full_attention", "full_attention"],
        "sliding_window": 64,
    }
    eye = {**LAYERS, "image_size": 112, "patch_size": 14, "mlp_ratio": 2.0}
    config = hf.Step3p7Config(
        text_config={**TEXT, **words(marks), **experts, **chosen, **kinds},
        vision_config={**eye, "max_position_embeddings": 64},
        image_token_id=numbers(marks)["<im_patch>"],
    )
    steps = hf.Step3p7ImageProcessor(size={"height": 112, "width": 112}, patch_size=56)
    network = hf.Step3p7ForConditionalGeneration(config)
    return TinyChat(network, steps, "Step3p7Processor", "<im_patch>", marks)


def ernie4_5_vl_moe() -> TinyChat:
    """As baidu/ERNIE-4.5-VL-28B-A3B-PT, tiny."""
    marks = (
        *("<|IMAGE_PLACEHOLDER|>", "<|IMAGE_START|>", "<|IMAGE_END|>"),
        *("<|VIDEO_PLACEHOLDER|>", "<|VIDEO_START|>", "<|VIDEO_END|>"),
    )
    names = (
        *("image_token", "image_start_token", "image_end_token"),
        *("video_token", "video_start_token", "video_end_token"),
    )
    known = numbers(marks).values()
    experts = {
        "moe_intermediate_size": [32, 32],
        "moe_k": 2,
        "moe_num_experts": 4,
        "moe_num_shared_experts": 1,
        "mlp_layer_types": ["dense", "sparse"],
    }
    eye = {"depth": 2, "hidden_size": 32, "num_heads": 2, "intermediate_size": 64}
    config = hf.Ernie4_5_VLMoeConfig(
        text_config={
            **without(TEXT, "head_dim"),
            **words(marks),
            **experts,
            **turns([3, 3, 2]),
        },
        vision_config={**eye, "patch_size": PATCH},
        **{f"{name}_id": number for name, number in zip(names, known, strict=True)},
    )
    steps = hf.Ernie4_5_VLMoeImageProcessorPil(patch_size=PATCH, size=AREA)
    network = hf.Ernie4_5_VLMoeForConditionalGeneration(config)
    place = "<|IMAGE_START|><|IMAGE_PLACEHOLDER|><|IMAGE_END|>"
    named = dict(zip(names, marks, strict=True))
    return TinyChat(network, steps, "Ernie4_5_VLMoeProcessor", place, marks, named)
