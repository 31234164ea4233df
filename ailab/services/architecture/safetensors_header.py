"""The header of a safetensors file.

Eight bytes, a little-endian unsigned integer, tell the length of the JSON object that follows: each
tensor's name with its `dtype`, `shape` and `data_offsets` in what lies behind
(https://huggingface.co/docs/safetensors). Tensors lie without gaps and without overlap there.
"""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any, TypeGuard

from ailab.services.architecture.network_outline import TensorInfo, check_shape

LENGTH_BYTES = 8
MOST_HEADER = 10_000_000
"""Bytes of a header that is read; the largest real ones have a tenth of it."""

_BITS = {
    **dict.fromkeys(("F64", "I64", "U64", "C64"), 64),
    **dict.fromkeys(("F32", "I32", "U32"), 32),
    **dict.fromkeys(("F16", "BF16", "I16", "U16"), 16),
    **dict.fromkeys(("I8", "U8", "BOOL", "F8_E4M3", "F8_E5M2", "F8_E8M0"), 8),
}
_METADATA = "__metadata__"
_LONGEST = 1000


def header_length(start: bytes, size: int | None) -> int:
    """The length of the JSON, from a file's first eight bytes.

    Args:
        start: the file's first bytes.
        size: of the whole file in bytes; None where it is not known.

    Raises:
        ValueError: it cannot be one, or is longer than `MOST_HEADER`.
    """
    if len(start) < LENGTH_BYTES:
        raise ValueError("the file ends within its first eight bytes")
    length = int.from_bytes(start[:LENGTH_BYTES], "little")
    if size is not None and length > size - LENGTH_BYTES:
        raise ValueError(f"a header of {length:,} bytes in a file of {size:,}")
    if length > MOST_HEADER:
        raise ValueError(f"a header of {length:,} bytes")
    return length


def read_header(
    content: bytes, data_size: int | None
) -> tuple[tuple[TensorInfo, ...], tuple[tuple[str, str], ...]]:
    """The tensors in the order in which they lie, and the metadata.

    Args:
        content: the JSON.
        data_size: bytes of what lies behind it; None where that is not known.

    Raises:
        ValueError: it is not what the format promises.
    """
    try:
        header = json.loads(content, object_pairs_hook=_unique)
    except RecursionError as error:
        raise ValueError("JSON that is nested too deep") from error
    if not isinstance(header, dict):
        raise ValueError("no JSON object")
    metadata = header.pop(_METADATA, {})
    placed = [_tensor(name, entry) for name, entry in header.items()]
    placed.sort(key=lambda each: each[:2])
    for before, after in pairwise(placed):
        if after[0] < before[1]:
            raise ValueError(f"{after[2].name} lies within {before[2].name}")
        if after[0] > before[1]:
            raise ValueError(f"nothing lies between {before[2].name} and {after[2].name}")
    if placed and placed[0][0] != 0:
        raise ValueError(f"nothing lies before {placed[0][2].name}")
    if placed and data_size is not None and placed[-1][1] != data_size:
        raise ValueError(f"{placed[-1][2].name} does not end with the file")
    facts = metadata.items() if isinstance(metadata, dict) else ()
    texts = tuple((k[:100], v[:_LONGEST]) for k, v in facts if isinstance(v, str))
    return tuple(tensor for _, _, tensor in placed), texts


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("the same name twice")
    return found


def _tensor(name: str, entry: object) -> tuple[int, int, TensorInfo]:
    """Where a tensor begins and ends, and what it is."""
    if not isinstance(entry, dict):
        raise ValueError(f"{name[:100]} is no object")
    dtype, shape, offsets = (entry.get(key) for key in ("dtype", "shape", "data_offsets"))
    if not isinstance(dtype, str) or not _are_counts(shape) or not _are_counts(offsets):
        raise ValueError(f"{name[:100]} has no dtype, shape and place")
    if len(offsets) != 2 or offsets[0] > offsets[1]:
        raise ValueError(f"{name[:100]} ends before it begins")
    tensor = TensorInfo(name[:_LONGEST], dtype[:20], tuple(shape))
    check_shape(tensor.shape)
    bits = _BITS.get(dtype)
    if bits is not None and (tensor.count * bits + 7) // 8 != offsets[1] - offsets[0]:
        raise ValueError(f"{name[:100]} has another size than its shape says")
    return offsets[0], offsets[1], tensor


def _are_counts(value: object) -> TypeGuard[list[int]]:
    return isinstance(value, list) and all(type(each) is int and each >= 0 for each in value)
