"""Networks that make masks as two ONNX files in the form of SAM's own authors.

Names, inputs and outputs of SAM's are those of `SamOnnxModel` (facebookresearch/segment-anything,
`segment_anything/utils/onnx.py`), and of vietanhdev/samexporter for encoders and for SAM 2.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

_MEAN, _STD = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)
_ASKED = ("point_coords", "point_labels", "mask_input", "has_mask_input")


class _Encoder(torch.nn.Module):  # type: ignore[misc]
    """What sees the picture; it may normalise and fill it up by itself."""

    def __init__(self, network: Any, *, fills_up: bool) -> None:
        super().__init__()
        self.network = network
        self.fills_up = fills_up
        self.side = network.config.vision_config.image_size

    def forward(self, picture: Any) -> Any:
        if self.fills_up:
            picture = (picture - torch.tensor(_MEAN)) / torch.tensor(_STD)
            picture = picture.permute(2, 0, 1)
            height, width = picture.shape[-2:]
            filled = (0, self.side - width, 0, self.side - height)
            picture = torch.nn.functional.pad(picture, filled)[None]
        return self.network.vision_encoder(picture).last_hidden_state


class _Decoder(torch.nn.Module):  # type: ignore[misc]
    """What makes masks: all that there are, or the three of several, or the first alone."""

    def __init__(self, network: Any, masks: int) -> None:
        super().__init__()
        self.network = network
        self.masks = masks
        self.side = network.config.vision_config.image_size

    def forward(self, seen: Any, points: Any, labels: Any, mask: Any, has: Any, size: Any) -> Any:
        prompts = self.network.prompt_encoder
        shown = prompts.shared_embedding(points[:, None] + 0.5, (self.side, self.side))
        kinds = labels[:, None, :, None]
        shown = shown * (kinds != -1) + prompts.not_a_point_embed.weight * (kinds == -1)
        for number, kind in enumerate(prompts.point_embed):
            shown = shown + kind.weight * (kinds == number)
        dense = has * prompts.mask_embed(mask)
        dense = dense + (1 - has) * prompts.no_mask_embed.weight.reshape(1, -1, 1, 1)
        asked = {
            "image_embeddings": seen,
            "image_positional_embeddings": self.network.get_image_wide_positional_embeddings(),
            "sparse_prompt_embeddings": shown,
            "dense_prompt_embeddings": dense,
        }
        decode = self.network.mask_decoder
        several, scores = decode(multimask_output=True, **asked)
        one, its_score = decode(multimask_output=False, **asked)
        small = torch.cat([one, several], dim=2)[0]
        sure = torch.cat([its_score, scores], dim=2)[0]
        if self.masks == 1:
            small, sure = small[:, :1], sure[:, :1]
        large = torch.nn.functional.interpolate(
            small, (self.side, self.side), mode="bilinear", align_corners=False
        )
        height, width = size.to(torch.int64)[0], size.to(torch.int64)[1]
        whole = torch.nn.functional.interpolate(
            large, (height, width), mode="bilinear", align_corners=False
        )
        return whole, sure, small


def export_authors_sam(
    network: Any, folder: Path, name: str = "sam", *, fills_up: bool = False, masks: int = 4
) -> None:
    """Write `<name>.encoder.onnx` and `<name>.decoder.onnx` into a folder."""
    side = network.config.vision_config.image_size
    encoder = _Encoder(network, fills_up=fills_up).eval()
    decoder = _Decoder(network, masks).eval()
    picture = torch.zeros(side, side - 8, 3) if fills_up else torch.zeros(1, 3, side, side)
    with torch.no_grad():
        seen = encoder(picture)
        torch.onnx.export(
            encoder,
            (picture,),
            folder / f"{name}.encoder.onnx",
            input_names=["input_image"],
            output_names=["image_embeddings"],
            dynamic_axes={"input_image": {0: "h", 1: "w"}} if fills_up else None,
            dynamo=False,
        )
        earlier = 4 * seen.shape[-1]
        asked = (torch.ones(1, 3, 2), torch.ones(1, 3), torch.zeros(1, 1, earlier, earlier))
        torch.onnx.export(
            decoder,
            (seen, *asked, torch.zeros(1), torch.tensor([48.0, 64.0])),
            folder / f"{name}.decoder.onnx",
            input_names=["image_embeddings", *_ASKED, "orig_im_size"],
            output_names=["masks", "iou_predictions", "low_res_masks"],
            dynamic_axes={"point_coords": {1: "points"}, "point_labels": {1: "points"}},
            dynamo=False,
        )


class _Encoder2(torch.nn.Module):  # type: ignore[misc]
    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: Any) -> Any:
        return tuple(self.network.get_image_embeddings(image))


class _Decoder2(torch.nn.Module):  # type: ignore[misc]
    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, seen: Any, finest: Any, fine: Any, points: Any, labels: Any, mask: Any, has: Any
    ) -> Any:
        prompts = self.network.prompt_encoder
        shown = prompts._embed_points(points[:, None], labels[:, None].long(), pad=True)
        dense = has * prompts.mask_embed(mask)
        dense = dense + (1 - has) * prompts.no_mask_embed.weight.reshape(1, -1, 1, 1)
        masks, scores, *_ = self.network.mask_decoder(
            image_embeddings=seen,
            image_positional_embeddings=self.network.get_image_wide_positional_embeddings(),
            sparse_prompt_embeddings=shown,
            dense_prompt_embeddings=dense,
            multimask_output=True,
            high_resolution_features=[finest, fine],
        )
        return masks[0], scores[0]


def export_authors_sam2(network: Any, folder: Path) -> None:
    """Write `sam2.encoder.onnx` and `sam2.decoder.onnx` into a folder."""
    side = network.prompt_encoder.input_image_size
    encoder, decoder = _Encoder2(network).eval(), _Decoder2(network).eval()
    picture = torch.zeros(1, 3, side, side)
    with torch.no_grad():
        finest, fine, seen = encoder(picture)
        torch.onnx.export(
            encoder,
            (picture,),
            folder / "sam2.encoder.onnx",
            input_names=["image"],
            output_names=["high_res_feats_0", "high_res_feats_1", "image_embed"],
            dynamo=False,
        )
        earlier = 4 * seen.shape[-1]
        asked = (torch.ones(1, 3, 2), torch.ones(1, 3), torch.zeros(1, 1, earlier, earlier))
        torch.onnx.export(
            decoder,
            (seen, finest, fine, *asked, torch.zeros(1)),
            folder / "sam2.decoder.onnx",
            input_names=["image_embed", "high_res_feats_0", "high_res_feats_1", *_ASKED],
            output_names=["masks", "iou_predictions"],
            dynamic_axes={"point_coords": {1: "points"}, "point_labels": {1: "points"}},
            dynamo=False,
        )
