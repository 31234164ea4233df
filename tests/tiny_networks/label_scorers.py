"""More tiny networks that say how well words suit a picture, or where; as in `zero_shot.py`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import transformers

from tiny_networks.small_tokenizers import bert_tokenizer, clip_tokenizer, gemma_tokenizer
from tiny_networks.words import made_sure
from tiny_networks.zero_shot import Make, Tiny, saved, small_text, small_vision

_CUT = {"size": {"shortest_edge": 32}, "crop_size": {"height": 32, "width": 32}}
_SQUARE = {"size": {"height": 32, "width": 32}}
IMAGE_TOKEN = 40
"""What stands for a picture among the words of a BLIP-2 that was saved with such a token."""


def siglip2_naflex(folder: Path) -> Tiny:
    """SigLIP 2 of any aspect ratio: pictures in patches."""
    vision = {key: value for key, value in small_vision().items() if key != "image_size"}
    config = transformers.Siglip2Config(
        text_config=small_text(max_position_embeddings=64, projection_size=32),
        vision_config={**vision, "num_patches": 16},
    )
    how = {"patch_size": 8, "max_num_patches": 24}
    return saved(
        folder,
        transformers.Siglip2Model,
        config,
        gemma_tokenizer(),
        "Siglip2ImageProcessorPil",
        how,
    )


def blip(folder: Path) -> Tiny:
    """BLIP: BERT reads the words."""
    words = small_text(max_position_embeddings=64, encoder_hidden_size=32)
    config = transformers.BlipConfig(
        text_config=words,
        vision_config={**small_vision(), "initializer_range": 0.02},
        projection_dim=16,
    )
    tokenizer = _without_types(bert_tokenizer())
    return saved(
        folder, transformers.BlipModel, config, tokenizer, "BlipImageProcessorPil", _SQUARE
    )


def blip_match(folder: Path) -> Tiny:
    """BLIP that tells whether a text suits a picture."""
    words = small_text(max_position_embeddings=64, encoder_hidden_size=32)
    config = transformers.BlipConfig(
        text_config=words,
        vision_config={**small_vision(), "initializer_range": 0.02},
        image_text_hidden_size=16,
    )
    network = transformers.BlipForImageTextRetrieval
    tokenizer = _without_types(bert_tokenizer())
    return saved(folder, network, config, tokenizer, "BlipImageProcessorPil", _SQUARE)


def blip2(folder: Path) -> Tiny:
    """BLIP-2, whose processor puts tokens for the picture before the words, which are cut off."""
    former = {**small_text(max_position_embeddings=64), "encoder_hidden_size": 32}
    config = transformers.Blip2Config(
        vision_config={**small_vision(), "initializer_range": 0.02},
        qformer_config={**former, "use_qformer_text_input": True},
        text_config={**small_text(), "model_type": "opt", "ffn_dim": 32, "word_embed_proj_dim": 32},
        num_query_tokens=4,
        image_text_hidden_size=16,
        image_token_index=IMAGE_TOKEN,
    )
    tokenizer = _without_types(bert_tokenizer())
    tiny = saved(
        folder,
        transformers.Blip2ForImageTextRetrieval,
        config,
        tokenizer,
        "BlipImageProcessorPil",
        _SQUARE,
    )
    tiny.network.config.image_token_index = None  # the pipeline puts none before the words
    return tiny


def clipseg(folder: Path) -> Tiny:
    """CLIPSeg without its decoder: CLIP."""
    config = transformers.CLIPSegConfig(
        text_config=small_text(max_position_embeddings=77, eos_token_id=2),
        vision_config=small_vision(),
        projection_dim=16,
    )
    return saved(
        folder, transformers.CLIPSegModel, config, clip_tokenizer(), "ViTImageProcessorPil", _SQUARE
    )


def clipseg_maps(folder: Path) -> Tiny:
    """CLIPSeg, on pictures of another size than CLIP's, as it lies on the Hub."""
    config = transformers.CLIPSegConfig(
        text_config=small_text(max_position_embeddings=77, eos_token_id=2),
        vision_config={**small_vision(), "num_hidden_layers": 3},
        projection_dim=16,
        extract_layers=[0, 1, 2],
        reduce_dim=16,
        decoder_num_attention_heads=2,
        decoder_intermediate_size=32,
        use_complex_transposed_convolution=True,
    )
    network = transformers.CLIPSegForImageSegmentation
    size = {"size": {"height": 48, "width": 48}}
    return saved(folder, network, config, clip_tokenizer(), "ViTImageProcessorPil", size)


def aimv2(folder: Path) -> Tiny:
    """AIMv2, tuned to words; transformers' table of the task leaves it out."""
    tokenizer = clip_tokenizer()
    words = small_text(max_position_embeddings=77, eos_token_id=tokenizer.eos_token_id)
    config = transformers.Aimv2Config(
        text_config=words, vision_config=small_vision(), projection_dim=16
    )
    return saved(folder, transformers.Aimv2Model, config, tokenizer, "CLIPImageProcessorPil", _CUT)


def groupvit(folder: Path) -> Tiny:
    """GroupViT, which that table leaves out too."""
    vision = {
        **small_vision(),
        "depths": [1, 1, 1],
        "num_group_tokens": [8, 4, 0],
        "num_output_groups": [8, 4, 4],
    }
    config = transformers.GroupViTConfig(
        text_config=small_text(max_position_embeddings=77, eos_token_id=2),
        vision_config=vision,
        projection_dim=16,
        projection_intermediate_dim=32,
    )
    return saved(
        folder,
        transformers.GroupViTModel,
        config,
        clip_tokenizer(),
        "CLIPImageProcessorPil",
        _CUT,
    )


def tipsv2(folder: Path) -> Tiny:
    """TIPSv2, whose image processor exists for torchvision alone: a plain resizing."""
    model = json.loads(gemma_tokenizer().backend_tokenizer.to_str())["model"]
    merges = [tuple(pair) for pair in model["merges"]]
    tokenizer = transformers.Tipsv2Tokenizer(vocab=model["vocab"], merges=merges)
    config = transformers.Tipsv2Config(
        text_config=small_text(max_position_embeddings=64), vision_config=small_vision()
    )
    how = {**_SQUARE, "do_normalize": False}
    tiny = saved(folder, transformers.Tipsv2Model, config, tokenizer, "ViTImageProcessorPil", how)
    file = folder / "preprocessor_config.json"
    said = {**json.loads(file.read_text()), "image_processor_type": "Tipsv2ImageProcessor"}
    file.write_text(json.dumps(said), encoding="utf-8")
    return tiny


def dual_encoder(folder: Path) -> Tiny:
    """Two networks of their own, as koclip/koclip-base-pt: CLIP sees, and BERT reads."""
    config = transformers.VisionTextDualEncoderConfig.from_vision_text_configs(
        transformers.CLIPVisionConfig(**small_vision()),
        transformers.BertConfig(**small_text(max_position_embeddings=64)),
        projection_dim=16,
    )
    network = transformers.VisionTextDualEncoderModel
    return saved(folder, network, config, bert_tokenizer(), "CLIPImageProcessorPil", _CUT)


def vilt_match(folder: Path) -> Tiny:
    """ViLT that tells which text belongs to a picture, as dandelin/vilt-b32-finetuned-coco."""
    config = transformers.ViltConfig(
        **small_text(),
        max_position_embeddings=40,
        image_size=64,
        patch_size=8,
    )
    how = {"size": {"shortest_edge": 64}, "size_divisor": 8}
    network = transformers.ViltForImageAndTextRetrieval
    tiny = saved(folder, network, config, bert_tokenizer(), "ViltImageProcessorPil", how)
    made_sure(tiny.network, 0).save_pretrained(folder)
    return tiny


def owlvit(folder: Path) -> Tiny:
    """OWL-ViT without its head for boxes: CLIP."""
    return _owl(folder, "OwlViT")


def owlv2(folder: Path) -> Tiny:
    """OWLv2 without its head for boxes."""
    return _owl(folder, "Owlv2")


def _owl(folder: Path, kind: str) -> Tiny:
    config = getattr(transformers, f"{kind}Config")(
        text_config=small_text(max_position_embeddings=16),
        vision_config=small_vision(),
        projection_dim=32,
    )
    network = getattr(transformers, f"{kind}Model")
    tokenizer = clip_tokenizer(pad_token="!")
    return saved(folder, network, config, tokenizer, f"{kind}ImageProcessor", _SQUARE)


MATCHERS: Mapping[str, Make] = {"BlipForImageTextRetrieval": blip_match}
RANKERS: Mapping[str, Make] = {"ViltForImageAndTextRetrieval": vilt_match}
MAPPERS: Mapping[str, Make] = {"CLIPSegForImageSegmentation": clipseg_maps}
SCORERS: Mapping[str, Make] = {
    "SigLIP 2, any aspect ratio": siglip2_naflex,
    "BLIP": blip,
    "BLIP-2": blip2,
    "CLIPSeg": clipseg,
    "AIMv2": aimv2,
    "GroupViT": groupvit,
    "TIPSv2": tipsv2,
    "VisionTextDualEncoder (CLIP, BERT)": dual_encoder,
    "OWL-ViT, without boxes": owlvit,
    "OWLv2, without boxes": owlv2,
}


def _without_types(tokenizer: Any) -> Any:
    """As BLIP's files say it."""
    tokenizer.model_input_names = ["input_ids", "attention_mask"]
    return tokenizer
