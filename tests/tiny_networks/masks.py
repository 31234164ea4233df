"""Tiny networks that make masks, of transformers' own classes and with fixed seeds.

Their weights are made so that the answers are worth comparing: small masks beside large ones,
logits that are steep at their borders, and scores around the one that automatic mask generation
asks for.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import transformers
from PIL import Image

from tiny_networks.lively_masks import lively_masks

SIDE = 64


def sam(seed: int = 11, patch: int = 8) -> tuple[Any, Any]:
    """SAM, and its processor.

    Args:
        seed: of its weights.
        patch: side in pixels of what it sees as one.
    """
    return _built("Sam", seed, patch), _processor()


def sam_hq(seed: int = 11) -> tuple[Any, Any]:
    """SAM-HQ, and its processor."""
    return _built("SamHQ", seed), _processor()


def picture(width: int, height: int, seed: int = 3) -> npt.NDArray[np.uint8]:
    """Soft blobs of colour, shape (height, width, 3)."""
    dots = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    blobs = Image.fromarray(dots).resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(blobs)


def _built(family: str, seed: int, patch: int = 8) -> Any:
    def config(name: str, **settings: Any) -> dict[str, Any]:
        made = getattr(transformers, f"{family}{name}Config")(**settings)
        values: dict[str, Any] = made.to_dict()
        return values

    features: dict[str, Any] = {"vit_dim": 32} if family == "SamHQ" else {}
    whole = getattr(transformers, f"{family}Config")(
        vision_config=config(
            "Vision",
            hidden_size=32,
            output_channels=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            image_size=SIDE,
            patch_size=patch,
            window_size=4,
            global_attn_indexes=[1],
            num_pos_feats=16,
            mlp_dim=64,
        ),
        prompt_encoder_config=config(
            "PromptEncoder",
            hidden_size=32,
            image_size=SIDE,
            patch_size=patch,
            mask_input_channels=4,
        ),
        mask_decoder_config=config(
            "MaskDecoder",
            hidden_size=32,
            mlp_dim=64,
            num_hidden_layers=2,
            num_attention_heads=2,
            iou_head_hidden_dim=32,
            **features,
        ),
    )
    network = getattr(transformers, f"{family}Model")(whole)
    return lively_masks(network, seed, steepness=600, score_scale=0.1, score_shift=0.8)


def _processor() -> Any:
    pictures = transformers.SamImageProcessorPil(
        size={"longest_edge": SIDE}, pad_size={"height": SIDE, "width": SIDE}
    )
    return transformers.SamProcessor(pictures)
