"""Tiny networks that find keypoints, from transformers' own classes, and the same as ONNX.

Each function makes a network of random weights of a fixed seed and its Pillow image processor.
Needs PyTorch, transformers and SciPy.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import torch
import transformers
from transformers.models.superpoint import modeling_superpoint
from transformers.models.superpoint.image_processing_pil_superpoint import (
    SuperPointImageProcessorPil,
)
from transformers.models.vitpose.image_processing_pil_vitpose import VitPoseImageProcessorPil

from ailab.services.inference.onnx_export import write_onnx
from ailab.services.inference.torch_model import takes_expert
from tiny_networks.torchvision_stand_in import stand_in

HEIGHT, WIDTH = 64, 48
"""Of what the pose networks see, in pixels."""

EDGES = [[0, 1], [1, 2], [2, 3], [0, 3]]
"""A skeleton, as files of ViTPose tell it."""

_JOINTS = {index: f"joint {index}" for index in range(5)}


class Tiny(NamedTuple):
    """A network and what prepares its pictures and reads its answers."""

    network: Any
    processor: Any


def vitpose(*, experts: int = 1, is_classic: bool = False) -> Tiny:
    """ViTPose; ViTPose+ with several experts."""
    torch.manual_seed(5)
    backbone = transformers.VitPoseBackboneConfig(
        image_size=[HEIGHT, WIDTH],
        patch_size=[16, 16],
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        mlp_ratio=2,
        num_experts=experts,
        part_features=8,
        out_indices=[2],
    )
    config = transformers.VitPoseConfig(
        backbone_config=backbone,
        use_simple_decoder=not is_classic,
        id2label=_JOINTS,
        edges=EDGES,
    )
    network = transformers.VitPoseForPoseEstimation(config)
    _strengthen(network.head, 3)
    size = {"height": HEIGHT, "width": WIDTH}
    return Tiny(network.eval(), VitPoseImageProcessorPil(size=size))


def sapiens2() -> Tiny:
    """Sapiens2, whose processor transformers has for torchvision alone."""
    torch.manual_seed(5)
    config = transformers.Sapiens2Config(
        image_size=[HEIGHT, WIDTH],
        patch_size=16,
        hidden_size=32,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_attention_heads=2,
        num_register_tokens=1,
        head_config={"upsample_out_channels": [16, 16, 16], "conv_out_channels": [16]},
        id2label=_JOINTS,
        edges=EDGES,
    )
    network = transformers.Sapiens2ForPoseEstimation(config)
    _strengthen(network.decode_head.predictor, 0.05)  # its layers before are normalised
    size = {"height": HEIGHT, "width": WIDTH}
    return Tiny(network.eval(), stand_in("Sapiens2ImageProcessor", size=size))


def superpoint(*, is_grey: bool = True) -> Tiny:
    """SuperPoint."""
    torch.manual_seed(5)
    config = transformers.SuperPointConfig(
        encoder_hidden_sizes=[8, 8, 16, 16],
        decoder_hidden_size=16,
        descriptor_decoder_dim=16,
        keypoint_threshold=0.02,
    )
    network = transformers.SuperPointForKeypointDetection(config)
    _strengthen(network, 8)
    size = {"height": 96, "width": 128}
    return Tiny(network.eval(), SuperPointImageProcessorPil(size=size, do_grayscale=is_grey))


POSES: Mapping[str, Callable[[], Tiny]] = {
    "ViTPose": vitpose,
    "ViTPose, classic decoder": lambda: vitpose(is_classic=True),
    "ViTPose+": lambda: vitpose(experts=6),
    "Sapiens2ForPoseEstimation": sapiens2,
}
"""Those that look at one thing at a time, by name."""

NETWORKS: Mapping[str, Callable[[], Tiny]] = {
    **POSES,
    "SuperPoint": superpoint,
    "SuperPoint, in colour": lambda: superpoint(is_grey=False),
}
"""All of them, by name."""


def save(tiny: Tiny, folder: Path) -> Path:
    """Write safetensors, `config.json` and `preprocessor_config.json`."""
    tiny.network.save_pretrained(folder)
    values = tiny.processor.to_dict()
    values["image_processor_type"] = values["image_processor_type"].removesuffix("Pil")
    (folder / "preprocessor_config.json").write_text(json.dumps(values), encoding="utf-8")
    return folder


def export(tiny: Tiny, folder: Path) -> Path:
    """Write `onnx/model.onnx` beside the two files of configuration, without safetensors."""
    save(tiny, folder)
    (folder / "model.safetensors").unlink()
    (folder / "onnx").mkdir()
    is_pose = type(tiny.network).__name__.endswith("ForPoseEstimation")
    outputs = ["heatmaps"] if is_pose else ["keypoints", "scores", "descriptors", "mask"]
    size = (HEIGHT, WIDTH) if is_pose else (96, 128)
    inputs: dict[str, Any] = {"pixel_values": torch.rand(1, 3, *size)}
    if is_pose and takes_expert(tiny.network):
        inputs["dataset_index"] = torch.zeros(1, dtype=torch.int64)
    if isinstance(tiny.network, transformers.Sapiens2ForPoseEstimation):
        # Of its layers the older exporter knows no normalisation of single pictures.
        feeds = {name: values.numpy() for name, values in inputs.items()}
        write_onnx(tiny.network, feeds, folder / "onnx" / "model.onnx", {"pixel_values": {0}})
        return folder
    free = {name: {0: "batch"} for name in (*inputs, *outputs)}
    if not is_pose:
        free = {name: {1: "points"} for name in outputs}
    with warnings.catch_warnings(), _pooling_in_four_dimensions():
        warnings.simplefilter("ignore")  # of tracing
        torch.onnx.export(
            _Named(tiny.network, list(inputs), outputs).eval(),
            tuple(inputs.values()),
            str(folder / "onnx" / "model.onnx"),
            input_names=list(inputs),
            output_names=outputs,
            dynamic_axes=free,
            dynamo=False,
        )
    return folder


@contextmanager
def _pooling_in_four_dimensions() -> Iterator[None]:
    """The exporter writes a wrong graph of SuperPoint's pooling of maps without channels."""
    thin = modeling_superpoint.simple_nms
    modeling_superpoint.simple_nms = lambda scores, radius: thin(scores[None], radius)[0]
    try:
        yield
    finally:
        modeling_superpoint.simple_nms = thin


class _Named(torch.nn.Module):  # type: ignore[misc]  # PyTorch has no types here
    def __init__(self, network: Any, inputs: list[str], outputs: list[str]) -> None:
        super().__init__()
        self.network, self.inputs, self.outputs = network, inputs, outputs

    def forward(self, *values: Any) -> Any:
        answer = self.network(**dict(zip(self.inputs, values, strict=True)), return_dict=True)
        return tuple(answer[name] for name in self.outputs)


def _strengthen(network: Any, factor: float) -> None:
    """Random weights give nearly flat maps, which find nothing, or ones far above 1."""
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, torch.nn.Conv2d | torch.nn.ConvTranspose2d):
                module.weight.mul_(factor)
