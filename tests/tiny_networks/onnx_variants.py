"""The variants of an ONNX file, made as the Hub's repositories for transformers.js make them.

Source: `scripts/quantize.py` of https://github.com/huggingface/transformers.js. Needs onnx and
onnx-ir, which the extra torch brings.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import onnx
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_bnb4_quantizer import MatMulBnb4Quantizer
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from onnxruntime.transformers import float16

_to_half: Any = float16.convert_float_to_float16
_nf4: Any = MatMulBnb4Quantizer
_nbits: Any = MatMulNBitsQuantizer

SUFFIXES = {
    "fp16": "_fp16",
    "q8": "_quantized",
    "int8": "_int8",
    "uint8": "_uint8",
    "q4": "_q4",
    "q4f16": "_q4f16",
    "bnb4": "_bnb4",
}
"""What ends the names of the files of each variant that can be made."""

_BYTES = {"q8": QuantType.QUInt8, "int8": QuantType.QInt8, "uint8": QuantType.QUInt8}
_IN_BYTES = frozenset({"MatMulInteger", "ConvInteger"})
_IN_FOUR_BITS = frozenset({"MatMulNBits"})
_MARKS = {
    "fp16": frozenset({"FLOAT16"}),
    **dict.fromkeys(_BYTES, _IN_BYTES),
    "q4": _IN_FOUR_BITS,
    "q4f16": _IN_FOUR_BITS,
    "bnb4": frozenset({"MatMulBnb4"}),
}
"""Of which at least one tells that a file is what its name says."""


def write_variant(folder: Path, variant: str) -> None:
    """Write a variant of each file of `onnx/`, in 32-bit numbers so far.

    Args:
        folder: the model's.
        variant: one of `SUFFIXES`. What goes in and out stays 32-bit numbers.
    """
    found: set[str] = set()
    for source in _sources(folder):
        target = source.with_name(f"{source.stem}{SUFFIXES[variant]}.onnx")
        if variant in _BYTES:
            quantize_dynamic(
                source,
                target,
                weight_type=_BYTES[variant],
                extra_options={"EnableSubgraph": True, "MatMulConstBOnly": True},
            )
        else:
            onnx.save(_converted(onnx.load(source), variant), target)
        found |= _marks(onnx.load(target))
    assert _MARKS[variant] & found, f"{variant} was not made"


def write_half_through(folder: Path) -> None:
    """Write `fp16` files that speak in half precision too, their tensors in files beside them."""
    for source in _sources(folder):
        target = source.with_name(f"{source.stem}{SUFFIXES['fp16']}.onnx")
        half = _to_half(onnx.load(source), keep_io_types=False)
        data = f"{target.name}_data"  # as transformers.js calls it
        target.with_name(data).unlink(missing_ok=True)
        onnx.save(half, target, save_as_external_data=True, location=data)
        assert target.with_name(data).stat().st_size


def _sources(folder: Path) -> list[Path]:
    files = sorted((folder / "onnx").glob("*.onnx"))
    return [each for each in files if not each.stem.endswith(tuple(SUFFIXES.values()))]


def _converted(model: Any, variant: str) -> Any:
    if variant == "bnb4":
        blocks = _nf4(model, MatMulBnb4Quantizer.NF4, 64)
        blocks.process()
        return blocks.model.model
    if variant in {"q4", "q4f16"}:
        quantizer = _nbits(model, block_size=32, is_symmetric=True)
        quantizer.process()
        model = quantizer.model.model
    if variant in {"fp16", "q4f16"}:
        model = _to_half(model, keep_io_types=True)
    return model


def _marks(model: Any) -> set[str]:
    """The operators of a graph and those within it, and `FLOAT16` where it holds such weights."""
    found: set[str] = set()
    graphs = [model.graph]
    while graphs:
        graph = graphs.pop()
        types = {each.data_type for each in graph.initializer}
        found |= {"FLOAT16"} if onnx.TensorProto.FLOAT16 in types else set()
        for node in graph.node:
            found.add(node.op_type)
            graphs += [each.g for each in node.attribute if each.HasField("g")]
    return found
