"""Smaller copies of an exported network: half precision, and eight bits.

Their names are those that the Hub's repositories for transformers.js use: `model_fp16.onnx`,
`model_quantized.onnx`. Run it from the project's root: `python -m training.weight_variants`.
"""

from __future__ import annotations

import logging
from pathlib import Path

import onnx
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.float16 import convert_float_to_float16

_SEGMENTER = Path(__file__).resolve().parents[1] / "ailab/demo/models/segformer-nuclei"


def write_variants(folder: Path) -> None:
    """Write both beside `onnx/model.onnx`; what goes in and out stays 32-bit floats.

    Weights are quantized once, activations as they come.
    """
    source = folder / "onnx" / "model.onnx"
    half = convert_float_to_float16(onnx.load(source), keep_io_types=True)
    onnx.save(half, source.with_name("model_fp16.onnx"))
    quantize_dynamic(
        source,
        source.with_name("model_quantized.onnx"),
        op_types_to_quantize=["MatMul", "Conv"],
        weight_type=QuantType.QUInt8,
    )


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    write_variants(_SEGMENTER)
