"""More tiny networks that chat, those that read pages among them."""

from __future__ import annotations

import transformers as hf

from tiny_networks.chats import (
    GEMMA,
    GEMMA_4,
    INTERN,
    INTERN_NAMES,
    QWEN,
)
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
    without,
    words,
)

_TILES = {"size": SQUARE, "crop_to_patches": True, "max_patches": 4}
_QWEN_2 = {**LLAMA, "model_type": "qwen2"}
_QWEN_3 = {**LLAMA, "model_type": "qwen3"}
_COHERE = {**LLAMA, "model_type": "cohere2"}


def internvl() -> TinyChat:
    """As OpenGVLab/InternVL3-1B-hf, tiny."""
    config = hf.InternVLConfig(
        text_config={**_QWEN_2, **words(INTERN)},
        vision_config={**LAYERS, "image_size": [32, 32], "patch_size": [8, 8]},
        image_token_id=numbers(INTERN)["<IMG_CONTEXT>"],
        image_seq_length=4,
    )
    return TinyChat(
        hf.InternVLForConditionalGeneration(config),
        hf.GotOcr2ImageProcessorPil(**_TILES),
        "InternVLProcessor",
        "<IMG_CONTEXT>",
        INTERN,
        INTERN_NAMES,
        {"image_seq_length": 4},
    )


def qianfan_ocr() -> TinyChat:
    """Qianfan-OCR, tiny."""
    marks = ("<img>", "</img>", "<IMG_CONTEXT>", "<image>")
    config = hf.QianfanOCRConfig(
        text_config={**_QWEN_3, **words(marks)},
        vision_config={**LAYERS, "image_size": [32, 32], "patch_size": [8, 8]},
        image_token_id=numbers(marks)["<IMG_CONTEXT>"],
        image_seq_length=4,
    )
    return TinyChat(
        hf.QianfanOCRForConditionalGeneration(config),
        hf.GotOcr2ImageProcessorPil(**_TILES),
        "QianfanOCRProcessor",
        "<image>",
        marks,
        without(INTERN_NAMES, "video_token"),
        {"image_seq_length": 4},
    )


def gemma3() -> TinyChat:
    """As google/gemma-3-4b-it, tiny."""
    soft, begin, end = numbers(GEMMA).values()
    config = hf.Gemma3Config(
        text_config={**TEXT, **words(GEMMA), "sliding_window": 64},
        vision_config=SIGLIP,
        image_token_index=soft,
        boi_token_index=begin,
        eoi_token_index=end,
        mm_tokens_per_image=4,
    )
    return TinyChat(
        hf.Gemma3ForConditionalGeneration(config),
        hf.Gemma3ImageProcessorPil(size=SQUARE),
        "Gemma3Processor",
        "<start_of_image>",
        GEMMA,
        dict(zip(("image_token", "boi_token", "eoi_token"), GEMMA, strict=True)),
        {"image_seq_length": 4},
    )


def gemma4() -> TinyChat:
    """As google/gemma-4-E2B-it, tiny."""
    known = numbers(GEMMA_4)
    text = {**TEXT, **words(GEMMA_4), "sliding_window": 64, "num_kv_shared_layers": 0}
    layers = {"vocab_size_per_layer_input": len(known) + 37, "hidden_size_per_layer_input": 8}
    config = hf.Gemma4Config(
        text_config={**text, **layers},
        vision_config={**LAYERS, "num_key_value_heads": 2, "head_dim": 16, "patch_size": PATCH},
        audio_config=None,
        image_token_id=known["<img>"],
        boi_token_id=known["<boi>"],
        eoi_token_id=known["<eoi>"],
        video_token_id=known["<|video|>"],
        audio_token_id=known["<audio>"],
    )
    names = ("image_token", "boi_token", "eoi_token", "", "audio_token", "boa_token", "eoa_token")
    return TinyChat(
        hf.Gemma4ForConditionalGeneration(config),
        hf.Gemma4ImageProcessorPil(patch_size=PATCH, max_soft_tokens=70),
        "Gemma4Processor",
        "<img>",
        GEMMA_4,
        {name: mark for name, mark in zip(names, GEMMA_4, strict=True) if name},
        {"image_seq_length": 70},
    )


def mllama() -> TinyChat:
    """As meta-llama/Llama-3.2-11B-Vision-Instruct, tiny."""
    marks = ("<|image|>", "<|python_tag|>")
    rope = {"rope_parameters": {"rope_type": "default", "rope_theta": 10000.0}}
    text = {**without(TEXT, "head_dim"), **words(marks), "cross_attention_layers": [1], **rope}
    ratios = [[1, 1], [1, 2], [1, 3], [1, 4], [2, 1], [2, 2], [3, 1], [4, 1]]
    eye = {**without(LAYERS, "num_attention_heads"), **IMAGE, "attention_heads": 2}
    tiles = {"max_num_tiles": 4, "num_global_layers": 1, "supported_aspect_ratios": ratios}
    deep = {"intermediate_layers_indices": [0, 1], "vision_output_dim": 96}
    config = hf.MllamaConfig(
        text_config=text,
        vision_config={**eye, **tiles, **deep},
        image_token_index=numbers(marks)["<|image|>"],
    )
    steps = hf.MllamaImageProcessorPil(size=SQUARE, max_image_tiles=4)
    network = hf.MllamaForConditionalGeneration(config)
    return TinyChat(network, steps, "MllamaProcessor", "<|image|>", marks)


def aya_vision() -> TinyChat:
    """As CohereLabs/aya-vision-8b, tiny."""
    tiles = [f"TILE_{number}" for number in range(1, 13)]
    own = ("<|START_OF_IMG|>", "<|END_OF_IMG|>", "<|IMG_PATCH|>", "<|IMG_LINE_BREAK|>")
    marks = ("<image>", *own, "TILE", "TILE_GLOBAL", *tiles)
    config = hf.AyaVisionConfig(
        text_config={**_COHERE, **words(marks)},
        vision_config=SIGLIP,
        image_token_index=numbers(marks)["<|IMG_PATCH|>"],
    )
    return TinyChat(
        hf.AyaVisionForConditionalGeneration(config),
        hf.GotOcr2ImageProcessorPil(**_TILES),
        "AyaVisionProcessor",
        "<image>",
        marks,
        {},
        {"patch_size": PATCH, "img_size": 32, "downsample_factor": 2},
    )


def aria() -> TinyChat:
    """As rhymes-ai/Aria, tiny but for its pictures."""
    marks = ("<image>",)
    config = hf.AriaConfig(
        text_config={**LLAMA, "model_type": "aria_text", **words(marks), "moe_num_experts": 4},
        vision_config={**LAYERS, "image_size": 980, "patch_size": 98},
        image_token_index=numbers(marks)["<image>"],
        projector_patch_to_query_dict={"100": 8},
    )
    return TinyChat(
        hf.AriaForConditionalGeneration(config),
        hf.AriaImageProcessorPil(),
        "AriaProcessor",
        "<image>",
        marks,
        {"image_token": "<image>"},
        {"size_conversion": {"980": 8}},
    )


def deepseek_vl() -> TinyChat:
    """As deepseek-community/deepseek-vl-1.3b-chat, tiny."""
    marks = ("<image_placeholder>",)
    config = hf.DeepseekVLConfig(
        text_config={**LLAMA, **words(marks)},
        vision_config=SIGLIP,
        image_token_id=numbers(marks)[marks[0]],
    )
    return TinyChat(
        hf.DeepseekVLForConditionalGeneration(config),
        hf.DeepseekVLImageProcessorPil(size=SQUARE),
        "DeepseekVLProcessor",
        marks[0],
        marks,
        {"image_token": marks[0]},
        {"num_image_tokens": 16},
    )


def ovis2() -> TinyChat:
    """As thisisiron/Ovis2-1B-hf, tiny."""
    own = ("<IMG_START>", "<IMG_GRID>", "<IMG_COL>", "<IMG_ROW>", "<IMG_END>")
    marks = ("<image>", "<IMG_ATOM>", *own)
    known = numbers(marks)
    config = hf.Ovis2Config(
        text_config={**_QWEN_2, **words(marks)},
        vision_config={**LAYERS, **IMAGE, "vocab_size": 32, "hidden_stride": 1},
        image_token_id=known["<IMG_ATOM>"],
        visual_indicator_token_ids=[known[mark] for mark in own],
        hidden_size=32,
        **words(marks),
    )
    steps = hf.Ovis2ImageProcessorPil(**_TILES)
    network = hf.Ovis2ForConditionalGeneration(config)
    settings = {"image_seq_length": 16}
    return TinyChat(network, steps, "Ovis2Processor", "<image>", marks, {}, settings)


def janus() -> TinyChat:
    """As deepseek-community/Janus-Pro-1B, tiny."""
    marks = ("<image_placeholder>", "<boi>", "<eoi>")
    book = {"embed_dim": 8, "num_embeddings": 16, "latent_channels": 8, "base_channels": 32}
    deep = {"channel_multiplier": [1, 1], "num_res_blocks": 1, "num_hidden_layers": 2}
    sizes = {"num_patches": 4, "projection_dim": 32, "image_token_embed_dim": 32}
    eye = {**without(LAYERS, "intermediate_size"), **IMAGE, "mlp_ratio": 2.0}
    config = hf.JanusConfig(
        text_config={**LLAMA, **words(marks)},
        vision_config={**eye, "projection_dim": 32, "num_image_tokens": 16},
        vq_config={**book, **deep, **sizes},
        image_token_id=numbers(marks)[marks[0]],
    )
    return TinyChat(
        hf.JanusForConditionalGeneration(config),
        hf.JanusImageProcessorPil(size=SQUARE),
        "JanusProcessor",
        marks[0],
        marks,
        dict(zip(("image_token", "boi_token", "eoi_token"), marks, strict=True)),
        {"num_image_tokens": 16},
    )


def video_llama_3() -> TinyChat:
    """As lkhl/VideoLLaMA3-2B-Image-HF, tiny."""
    known = numbers(QWEN)
    config = hf.VideoLlama3Config(
        text_config={**_QWEN_2, **words(QWEN)},
        vision_config={**LAYERS, "patch_size": PATCH},
        image_token_id=known["<|image_pad|>"],
        video_token_id=known["<|video_pad|>"],
    )
    steps = hf.VideoLlama3ImageProcessorPil(patch_size=PATCH, merge_size=1, size=AREA)
    network = hf.VideoLlama3ForConditionalGeneration(config)
    return TinyChat(network, steps, "VideoLlama3Processor", "<|image_pad|>", QWEN)


def lighton_ocr() -> TinyChat:
    """As lightonai/LightOnOCR-1B-1025, tiny."""
    marks = ("<|image_pad|>", "<|vision_pad|>", "<|vision_end|>")
    config = hf.LightOnOcrConfig(
        text_config={**_QWEN_3, **words(marks)},
        vision_config=PIXTRAL,
        image_token_id=numbers(marks)[marks[0]],
    )
    names = ("image_token", "image_break_token", "image_end_token")
    return TinyChat(
        hf.LightOnOcrForConditionalGeneration(config),
        hf.PixtralImageProcessorPil(
            size={"longest_edge": 64}, patch_size={"height": 16, "width": 16}
        ),
        "LightOnOcrProcessor",
        marks[0],
        marks,
        dict(zip(names, marks, strict=True)),
        {"patch_size": PATCH},
    )
