"""Weights that take their place and hold nothing: a header of tensors, and zeros."""

from __future__ import annotations

import json

from ailab.demo.demo_file import ZeroPadded


def zero_weights(layers: int, width: int) -> ZeroPadded:
    """A safetensors file of a plain transformer's tensors, all zero, 32 bits each.

    Args:
        layers: how many blocks.
        width: numbers per token; a block has about twelve times its square.
    """
    shapes: dict[str, list[int]] = {
        "embeddings.patch_embeddings.projection.weight": [width, 3, 16, 16],
        "embeddings.patch_embeddings.projection.bias": [width],
    }
    for layer in range(layers):
        block = f"encoder.layer.{layer}"
        for part in ("query", "key", "value"):
            shapes[f"{block}.attention.{part}.weight"] = [width, width]
            shapes[f"{block}.attention.{part}.bias"] = [width]
        shapes[f"{block}.attention.output.weight"] = [width, width]
        shapes[f"{block}.attention.output.bias"] = [width]
        shapes[f"{block}.mlp.fc1.weight"] = [4 * width, width]
        shapes[f"{block}.mlp.fc1.bias"] = [4 * width]
        shapes[f"{block}.mlp.fc2.weight"] = [width, 4 * width]
        shapes[f"{block}.mlp.fc2.bias"] = [width]
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name, shape in shapes.items():
        size = 4
        for length in shape:
            size *= length
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [end, end + size]}
        end += size
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return ZeroPadded(len(text).to_bytes(8, "little") + text, 8 + len(text) + end)
