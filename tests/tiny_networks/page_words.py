"""Tiny networks that read pages and screens."""

from __future__ import annotations

from typing import Any

import transformers

from tiny_networks.torchvision_stand_in import stand_in
from tiny_networks.word_tokens import END, FIELDS, MARKS, PAD, START, VOCABULARY

KOSMOS_PATCHES = 40
_PAGE = {"height": 96, "width": 64}


def donut() -> tuple[Any, Any]:
    """As naver-clova-ix/donut-base-finetuned-cord-v2, tiny."""
    processor = transformers.DonutImageProcessorPil(size=_PAGE, do_align_long_axis=True)
    return _reader(len(FIELDS)), processor


def nougat() -> tuple[Any, Any]:
    """As facebook/nougat-small, tiny."""
    return _reader(), transformers.NougatImageProcessorPil(size=_PAGE, do_align_long_axis=False)


def pp_formula_net() -> tuple[Any, Any]:
    """As PaddlePaddle/PP-FormulaNet_plus-L_safetensors, tiny."""
    text = {
        "vocab_size": VOCABULARY,
        "d_model": 32,
        "encoder_layers": 2,
        "encoder_attention_heads": 2,
        "decoder_layers": 2,
        "decoder_attention_heads": 2,
        "decoder_ffn_dim": 64,
        "max_position_embeddings": 64,
        "bos_token_id": START,
        "eos_token_id": END,
        "forced_eos_token_id": END,
        "pad_token_id": PAD,
        "decoder_start_token_id": START,
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
        "post_conv_in_channels": 16,
        "post_conv_mid_channels": 16,
        "post_conv_out_channels": 32,
        "decoder_hidden_size": 32,
    }
    config = transformers.PPFormulaNetConfig(text_config=text, vision_config=vision)
    processor = stand_in("PPFormulaNetImageProcessor", size={"height": 64, "width": 64})
    network = transformers.PPFormulaNetForConditionalGeneration(config)
    network.generation_config.max_new_tokens = 20
    return network, processor


def pix2struct() -> tuple[Any, Any]:
    """As google/pix2struct-textcaps-base, tiny."""
    text = {
        "vocab_size": VOCABULARY,
        "hidden_size": 32,
        "d_kv": 16,
        "d_ff": 64,
        "num_layers": 2,
        "num_heads": 2,
        "pad_token_id": PAD,
        "eos_token_id": END,
        "decoder_start_token_id": START,
    }
    vision = {
        "hidden_size": 32,
        "patch_embed_hidden_size": 192,
        "d_ff": 64,
        "d_kv": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "seq_len": 64,
    }
    config = transformers.Pix2StructConfig(text_config=text, vision_config=vision)
    processor = transformers.Pix2StructImageProcessorPil(
        patch_size={"height": 8, "width": 8}, max_patches=40
    )
    return transformers.Pix2StructForConditionalGeneration(config), processor


KOSMOS_2_5 = ("<image>", "</image>", "<ocr>", "<md>")
_COMMANDS = range(VOCABULARY, VOCABULARY + len(KOSMOS_2_5))


def kosmos_2_5() -> tuple[Any, Any]:
    """As microsoft/kosmos-2.5, tiny."""
    text = {
        "vocab_size": VOCABULARY + len(KOSMOS_2_5),
        "embed_dim": 32,
        "layers": 2,
        "ffn_dim": 64,
        "attention_heads": 2,
        "max_position_embeddings": 320,
        "bos_token_id": START,
        "eos_token_id": END,
        "pad_token_id": PAD,
    }
    vision = {
        "hidden_size": 32,
        "patch_embed_hidden_size": 192,
        "intermediate_size": 64,
        "head_dim": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "max_num_patches": 64,
    }
    config = transformers.Kosmos2_5Config(
        text_config=text, vision_config=vision, latent_query_num=8
    )
    processor = transformers.Kosmos2_5ImageProcessorPil(
        patch_size={"height": 8, "width": 8}, max_patches=KOSMOS_PATCHES
    )
    network = transformers.Kosmos2_5ForConditionalGeneration(config)
    network.generation_config.max_new_tokens = 16
    # Untrained it would repeat the command that it read last, which is no word.
    network.generation_config.suppress_tokens = [*range(len(MARKS)), *_COMMANDS]
    return network, processor


def _reader(marks: int = 0) -> Any:
    encoder = transformers.DonutSwinConfig(
        image_size=[_PAGE["height"], _PAGE["width"]],
        patch_size=4,
        embed_dim=16,
        depths=[1, 1],
        num_heads=[2, 2],
        window_size=4,
    )
    decoder = transformers.MBartConfig(
        vocab_size=VOCABULARY + marks,
        d_model=32,
        decoder_layers=2,
        decoder_attention_heads=2,
        decoder_ffn_dim=64,
        max_position_embeddings=64,
        is_decoder=True,
        add_cross_attention=True,
        scale_embedding=True,
        add_final_layer_norm=True,
        bos_token_id=START,
        eos_token_id=END,
        pad_token_id=PAD,
    )
    config = transformers.VisionEncoderDecoderConfig.from_encoder_decoder_configs(encoder, decoder)
    config.decoder_start_token_id = START
    config.pad_token_id = PAD
    config.bos_token_id = START
    config.eos_token_id = END
    network = transformers.VisionEncoderDecoderModel(config)
    network.generation_config.max_new_tokens = 20
    return network
