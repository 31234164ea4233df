"""How much memory a run takes, before anything is downloaded.

The estimate is that of the worker's whole process at its largest:

    base + weights × copies + pixels of the network's input × bytes per pixel × ⁴√(float32/100 MB)

Where weights are kept as float16, a processor reckons in float32 all the same, so that the last
part goes by what they take in float32.

Where PyTorch makes float32 of weights that were saved at half the width, it may take more before
it reckons than while it does: what was read of the files stays mapped until all of it is made.

Networks that chat are much larger than what they make of a picture, which counts for a fixed sum.

Its numbers are fitted to what the worker took for real networks (docs/runs-here.md has them).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ailab.services.inference.chat_models import chats
from ailab.services.inference.engine_table import ENGINES, ONNX, TORCH
from ailab.services.inference.matte_models import matte_side
from ailab.services.inference.model_layout import SAFETENSORS
from ailab.services.inference.preprocessor_defaults import processor_defaults
from ailab.services.inference.text_readers import TEXT_LINE, TEXT_READERS

_MB = 1_000_000
# Bytes in memory for a byte of weights; ONNX Runtime widens what a processor cannot reckon in.
_COPIES = MappingProxyType(
    {"fp16": 3.0, "bf16": 3.0, "q4f16": 3.0, "q4": 2.0, "bnb4": 2.0, SAFETENSORS: 1.0}
)
_OTHER_COPIES = 1.4
_FLOAT16, _WIDENED = "fp16", 2
# What the layers' values take for each pixel that the network sees, and the maps made of them;
# larger networks have wider layers.
_BYTES_PER_PIXEL = MappingProxyType(
    {
        (ONNX, "image-segmentation"): 3300,
        (TORCH, "image-segmentation"): 1650,
        (ONNX, "depth-estimation"): 800,
        (TORCH, "depth-estimation"): 800,
        (ONNX, "mask-generation"): 2200,
        (TORCH, "mask-generation"): 1200,
        (ONNX, "image-to-image"): 64_000,
        (TORCH, "image-to-image"): 20_000,
    }
)
_FORMULAS = "PPFormulaNet"
_WORD = "Mgpstr"
_LINES = tuple(
    name.partition("For")[0] for name, decoder in TEXT_READERS.items() if decoder == TEXT_LINE
)
# Networks that differ from others of their task: many small patches, many queries on a large
# picture, or coarser layers early on.
_OF_FAMILY = MappingProxyType(
    {
        (ONNX, "CLIPSeg"): 250,
        (TORCH, "CLIPSeg"): 250,
        (TORCH, "OwlViT"): 250,
        (TORCH, "Owlv2"): 250,
        (ONNX, "Sam2Model"): 750,
        (TORCH, "Sam2Model"): 850,
        (ONNX, "Sam2VideoModel"): 750,
        (TORCH, "Sam2VideoModel"): 850,
        (TORCH, "Sam3Model"): 300,
        (TORCH, "Sam3LiteTextModel"): 300,
        (TORCH, "Sam3TrackerModel"): 300,
        (TORCH, "Sam3VideoModel"): 300,
        (ONNX, "PPOCRV5ServerDet"): 1000,
        (TORCH, "PPOCRV5ServerDet"): 1700,
        (TORCH, "PPOCRV5MobileDet"): 560,
        (TORCH, "PPOCRV6MediumDet"): 800,
        (ONNX, "GroundingDino"): 700,
        (TORCH, "GroundingDino"): 700,
        (ONNX, "Florence2"): 900,
        (TORCH, _FORMULAS): 530,
        (ONNX, _WORD): 6600,
        (TORCH, _WORD): 6600,
        **{(TORCH, name): 2300 for name in _LINES},
    }
)
_OTHER_BYTES_PER_PIXEL = 410
_OF_A_CONVERSATION = 300 * _MB
"""What the layers of a network that chats take, and what they remember of picture and text."""

_USUAL_WEIGHTS = 100 * _MB
_SIDES = MappingProxyType(
    {
        "image-classification": 224,
        "object-detection": 800,
        "image-segmentation": 512,
        "depth-estimation": 600,
        "zero-shot-image-classification": 224,
        "zero-shot-object-detection": 800,
        "mask-generation": 1024,
        "keypoint-detection": 640,
        "image-feature-extraction": 224,
        "image-to-text": 384,
        "visual-question-answering": 384,
        "image-to-image": 256,  # nothing scales a picture down here: of a small one
    }
)
# Those whose pictures are prepared by the processor of another, in a size of their own.
# A line of text is 48 pixels high and as long as it comes, 1000 pixels or so; a word 32 x 128.
_OWN_SIDES = MappingProxyType(
    {"Florence2": 768, "Kosmos2_5": 1024, _WORD: 64, **dict.fromkeys(_LINES, 220)}
)
_MOST_PIXELS = 16_000_000


def estimate_memory(
    weights: int, *, engine: str, variant: str, task: str, architecture: str
) -> int:
    """Bytes of memory that a run is expected to take.

    Args:
        weights: size of the files of weights in bytes.
        engine: name of the engine.
        variant: of the weights, such as `fp16`.
        task: the pipeline tag.
        architecture: such as `ViTForImageClassification`; may be empty.
    """
    copies = _COPIES.get(variant, _OTHER_COPIES)
    base = ENGINES[engine].memory
    if engine == TORCH and chats((architecture,)):
        return int(base + weights + _OF_A_CONVERSATION)
    of_task = _BYTES_PER_PIXEL.get((engine, task), _OTHER_BYTES_PER_PIXEL)
    each: float = _OF_FAMILY.get((engine, _processor(architecture)), of_task)
    in_float32 = weights * (_WIDENED if variant == _FLOAT16 else 1)
    each *= (in_float32 / _USUAL_WEIGHTS) ** 0.25
    return int(base + weights * copies + input_pixels(task, architecture) * each)


def memory_while_widened(weights: int, read: int) -> int:
    """Bytes that PyTorch takes at most while it makes float32 of what was saved at half the width.

    Args:
        weights: bytes of all weights as they are reckoned with.
        read: bytes of those in the files that are made wider.
    """
    return ENGINES[TORCH].memory + weights + read


def input_pixels(task: str, architecture: str) -> int:
    """Pixels that a network of a known kind sees at most, by its processor's usual size."""
    processor = _processor(architecture)
    side = matte_side(architecture) or _OWN_SIDES.get(processor)
    if side is not None:
        return side**2
    size = processor_defaults(processor).get("size") if processor else None
    usual = processor_defaults("")["size"]
    if not isinstance(size, Mapping) or size == usual:
        return _SIDES.get(task, 512) ** 2
    return min(_MOST_PIXELS, _pixels(size))


def _processor(architecture: str) -> str:
    """The name of an architecture's image processor, as far as it is the architecture's own."""
    if architecture.startswith(_FORMULAS):  # the one with these letters in its own name
        return _FORMULAS
    return architecture.partition("For")[0].removeprefix("MM")


def _pixels(size: Mapping[str, Any]) -> int:
    edge = int(size.get("shortest_edge", 0))
    width = int(size.get("width", size.get("longest_edge", edge)))
    return int(size.get("height", edge)) * width
