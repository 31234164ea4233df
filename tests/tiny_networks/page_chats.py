"""Tiny networks that chat, most of which read pages; and some whose pictures torchvision makes."""

from __future__ import annotations

from typing import Any

import transformers as hf

from tiny_networks.chats import GRID
from tiny_networks.tiny_chat import (
    AREA,
    IMAGE,
    LAYERS,
    LLAMA,
    PATCH,
    PIXTRAL,
    SIGLIP,
    SQUARE,
    TEXT,
    TinyChat,
    numbers,
    turns,
    words,
)

GLM = (
    *("<|image|>", "<|video|>", "<|begin_of_image|>", "<|end_of_image|>"),
    *("<|begin_of_video|>", "<|end_of_video|>"),
)
GLM_IDS = (
    *("image_token_id", "video_token_id", "image_start_token_id", "image_end_token_id"),
    *("video_start_token_id", "video_end_token_id"),
)


def _glm(model: Any, config: Any, processor: str, pictures: Any) -> TinyChat:
    eye = {"depth": 2, "hidden_size": 32, "num_heads": 2, "out_hidden_size": 32}
    made = config(
        text_config={**TEXT, **words(GLM), **turns([2, 3, 3], partial_rotary_factor=1.0)},
        vision_config={**eye, **IMAGE, "intermediate_size": 64},
        **dict(zip(GLM_IDS, numbers(GLM).values(), strict=True)),
    )
    steps = pictures(patch_size=PATCH, size={**AREA, "longest_edge": 8192})
    place = "<|begin_of_image|><|image|><|end_of_image|>"
    return TinyChat(model(made), steps, processor, place, GLM)


def glm4v() -> TinyChat:
    """As zai-org/GLM-4.1V-9B-Thinking, tiny."""
    model, pictures = hf.Glm4vForConditionalGeneration, hf.Glm4vImageProcessorPil
    return _glm(model, hf.Glm4vConfig, "Glm4vProcessor", pictures)


def glm46v() -> TinyChat:
    """As zai-org/GLM-4.6V-Flash, tiny."""
    model, pictures = hf.Glm46VForConditionalGeneration, hf.Glm46VImageProcessorPil
    return _glm(model, hf.Glm46VConfig, "Glm46VProcessor", pictures)


def glm_ocr() -> TinyChat:
    """As zai-org/GLM-OCR, tiny."""
    model, pictures = hf.GlmOcrForConditionalGeneration, hf.Glm46VImageProcessorPil
    return _glm(model, hf.GlmOcrConfig, "Glm46VProcessor", pictures)


def granite_docling() -> TinyChat:
    """Granite-Docling with an architecture of its own, tiny."""
    marks = ("<image>", "<fake_token_around_image>", "<global-img>", "<end_of_utterance>", *GRID)
    eye = {**LAYERS, **IMAGE, "out_hidden_size": 32, "scale_factor": 2}
    config = hf.GraniteDoclingConfig(
        text_config={**LLAMA, "model_type": "granite_docling_text", **words(marks)},
        vision_config={**eye, "deepstack_visual_indexes": [0]},
        image_token_id=numbers(marks)["<image>"],
    )
    steps = hf.GraniteDoclingImageProcessorPil(size=SQUARE, max_patches=4)
    network = hf.GraniteDoclingForConditionalGeneration(config)
    settings = {"image_seq_len": 4}
    return TinyChat(network, steps, "GraniteDoclingProcessor", "<image>", marks, {}, settings)


def paddleocr_vl() -> TinyChat:
    """As PaddlePaddle/PaddleOCR-VL, tiny."""
    marks = ("<|IMAGE_PLACEHOLDER|>", "<|video|>", "<|IMAGE_START|>", "<|IMAGE_END|>")
    names = ("image_token_id", "video_token_id", "vision_start_token_id", "vision_end_token_id")
    config = hf.PaddleOCRVLConfig(
        text_config={**TEXT, **words(marks), **turns([2, 3, 3])},
        vision_config={**LAYERS, **IMAGE},
        **dict(zip(names, numbers(marks).values(), strict=True)),
    )
    return TinyChat(
        hf.PaddleOCRVLForConditionalGeneration(config),
        hf.PaddleOCRVLImageProcessorPil(patch_size=PATCH, size=AREA),
        "PaddleOCRVLProcessor",
        "<|IMAGE_START|><|IMAGE_PLACEHOLDER|><|IMAGE_END|>",
        marks,
        {"image_token": marks[0]},
    )


def deepseek_ocr2() -> TinyChat:
    """As deepseek-ai/DeepSeek-OCR-2, tiny."""
    marks = ("<image>",)
    experts = {"n_routed_experts": 4, "n_shared_experts": 1, "moe_intermediate_size": 32}
    chosen = {"num_experts_per_tok": 2, "n_group": 1, "topk_group": 1}
    eye = {**LAYERS, "output_channels": 16, "image_size": 1024, "patch_size": 16, "mlp_dim": 64}
    windows = {"window_size": 8, "global_attn_indexes": [], "downsample_channels": [16, 32]}
    config = hf.DeepseekOcr2Config(
        text_config={
            **LLAMA,
            **words(marks),
            **experts,
            **chosen,
            "mlp_layer_types": ["dense", "sparse"],
        },
        vision_config={
            "sam_config": {**eye, **windows},
            "encoder_config": {**LLAMA, "model_type": "qwen2", "vocab_size": 8},
        },
        image_token_id=numbers(marks)["<image>"],
    )
    steps = hf.DeepseekOcr2ImageProcessorPil(size={"height": 1024, "width": 1024}, tile_size=768)
    network = hf.DeepseekOcr2ForConditionalGeneration(config)
    settings = {"patch_size": 16}
    return TinyChat(network, steps, "DeepseekOcr2Processor", "<image>", marks, {}, settings)


def hunyuan_vl() -> TinyChat:
    """As tencent/HunyuanOCR, tiny."""
    marks = ("<img>", "<ims>", "<ime>", "<nl>")
    image, start, end, line = numbers(marks).values()
    rope = {"rope_type": "default", "rope_theta": 10000.0, "xdrope_section": [2, 2, 2, 2]}
    eye = {**LAYERS, "num_key_value_heads": 2, "patch_size": PATCH, "out_hidden_size": 32}
    sizes = {"max_image_size": 64, "min_image_size": 16, "img_max_token_num": 64}
    config = hf.HunYuanVLConfig(
        text_config={**TEXT, **words(marks), "rope_parameters": rope},
        vision_config={**eye, **sizes, "text_hidden_size": 32},
        image_token_id=image,
        im_start_id=start,
        im_end_id=end,
        im_newline_id=line,
    )
    names = ("image_token", "image_start_token", "image_end_token")
    return TinyChat(
        hf.HunYuanVLForConditionalGeneration(config),
        hf.HunYuanVLImageProcessorPil(patch_size=PATCH, size=AREA),
        "HunYuanVLProcessor",
        "<ims><img><ime>",
        marks,
        dict(zip(names, marks, strict=False)),
    )


def lfm2_vl() -> TinyChat:
    """As LiquidAI/LFM2-VL-450M, tiny."""
    rows = [f"<|img_row_{row}_col_{column}|>" for row in range(1, 5) for column in range(1, 5)]
    marks = ("<image>", "<|image_start|>", "<|image_end|>", "<|img_thumbnail|>", *rows)
    text = {**LLAMA, "model_type": "lfm2", **words(marks), "block_multiple_of": 8}
    eye = {"model_type": "siglip2_vision_model", "num_patches": 16, "vision_use_head": False}
    config = hf.Lfm2VlConfig(
        text_config={**text, "full_attn_idxs": [1], "layer_types": None},
        vision_config={**LAYERS, **eye, "patch_size": PATCH},
        image_token_id=numbers(marks)["<image>"],
        projector_hidden_size=32,
    )
    tokens = {"min_image_tokens": 1, "max_image_tokens": 4, "max_tiles": 4}
    steps = hf.Lfm2VlImageProcessor(tile_size=32, encoder_patch_size=PATCH, **tokens)
    network = hf.Lfm2VlForConditionalGeneration(config)
    return TinyChat(network, steps, "Lfm2VlProcessor", "<image>", marks)


def cohere2_vision() -> TinyChat:
    """As CohereLabs/command-a-vision-07-2025, tiny."""
    marks = ("<image>", "<boi>", "<eoi>", "<br>")
    config = hf.Cohere2VisionConfig(
        text_config={**LLAMA, "model_type": "cohere2", **words(marks)},
        vision_config=SIGLIP,
        image_token_id=numbers(marks)["<image>"],
        alignment_intermediate_size=64,
    )
    names = ("image_token", "boi_token", "eoi_token", "img_line_break_token")
    return TinyChat(
        hf.Cohere2VisionForConditionalGeneration(config),
        hf.Cohere2VisionImageProcessor(size=SQUARE, patch_size=2, max_patches=4),
        "Cohere2VisionProcessor",
        "<image>",
        marks,
        dict(zip(names, marks, strict=True)),
    )


def mistral3() -> TinyChat:
    """As mistralai/Mistral-Small-3.1-24B-Instruct-2503, tiny."""
    marks = ("[IMG]", "[IMG_BREAK]", "[IMG_END]")
    config = hf.Mistral3Config(
        text_config={**LLAMA, "model_type": "mistral", **words(marks)},
        vision_config=PIXTRAL,
        image_token_index=numbers(marks)["[IMG]"],
    )
    patch = {"height": PATCH, "width": PATCH}
    steps = hf.PixtralImageProcessorPil(size={"longest_edge": 64}, patch_size=patch)
    network = hf.Mistral3ForConditionalGeneration(config)
    settings = {"patch_size": PATCH, "spatial_merge_size": 2}
    return TinyChat(network, steps, "PixtralProcessor", "[IMG]", marks, {}, settings)
