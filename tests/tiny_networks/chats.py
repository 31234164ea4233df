"""Tiny networks that chat: SmolVLM's kin, Qwen's, LLaVA's, InternVL, Gemma and Llama."""

from __future__ import annotations

from typing import Any

import transformers as hf

from tiny_networks.tiny_chat import (
    AREA,
    CLIP,
    IMAGE,
    LAYERS,
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
from tiny_networks.word_tokens import PAD

GRID = [f"<row_{row}_col_{column}>" for row in range(1, 7) for column in range(1, 7)]
QWEN = ("<|image_pad|>", "<|video_pad|>", "<|vision_start|>", "<|vision_end|>")
QWEN_PLACE = "<|vision_start|><|image_pad|><|vision_end|>"
PINPOINTS = [[32, 64], [64, 32], [64, 64]]
GEMMA = ("<image_soft_token>", "<start_of_image>", "<end_of_image>")
GEMMA_4 = ("<img>", "<boi>", "<eoi>", "<|video|>", "<audio>", "<boa>", "<eoa>")
INTERN = ("<img>", "</img>", "<IMG_CONTEXT>", "<video>")
INTERN_NAMES = {
    "start_image_token": "<img>",
    "end_image_token": "</img>",
    "context_image_token": "<IMG_CONTEXT>",
    "video_token": "<video>",
}


def _in_tiles(model: Any, config: Any, processor: str, pictures: Any) -> TinyChat:
    marks = ("<image>", "<fake_token_around_image>", "<end_of_utterance>", "<global-img>", *GRID)
    made = config(
        text_config={**without(LLAMA, "head_dim"), **words(marks)},
        vision_config={**LAYERS, **IMAGE},
        image_token_id=numbers(marks)["<image>"],
        scale_factor=2,
        pad_token_id=PAD,
        **words(marks),
    )
    steps = pictures(size={"longest_edge": 64}, max_image_size={"longest_edge": 32})
    return TinyChat(model(made), steps, processor, "<image>", marks, {}, {"image_seq_len": 4})


def smolvlm() -> TinyChat:
    """As HuggingFaceTB/SmolVLM2-256M-Video-Instruct, tiny."""
    return _in_tiles(
        hf.SmolVLMForConditionalGeneration,
        hf.SmolVLMConfig,
        "SmolVLMProcessor",
        hf.SmolVLMImageProcessorPil,
    )


def idefics3() -> TinyChat:
    """As HuggingFaceTB/SmolVLM-256M-Instruct, tiny."""
    return _in_tiles(
        hf.Idefics3ForConditionalGeneration,
        hf.Idefics3Config,
        "Idefics3Processor",
        hf.Idefics3ImageProcessorPil,
    )


def idefics2() -> TinyChat:
    """As HuggingFaceM4/idefics2-8b, tiny."""
    marks = ("<image>", "<fake_token_around_image>", "<end_of_utterance>")
    reader = {"resampler_n_latents": 4, "resampler_depth": 1, "resampler_n_heads": 2}
    config = hf.Idefics2Config(
        text_config={**LLAMA, "model_type": "mistral", **words(marks)},
        vision_config={**LAYERS, **IMAGE},
        perceiver_config={
            "hidden_size": 32,
            **reader,
            "resampler_head_dim": 16,
            "num_key_value_heads": 1,
        },
        image_token_id=numbers(marks)["<image>"],
    )
    steps = hf.Idefics2ImageProcessorPil(size={"shortest_edge": 16, "longest_edge": 32})
    network = hf.Idefics2ForConditionalGeneration(config)
    settings = {"image_seq_len": 4}
    return TinyChat(network, steps, "Idefics2Processor", "<image>", marks, {}, settings)


def qwen_ids() -> dict[str, int]:
    """The numbers of Qwen's marks, as its configurations name them."""
    names = ("image_token_id", "video_token_id", "vision_start_token_id", "vision_end_token_id")
    return dict(zip(names, numbers(QWEN).values(), strict=True))


def qwen(model: Any, config: Any, processor: str, text: Any, vision: Any) -> TinyChat:
    """One of Qwen's, whose parts differ."""
    made = config(text_config={**text, **words(QWEN)}, vision_config=vision, **qwen_ids())
    steps = hf.Qwen2VLImageProcessorPil(patch_size=PATCH, size=AREA)
    return TinyChat(model(made), steps, processor, QWEN_PLACE, QWEN)


_QWEN_EYE = {
    "depth": 2,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_heads": 2,
    "out_hidden_size": 32,
    "patch_size": PATCH,
}
QWEN_3_EYE = {**_QWEN_EYE, "num_position_embeddings": 64}
_QWEN_2_TEXT = {**without(TEXT, "head_dim"), **turns([2, 3, 3])}
_QWEN_3_TEXT = {**TEXT, **turns([2, 3, 3], mrope_interleaved=True)}


def qwen2_vl() -> TinyChat:
    """As Qwen/Qwen2-VL-2B-Instruct, tiny."""
    sides = {"depth": 2, "embed_dim": 32, "hidden_size": 32, "num_heads": 2, "mlp_ratio": 2}
    return qwen(
        hf.Qwen2VLForConditionalGeneration,
        hf.Qwen2VLConfig,
        "Qwen2VLProcessor",
        _QWEN_2_TEXT,
        {**sides, "patch_size": PATCH},
    )


def qwen2_5_vl() -> TinyChat:
    """As Qwen/Qwen2.5-VL-3B-Instruct, tiny."""
    return qwen(
        hf.Qwen2_5_VLForConditionalGeneration,
        hf.Qwen2_5_VLConfig,
        "Qwen2_5_VLProcessor",
        _QWEN_2_TEXT,
        {**_QWEN_EYE, "window_size": 32, "fullatt_block_indexes": [1]},
    )


def qwen3_vl() -> TinyChat:
    """As Qwen/Qwen3-VL-2B-Instruct, tiny."""
    return qwen(
        hf.Qwen3VLForConditionalGeneration,
        hf.Qwen3VLConfig,
        "Qwen3VLProcessor",
        _QWEN_3_TEXT,
        {**QWEN_3_EYE, "deepstack_visual_indexes": [0]},
    )


def qwen3_vl_moe() -> TinyChat:
    """As Qwen/Qwen3-VL-30B-A3B-Instruct, tiny."""
    experts = {"moe_intermediate_size": 32, "num_experts_per_tok": 2, "num_local_experts": 4}
    return qwen(
        hf.Qwen3VLMoeForConditionalGeneration,
        hf.Qwen3VLMoeConfig,
        "Qwen3VLProcessor",
        {**_QWEN_3_TEXT, **experts, "num_experts": 4},
        {**QWEN_3_EYE, "deepstack_visual_indexes": [0]},
    )


def qwen3_5() -> TinyChat:
    """As Qwen/Qwen3.5-0.8B, tiny."""
    linear = {"linear_key_head_dim": 8, "linear_value_head_dim": 8}
    heads = {"linear_num_key_heads": 2, "linear_num_value_heads": 2}
    layers = {"layer_types": ["linear_attention", "full_attention"], **linear, **heads}
    rope = turns([1, 1, 2], mrope_interleaved=True, partial_rotary_factor=0.5)
    return qwen(
        hf.Qwen3_5ForConditionalGeneration,
        hf.Qwen3_5Config,
        "Qwen3VLProcessor",
        {**TEXT, **layers, **rope},
        QWEN_3_EYE,
    )


_OF_CLIP = {
    "patch_size": PATCH,
    "vision_feature_select_strategy": "default",
    "num_additional_image_tokens": 1,
}


def _llava(model: Any, config: Any, **more: Any) -> TinyChat:
    marks = ("<image>",)
    made = config(
        text_config={**LLAMA, **words(marks)},
        vision_config=CLIP,
        image_token_index=numbers(marks)["<image>"],
        image_seq_length=16,
        **more,
    )
    steps = hf.LlavaImageProcessorPil(size={"shortest_edge": 32}, crop_size=SQUARE)
    return TinyChat(model(made), steps, "LlavaProcessor", "<image>", marks, {}, _OF_CLIP)


def llava() -> TinyChat:
    """As llava-hf/llava-1.5-7b-hf, tiny."""
    return _llava(hf.LlavaForConditionalGeneration, hf.LlavaConfig)


def vipllava() -> TinyChat:
    """As llava-hf/vip-llava-7b-hf, tiny."""
    layers = {"vision_feature_layers": [-1, -2]}
    return _llava(hf.VipLlavaForConditionalGeneration, hf.VipLlavaConfig, **layers)


def llava_next() -> TinyChat:
    """As llava-hf/llava-v1.6-mistral-7b-hf, tiny."""
    marks = ("<image>",)
    config = hf.LlavaNextConfig(
        text_config={**LLAMA, "model_type": "mistral", **words(marks)},
        vision_config=CLIP,
        image_token_index=numbers(marks)["<image>"],
        image_grid_pinpoints=PINPOINTS,
        image_seq_length=16,
    )
    steps = hf.LlavaNextImageProcessorPil(
        size={"shortest_edge": 32}, crop_size=SQUARE, image_grid_pinpoints=PINPOINTS
    )
    network = hf.LlavaNextForConditionalGeneration(config)
    return TinyChat(network, steps, "LlavaNextProcessor", "<image>", marks, {}, _OF_CLIP)


def llava_onevision() -> TinyChat:
    """As llava-hf/llava-onevision-qwen2-0.5b-ov-hf, tiny."""
    marks = ("<image>", "<video>")
    image, video = numbers(marks).values()
    config = hf.LlavaOnevisionConfig(
        text_config={**LLAMA, "model_type": "qwen2", **words(marks)},
        vision_config=SIGLIP,
        image_token_index=image,
        video_token_index=video,
        image_grid_pinpoints=PINPOINTS,
    )
    steps = hf.LlavaOnevisionImageProcessorPil(size=SQUARE, image_grid_pinpoints=PINPOINTS)
    network = hf.LlavaOnevisionForConditionalGeneration(config)
    settings = {"num_image_tokens": 16, "vision_feature_select_strategy": "full"}
    return TinyChat(network, steps, "LlavaOnevisionProcessor", "<image>", marks, {}, settings)
