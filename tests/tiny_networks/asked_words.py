"""Tiny networks that are asked, in words, what to write about a picture."""

from __future__ import annotations

from typing import Any

import transformers

from tiny_networks.word_tokens import END, MARKS, PAD, START, VOCABULARY

IMAGE = ("<image>", "<loc_1>")
KOSMOS = (
    *("</doc>", "<image>", "</image>", "</chunk>", "</line>", "<phrase>", "</phrase>", "<object>"),
    *("</object>", "</delimiter_of_multi_objects/>", "<grounding>"),
    *(f"<patch_index_{place:04}>" for place in range(4)),
)
GOT = ("<|im_start|>", "<|im_end|>", "<img>", "</img>", "<imgpad>")
_ENDS = {"bos_token_id": START, "eos_token_id": END, "pad_token_id": PAD}
_SMALL = {"hidden_size": 32, "intermediate_size": 64, "num_attention_heads": 2}
_VISION = {**_SMALL, "num_hidden_layers": 2, "image_size": 32, "patch_size": 8}
_PLACE = VOCABULARY
_SIZE = {"height": 32, "width": 32}
_LENGTH = 16


def florence_2() -> tuple[Any, Any]:
    """As florence-community/Florence-2-base, tiny."""
    text = transformers.BartConfig(
        vocab_size=VOCABULARY + len(IMAGE),
        d_model=32,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=64,
        decoder_ffn_dim=64,
        max_position_embeddings=64,
        decoder_start_token_id=END,
        **_ENDS,
    )
    vision = {
        "depths": [1, 1, 1, 1],
        "embed_dim": [8, 16, 16, 32],
        "num_heads": [1, 2, 2, 2],
        "num_groups": [1, 2, 2, 2],
        "window_size": 4,
        "projection_dim": 32,
        "max_position_embeddings": 8,
    }
    config = transformers.Florence2Config(
        text_config=text, vision_config=vision, image_token_id=_PLACE, **_ENDS
    )
    processor = transformers.CLIPImageProcessorPil(
        size={"height": 64, "width": 64}, do_center_crop=False, image_seq_length=5
    )
    return _bounded(transformers.Florence2ForConditionalGeneration(config)), processor


def blip_2() -> tuple[Any, Any]:
    """As Salesforce/blip2-opt-2.7b, tiny."""
    config = transformers.Blip2Config(**_blip_parts())
    network = transformers.Blip2ForConditionalGeneration(config)
    return network, transformers.BlipImageProcessorPil(size=_SIZE)


def instruct_blip() -> tuple[Any, Any]:
    """As Salesforce/instructblip-vicuna-7b, tiny, and writing as BLIP-2 does."""
    config = transformers.InstructBlipConfig(**_blip_parts())
    network = transformers.InstructBlipForConditionalGeneration(config)
    return network, transformers.BlipImageProcessorPil(size=_SIZE)


def instruct_blip_t5() -> tuple[Any, Any]:
    """As Salesforce/instructblip-flan-t5-xl, tiny."""
    text = transformers.T5Config(
        vocab_size=VOCABULARY + len(IMAGE),
        d_model=32,
        d_kv=16,
        d_ff=64,
        num_layers=2,
        num_heads=2,
        decoder_start_token_id=PAD,
        **_ENDS,
    )
    config = transformers.InstructBlipConfig(**{**_blip_parts(), "text_config": text})
    network = transformers.InstructBlipForConditionalGeneration(config)
    return network, transformers.BlipImageProcessorPil(size=_SIZE)


def _blip_parts() -> dict[str, Any]:
    text = transformers.OPTConfig(
        vocab_size=VOCABULARY + len(IMAGE),
        hidden_size=32,
        ffn_dim=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        word_embed_proj_dim=32,
        max_position_embeddings=320,
        **_ENDS,
    )
    former = {
        **_SMALL,
        "vocab_size": VOCABULARY,
        "num_hidden_layers": 2,
        "encoder_hidden_size": 32,
    }
    return {
        "text_config": text,
        "vision_config": _VISION,
        "qformer_config": former,
        "num_query_tokens": 6,
        "image_token_index": _PLACE,
    }


def kosmos_2() -> tuple[Any, Any]:
    """As microsoft/kosmos-2-patch14-224, tiny."""
    text = {
        "vocab_size": VOCABULARY + len(KOSMOS),
        "embed_dim": 32,
        "layers": 2,
        "ffn_dim": 64,
        "attention_heads": 2,
        "max_position_embeddings": 320,
        **_ENDS,
    }
    config = transformers.Kosmos2Config(text_config=text, vision_config=_VISION, latent_query_num=8)
    processor = transformers.CLIPImageProcessorPil(
        size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}
    )
    return transformers.Kosmos2ForConditionalGeneration(config), processor


def pali_gemma() -> tuple[Any, Any]:
    """As google/paligemma-3b-mix-224, tiny."""
    return _pali_gemma({"model_type": "gemma"})


def pali_gemma_2() -> tuple[Any, Any]:
    """As google/paligemma2-3b-pt-224, tiny."""
    network, processor = _pali_gemma({"model_type": "gemma2", "query_pre_attn_scalar": 16})
    # Untrained it would repeat the mark that it read last, which is no word, or end at once.
    network.generation_config.suppress_tokens = [*range(len(MARKS)), _PLACE, _PLACE + 1]
    network.generation_config.no_repeat_ngram_size = 2
    return network, processor


def _pali_gemma(kind: dict[str, Any]) -> tuple[Any, Any]:
    text = {
        **_SMALL,
        "vocab_size": VOCABULARY + len(IMAGE),
        "num_hidden_layers": 2,
        "num_key_value_heads": 1,
        "head_dim": 16,
        "max_position_embeddings": 64,
        **_ENDS,
        **kind,
    }
    config = transformers.PaliGemmaConfig(
        text_config=text,
        vision_config={**_VISION, "model_type": "siglip_vision_model", "vision_use_head": False},
        image_token_index=_PLACE,
        projection_dim=32,
        hidden_size=32,
        vocab_size=VOCABULARY + len(IMAGE),
        **_ENDS,
    )
    processor = transformers.SiglipImageProcessorPil(size=_SIZE, image_seq_length=16)
    return _bounded(transformers.PaliGemmaForConditionalGeneration(config)), processor


def got_ocr_2() -> tuple[Any, Any]:
    """As stepfun-ai/GOT-OCR-2.0-hf, tiny."""
    processor = transformers.GotOcr2ImageProcessorPil(
        size={"height": 64, "width": 64}, num_image_tokens=4
    )
    return _got(transformers.GotOcr2Config), processor


def pp_chart_2_table() -> tuple[Any, Any]:
    """As PaddlePaddle/PP-Chart2Table_safetensors, tiny."""
    processor = transformers.PPChart2TableImageProcessorPil(
        size={"height": 64, "width": 64}, num_image_tokens=4
    )
    return _got(transformers.PPChart2TableConfig), processor


def _got(kind: Any) -> Any:
    text = {
        **_SMALL,
        "model_type": "qwen2",
        "vocab_size": VOCABULARY + len(GOT),
        "num_hidden_layers": 2,
        "num_key_value_heads": 2,
        "max_position_embeddings": 128,
        **_ENDS,
    }
    vision = {
        "hidden_size": 32,
        "output_channels": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "image_size": 64,
        "patch_size": 8,
        "window_size": 4,
        "global_attn_indexes": [1],
        "mlp_dim": 64,
    }
    config = kind(text_config=text, vision_config=vision, image_token_index=_PLACE + 4, **_ENDS)
    return _bounded(transformers.GotOcr2ForConditionalGeneration(config))


def _bounded(network: Any) -> Any:
    network.generation_config.max_new_tokens = _LENGTH
    return network
