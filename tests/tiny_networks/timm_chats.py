"""Tiny networks that chat and see by a network of timm: Gemma 3n and Perception LM."""

from __future__ import annotations

import transformers as hf

from tiny_networks.tiny_chat import LLAMA, TEXT, TinyChat, numbers, words


def gemma3n() -> TinyChat:
    """As google/gemma-3n-E2B-it, tiny, and seeing by a smaller network of timm."""
    marks = ("<img>", "<boi>", "<eoi>", "<audio>", "<boa>", "<eoa>")
    names = ("image_token", "boi_token", "eoi_token", "audio_token", "boa_token", "eoa_token")
    known = dict(zip(names, numbers(marks).values(), strict=True))
    first = words(marks)["vocab_size"]
    inner = {
        "vocab_size_per_layer_input": first,
        "hidden_size_per_layer_input": 8,
        "laurel_rank": 8,
        "num_kv_shared_layers": 0,
        "activation_sparsity_pattern": [0.0, 0.0],
    }
    kinds = {"layer_types": ["sliding_attention", "full_attention"], "sliding_window": 64}
    ear = {"hidden_size": 32, "conf_num_attention_heads": 2, "conf_num_hidden_layers": 1}
    config = hf.Gemma3nConfig(
        text_config={**TEXT, **words(marks), **inner, **kinds, "intermediate_size": [64, 64]},
        vision_config={
            "architecture": "mobilenetv3_small_050",
            "hidden_size": 288,
            "vocab_size": 8,
            "vocab_offset": first,
        },
        audio_config={
            **ear,
            "vocab_size": 8,
            "vocab_offset": first + 8,
            "input_feat_size": 32,
            "sscp_conv_channel_size": [4, 4],
        },
        vision_soft_tokens_per_image=16,
        **{f"{name}_id": number for name, number in known.items()},
    )
    steps = hf.SiglipImageProcessorPil(size={"height": 128, "width": 128}, do_normalize=False)
    network = hf.Gemma3nForConditionalGeneration(config)
    named = dict(zip(names, marks, strict=True))
    settings = {"image_seq_length": 16}
    return TinyChat(network, steps, "Gemma3nProcessor", "<img>", marks, named, settings)


def perception_lm() -> TinyChat:
    """As facebook/Perception-LM-1B, tiny."""
    names = ("image_token", "video_token")
    marks = ("<|image|>", "<|video|>")
    known = dict(zip(names, numbers(marks).values(), strict=True))
    network = {
        "embed_dim": 192,
        "img_size": [64, 64],
        "depth": 2,
        "global_pool": "",
        "use_post_transformer_norm": False,
        "init_values": 0.1,
        "ref_feat_shape": [4, 4],
    }
    config = hf.PerceptionLMConfig(
        text_config={**LLAMA, **words(marks)},
        vision_config={
            "model_type": "timm_wrapper",
            "architecture": "vit_pe_core_tiny_patch16_384",
            "num_classes": 0,
            "hidden_size": 192,
            "model_args": network,
        },
        vision_use_cls_token=True,
        projector_pooling_ratio=2,
        **{f"{name}_id": number for name, number in known.items()},
    )
    steps = hf.PerceptionLMImageProcessor(
        tile_size=64, max_num_tiles=4, size={"height": 64, "width": 64}
    )
    made = hf.PerceptionLMForConditionalGeneration(config)
    named = dict(zip(names, marks, strict=True))
    settings = {"patch_size": 16, "pooling_ratio": 2}
    return TinyChat(made, steps, "PerceptionLMProcessor", "<|image|>", marks, named, settings)
