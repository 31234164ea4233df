"""Tiny networks built like SAM 2, and what stands in for their processors.

transformers prepares their pictures with torchvision alone, which the tests go without. The rest
of the processor is a few lines; resizing is Pillow's, from which torchvision's, PyTorch's own
`interpolate`, differs by a step of 256 here and there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import transformers
from PIL import Image

from ailab.services.inference.prompt import Prompt
from tiny_networks.lively_masks import lively_masks

SIDE = 64
_SIZES = [[16, 16], [8, 8], [4, 4]]
_IMAGENET = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


@dataclass(frozen=True, slots=True)
class Stretching:
    """What `Sam2ImageProcessor` and `Sam2Processor` of transformers do, and SAM 3's.

    Attributes:
        name: of the image processor.
        mean: per channel.
        std: per channel.
    """

    name: str = "Sam2ImageProcessorFast"
    mean: tuple[float, ...] = _IMAGENET[0]
    std: tuple[float, ...] = _IMAGENET[1]

    def to_dict(self) -> dict[str, Any]:
        """As in `preprocessor_config.json`; what is usual for the processor is left out."""
        return {"image_processor_type": self.name, "size": {"height": SIDE, "width": SIDE}}

    def pixel_values(self, pixels: npt.NDArray[np.uint8]) -> torch.Tensor:
        """The network's input, shape (1, 3, side, side)."""
        resized = Image.fromarray(pixels).resize((SIDE, SIDE), Image.Resampling.BILINEAR)
        return self.normalised(torch.from_numpy(np.array(resized)).permute(2, 0, 1)[None])

    def normalised(self, resized: torch.Tensor) -> torch.Tensor:
        """Bytes of shape (1, 3, height, width) as the network takes them."""
        mean = torch.tensor(self.mean).view(3, 1, 1) * 255
        std = torch.tensor(self.std).view(3, 1, 1) * 255
        return (resized.float() - mean) / std

    def scaled(self, points: Any, pixels: npt.NDArray[np.uint8]) -> torch.Tensor:
        """Points (…, 2) of the picture, in the network's input."""
        height, width = pixels.shape[:2]
        scale = torch.tensor([SIDE / width, SIDE / height])
        return torch.as_tensor(np.asarray(points), dtype=torch.float32) * scale

    def enlarged(self, masks: torch.Tensor, pixels: npt.NDArray[np.uint8]) -> torch.Tensor:
        """Logits (things, masks, h, w) at the picture's size."""
        return torch.nn.functional.interpolate(
            masks, pixels.shape[:2], mode="bilinear", align_corners=False
        )


def asked_of(
    processor: Stretching, pixels: npt.NDArray[np.uint8], prompt: Prompt
) -> dict[str, torch.Tensor]:
    """What the networks take of a prompt: all points together, each box a thing of its own."""
    asked: dict[str, Any] = {}
    if points := [*prompt.inside, *prompt.outside]:
        asked["input_points"] = processor.scaled(points, pixels)[None, None]
        marks = [1] * len(prompt.inside) + [0] * len(prompt.outside)
        asked["input_labels"] = torch.tensor([[marks]])
    if prompt.boxes:
        corners = processor.scaled(np.reshape(prompt.boxes, (-1, 2, 2)), pixels)
        asked["input_boxes"] = corners.reshape(1, -1, 4)
    return asked


def sam2(seed: int = 3) -> tuple[Any, Stretching]:
    """SAM 2."""
    config = transformers.Sam2Config(**_sam2_parts())
    return _lively(transformers.Sam2Model, config, seed), Stretching()


def sam2_video(seed: int = 3) -> tuple[Any, Stretching]:
    """SAM 2 as the Hub has it: with the parts that follow things through a film."""
    config = transformers.Sam2VideoConfig(**_sam2_parts(), **_memory())
    return _lively(transformers.Sam2VideoModel, config, seed), Stretching()


def sam3_tracker(seed: int = 3) -> tuple[Any, Stretching]:
    """The part of SAM 3 that takes points and boxes."""
    config = transformers.Sam3TrackerConfig(
        vision_config=_sam3_vision(),
        prompt_encoder_config=_prompt_encoder(),
        mask_decoder_config=_mask_decoder(),
    )
    half = (0.5, 0.5, 0.5)
    processor = Stretching("Sam3ImageProcessorFast", half, half)
    return _lively(transformers.Sam3TrackerModel, config, seed), processor


def sam3_detector(words: int = 100) -> Any:
    """The configuration of the part of SAM 3 that is told by words, and how many it knows."""
    small = {
        "hidden_size": 32,
        "num_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 32,
    }
    return transformers.Sam3Config(
        vision_config=_sam3_vision(),
        text_config={
            "model_type": "clip_text_model",
            "hidden_size": 32,
            "intermediate_size": 32,
            "num_hidden_layers": 1,
            "num_attention_heads": 2,
            "projection_dim": 32,
            "vocab_size": words,
            "bos_token_id": 0,
            "eos_token_id": 2,
        },
        geometry_encoder_config=small,
        detr_encoder_config=small,
        detr_decoder_config={**small, "num_queries": 5},
        mask_decoder_config={"hidden_size": 32, "num_attention_heads": 2},
    )


def sam3_video(seed: int = 3, words: int = 100) -> tuple[Any, Stretching]:
    """SAM 3 as the Hub has it: the tracker beside the part that is told by words."""
    vision = _sam3_vision()
    detector = sam3_detector(words)
    tracker = transformers.Sam3TrackerVideoConfig(
        vision_config=vision,
        prompt_encoder_config=_prompt_encoder(),
        mask_decoder_config=_mask_decoder(),
        **_memory(),
    )
    torch.manual_seed(seed)
    config = transformers.Sam3VideoConfig(
        detector_config=detector.to_dict(), tracker_config=tracker.to_dict()
    )
    return transformers.Sam3VideoModel(config).eval(), sam3_tracker()[1]


def edge_tam(seed: int = 3) -> tuple[Any, Stretching]:
    """EdgeTAM, which sees by a network of timm."""
    backbone = transformers.TimmWrapperConfig(
        architecture="repvit_m1",
        model_args={"in_chans": 3, "features_only": True, "out_indices": [0, 1, 2, 3]},
        do_pooling=False,
    )
    config = transformers.EdgeTamConfig(
        vision_config={
            "model_type": "edgetam_vision_model",
            "backbone_config": backbone.to_dict(),
            "backbone_channel_list": [384, 192, 96, 48],
            "backbone_feature_sizes": _SIZES,
            "fpn_hidden_size": 32,
        },
        prompt_encoder_config=_prompt_encoder(),
        mask_decoder_config=_mask_decoder(),
    )
    return _lively(transformers.EdgeTamModel, config, seed), Stretching()


def _sam3_vision() -> dict[str, Any]:
    return {
        "model_type": "sam3_vision_model",
        "backbone_config": {
            "model_type": "sam3_vit_model",
            "hidden_size": 32,
            "intermediate_size": 32,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "image_size": SIDE,
            "patch_size": 16,
            "window_size": 2,
            "global_attn_indexes": [1],
            "pretrain_image_size": SIDE,
        },
        "fpn_hidden_size": 32,
        "backbone_feature_sizes": _SIZES,
    }


def _memory() -> dict[str, Any]:
    return {
        "image_size": SIDE,
        "memory_attention_hidden_size": 32,
        "memory_attention_feed_forward_hidden_size": 32,
        "memory_attention_num_layers": 1,
        "memory_attention_rope_feat_sizes": [4, 4],
        "memory_encoder_hidden_size": 32,
        "memory_encoder_output_channels": 16,
        "mask_downsampler_embed_dim": 32,
        "memory_fuser_embed_dim": 32,
        "memory_fuser_intermediate_dim": 32,
        "memory_fuser_num_layers": 1,
    }


def _sam2_parts() -> dict[str, Any]:
    return {
        "vision_config": {
            "model_type": "sam2_vision_model",
            "backbone_config": {
                "model_type": "sam2_hiera_det_model",
                "hidden_size": 8,
                "image_size": [SIDE, SIDE],
                "blocks_per_stage": [1, 1, 2, 1],
                "embed_dim_per_stage": [8, 16, 32, 64],
                "window_size_per_stage": [8, 4, 4, 2],
                "global_attention_blocks": [3],
                "window_positional_embedding_background_size": [2, 2],
            },
            "backbone_channel_list": [64, 32, 16, 8],
            "backbone_feature_sizes": _SIZES,
            "fpn_hidden_size": 32,
        },
        "prompt_encoder_config": _prompt_encoder(),
        "mask_decoder_config": _mask_decoder(),
    }


def _prompt_encoder() -> dict[str, Any]:
    return {"hidden_size": 32, "image_size": SIDE, "patch_size": 16, "mask_input_channels": 4}


def _mask_decoder() -> dict[str, Any]:
    return {
        "hidden_size": 32,
        "mlp_dim": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "iou_head_hidden_dim": 32,
    }


def _lively(kind: Any, config: Any, seed: int) -> Any:
    """A network with weights whose answers are worth comparing, as those in `masks`."""
    torch.manual_seed(seed)
    network = lively_masks(kind(config), seed, steepness=60, score_scale=0.5, score_shift=2.1)
    with torch.no_grad():
        network.mask_decoder.conv_s0.weight[0] = 0  # of the channel that is the same everywhere
        network.mask_decoder.conv_s0.bias[0] = 0
    return network
