"""Networks of usual sizes with random weights, in Hugging Face layout, for the benchmarks.

They are made from transformers' Config classes with a fixed seed, and exported to ONNX by
transformers' own exporter, so that both engines and transformers run the same weights. Making
them takes minutes; what lies in the folder already is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from PIL import Image
from transformers.exporters import OnnxConfig, OnnxExporter


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of network.

    Attributes:
        name: what it is called in the tables.
        task: its pipeline tag.
        make: makes it, and its image processor.
        goal: images per second that ONNX Runtime has to reach, as a multiple of the pipeline's.
        has_free_batch: exported with a batch dimension that is left open.
        engines: those that run it; ONNX only where transformers' own exporter writes it.
    """

    name: str
    task: str
    make: Callable[[], tuple[Any, Any]]
    goal: float
    has_free_batch: bool = True
    engines: tuple[str, ...] = ("onnx", "torch")


def _mobilenet() -> tuple[Any, Any]:
    config = transformers.MobileNetV2Config(num_labels=1001)
    return (
        transformers.MobileNetV2ForImageClassification(config),
        transformers.MobileNetV2ImageProcessor(),
    )


def _vit() -> tuple[Any, Any]:
    config = transformers.ViTConfig(num_labels=1000)
    return transformers.ViTForImageClassification(config), transformers.ViTImageProcessor()


def _segformer() -> tuple[Any, Any]:
    config = transformers.SegformerConfig(num_labels=150)
    return (
        transformers.SegformerForSemanticSegmentation(config),
        transformers.SegformerImageProcessor(),
    )


def _segformer_of_few_classes() -> tuple[Any, Any]:
    """The same where seven classes win in a picture, as of a trained network.

    Random weights give 96 classes in specks of a few cells, of which each is reckoned and told.
    """
    network, processor = _segformer()
    bias = network.decode_head.classifier.bias
    with torch.no_grad():
        bias += 0.1 * torch.randn(bias.shape, generator=torch.Generator().manual_seed(1))
    return network, processor


def _rt_detr() -> tuple[Any, Any]:
    config = transformers.RTDetrConfig(
        backbone_config=transformers.RTDetrResNetConfig(
            hidden_sizes=[64, 128, 256, 512],
            depths=[2, 2, 2, 2],
            layer_type="basic",
            out_features=["stage2", "stage3", "stage4"],
        ),
        encoder_in_channels=[128, 256, 512],
        decoder_layers=3,
        hidden_expansion=0.5,
        num_labels=80,
    )
    return transformers.RTDetrForObjectDetection(config), transformers.RTDetrImageProcessor()


def _yolos() -> tuple[Any, Any]:
    config = transformers.YolosConfig(
        hidden_size=192,
        num_attention_heads=3,
        intermediate_size=768,
        image_size=[512, 672],
        num_labels=91,
    )
    processor = transformers.YolosImageProcessor(size={"height": 512, "width": 672})
    return transformers.YolosForObjectDetection(config), processor


def _depth_anything() -> tuple[Any, Any]:
    config = transformers.DepthAnythingConfig(
        backbone_config=transformers.Dinov2Config(
            hidden_size=384,
            num_hidden_layers=12,
            num_attention_heads=6,
            image_size=518,
            out_features=["stage3", "stage6", "stage9", "stage12"],
            reshape_hidden_states=False,
            apply_layernorm=True,
        ),
        reassemble_hidden_size=384,
        neck_hidden_sizes=[48, 96, 192, 384],
        fusion_hidden_size=64,
        head_in_index=-1,
    )
    processor = transformers.DPTImageProcessor(
        size={"height": 518, "width": 518}, keep_aspect_ratio=True, ensure_multiple_of=14
    )
    return transformers.DepthAnythingForDepthEstimation(config), processor


def _mask2former() -> tuple[Any, Any]:
    """With Swin-T; its queries are made sure, since those of random weights claim nothing."""
    config = transformers.Mask2FormerConfig(
        backbone_config=transformers.SwinConfig(
            out_features=["stage1", "stage2", "stage3", "stage4"]
        ),
        num_labels=80,
    )
    network = transformers.Mask2FormerForUniversalSegmentation(config)
    with torch.no_grad():
        network.class_predictor.weight *= 100
    return network, transformers.Mask2FormerImageProcessor(size={"height": 384, "width": 384})


def _sam() -> tuple[Any, Any]:
    """SAM with a third of ViT-B's layers and of its width, which sees pictures sooner.

    Its masks, of which the memory is measured, are of the usual size.
    """
    processor = transformers.SamImageProcessorPil(
        size={"longest_edge": 1024}, pad_size={"height": 1024, "width": 1024}
    )
    vision = transformers.SamVisionConfig(
        hidden_size=256,
        num_hidden_layers=4,
        num_attention_heads=4,
        mlp_dim=1024,
        global_attn_indexes=[3],
    )
    config = transformers.SamConfig(vision_config=vision.to_dict())
    return transformers.SamModel(config), processor


KINDS = (
    Kind("MobileNetV2", "image-classification", _mobilenet, 3.0),
    Kind("ViT-B/16", "image-classification", _vit, 0.95),
    Kind("SegFormer-B0", "image-segmentation", _segformer, 3.0),
    Kind("SegFormer-B0, few classes", "image-segmentation", _segformer_of_few_classes, 3.0),
    Kind("RT-DETR-R18", "object-detection", _rt_detr, 1.3, has_free_batch=False),
    Kind("YOLOS-tiny", "object-detection", _yolos, 0.95, has_free_batch=False),
    Kind("Depth-Anything-S", "depth-estimation", _depth_anything, 0.95, has_free_batch=False),
)
"""Those whose speed is compared."""

MASKS = (
    Kind("Mask2Former-T", "image-segmentation", _mask2former, 0.95, has_free_batch=False),
    Kind("SAM", "mask-generation", _sam, 0.95, engines=("torch",)),
)
"""Those whose answers are many masks, of which the memory alone is measured."""


def folders(kind: Kind, place: Path) -> tuple[Path, Path]:
    """The folders of a network's ONNX and safetensors forms, which are made where missing."""
    name = kind.name.replace("/", "-")
    onnx, safetensors = place / f"{name}-onnx", place / f"{name}-torch"
    if not (safetensors / "model.safetensors").is_file():
        print(f"making {kind.name} …", flush=True)
        _make(kind, onnx, safetensors)
    return onnx, safetensors


def _make(kind: Kind, onnx: Path, safetensors: Path) -> None:
    torch.manual_seed(0)
    network, processor = kind.make()
    network.eval()
    network.config.architectures = [type(network).__name__]
    for folder in (onnx, safetensors):
        processor.save_pretrained(folder)
        network.config.save_pretrained(folder)
    network.save_pretrained(safetensors, safe_serialization=True)
    if "onnx" not in kind.engines:
        return
    picture = Image.fromarray(np.zeros((480, 640, 3), np.uint8))
    count = 2 if kind.has_free_batch else 1
    inputs = dict(processor(images=[picture] * count, return_tensors="pt"))
    config: dict[str, Any] = {}
    if kind.has_free_batch:
        batch = torch.export.Dim("batch", min=1, max=64)
        config = {"dynamic": True, "dynamic_shapes": {name: {0: batch} for name in inputs}}
    exported = OnnxExporter().export(network, inputs, config=OnnxConfig(**config))
    OnnxExporter.save_program(exported.program, onnx / "model.onnx")


def pictures(place: Path) -> dict[str, Path]:
    """JPEG files of 640 × 480 and of 4000 × 3000 pixels, with structure and with noise."""
    found = {}
    for name, size in (("640×480", (640, 480)), ("12 MP", (4000, 3000))):
        path = place / f"{size[0]}x{size[1]}.jpg"
        if not path.is_file():
            random = np.random.default_rng(0)
            coarse = random.integers(0, 256, (12, 16, 3), np.uint8)
            smooth = Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC)
            noise = random.normal(0, 6, (size[1], size[0], 3))
            pixels = np.clip(np.asarray(smooth) + noise, 0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(path, quality=92)
        found[name] = path
    return found
