"""Networks that make masks as two ONNX files, as the exports on the Hub are made.

The names, inputs and outputs of SAM's are those of `SamOnnxConfig` of optimum 1.x, which made the
files of Xenova's and many others' repositories; it leaves boxes out. Those of SAM 2's are what
`Sam2Model` of transformers.js asks of onnx-community's files: there are always boxes, if only none.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch


class _Vision(torch.nn.Module):  # type: ignore[misc]
    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network

    def forward(self, pixel_values: Any) -> Any:
        seen = self.network.vision_encoder(pixel_values).last_hidden_state
        return seen, self.network.get_image_wide_positional_embeddings()


class _Decoder(torch.nn.Module):  # type: ignore[misc]
    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, points: Any, labels: Any, seen: Any, positions: Any, boxes: Any = None
    ) -> Any:
        sparse, dense = self.network.prompt_encoder(
            input_points=points, input_labels=labels, input_boxes=boxes, input_masks=None
        )
        masks, scores = self.network.mask_decoder(
            image_embeddings=seen,
            image_positional_embeddings=positions,
            sparse_prompt_embeddings=sparse,
            dense_prompt_embeddings=dense,
            multimask_output=True,
        )
        return scores, masks


def export_sam(network: Any, folder: Path, *, has_boxes: bool = False) -> None:
    """Write `vision_encoder.onnx` and `prompt_encoder_mask_decoder.onnx` into a folder."""
    side = network.config.vision_config.image_size
    vision, decoder = _Vision(network).eval(), _Decoder(network).eval()
    pixels = torch.zeros(1, 3, side, side)
    with torch.no_grad():
        seen, positions = vision(pixels)
        torch.onnx.export(
            vision,
            (pixels,),
            folder / "vision_encoder.onnx",
            input_names=["pixel_values"],
            output_names=["image_embeddings", "image_positional_embeddings"],
            dynamo=False,
        )
        free = {1: "point_batch_size", 2: "nb_points_per_image"}
        inputs = [torch.ones(1, 2, 3, 2), torch.ones(1, 2, 3, dtype=torch.int64), seen, positions]
        names = ["input_points", "input_labels", "image_embeddings", "image_positional_embeddings"]
        axes = {"input_points": free, "input_labels": free}
        if has_boxes:
            inputs.append(torch.ones(1, 2, 4))
            names.append("input_boxes")
            axes["input_boxes"] = {1: "point_batch_size"}
        torch.onnx.export(
            decoder,
            tuple(inputs),
            folder / "prompt_encoder_mask_decoder.onnx",
            input_names=names,
            output_names=["iou_scores", "pred_masks"],
            dynamic_axes=axes,
            dynamo=False,
        )


class _Vision2(torch.nn.Module):  # type: ignore[misc]
    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network

    def forward(self, pixel_values: Any) -> Any:
        return tuple(self.network.get_image_embeddings(pixel_values))


class _Decoder2(torch.nn.Module):  # type: ignore[misc]
    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network

    def forward(self, points: Any, labels: Any, boxes: Any, *seen: Any) -> Any:
        prompts = self.network.prompt_encoder
        shown = prompts._embed_points(points, labels, pad=False)
        corners = prompts._embed_boxes(boxes).flatten(1, 2)[:, None]
        masks, scores, _, is_there = self.network.mask_decoder(
            image_embeddings=seen[-1],
            image_positional_embeddings=self.network.get_image_wide_positional_embeddings(),
            sparse_prompt_embeddings=torch.cat([shown, corners], dim=2),
            dense_prompt_embeddings=prompts.no_mask_embed.weight.reshape(1, -1, 1, 1).expand(
                1, -1, *prompts.image_embedding_size
            ),
            multimask_output=True,
            high_resolution_features=seen[:-1],
        )
        return scores, masks, is_there


def export_sam2(network: Any, folder: Path) -> None:
    """Write the same two files of SAM 2, or of what is built like it, for one thing at a time."""
    side = network.prompt_encoder.input_image_size
    vision, decoder = _Vision2(network).eval(), _Decoder2(network).eval()
    pixels = torch.zeros(1, 3, side, side)
    with torch.no_grad():
        seen = vision(pixels)
        names = [f"image_embeddings.{level}" for level in range(len(seen))]
        torch.onnx.export(
            vision,
            (pixels,),
            folder / "vision_encoder.onnx",
            input_names=["pixel_values"],
            output_names=names,
            dynamo=False,
        )
        points, labels = torch.ones(1, 1, 3, 2), torch.ones(1, 1, 3, dtype=torch.int64)
        torch.onnx.export(
            decoder,
            (points, labels, torch.ones(1, 1, 4), *seen),
            folder / "prompt_encoder_mask_decoder.onnx",
            input_names=["input_points", "input_labels", "input_boxes", *names],
            output_names=["iou_scores", "pred_masks", "object_score_logits"],
            dynamic_axes={
                "input_points": {2: "num_points_per_image"},
                "input_labels": {2: "num_points_per_image"},
                "input_boxes": {1: "num_boxes_per_image"},
            },
            dynamo=False,
        )
