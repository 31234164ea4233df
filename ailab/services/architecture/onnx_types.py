"""ONNX's names of dtypes, and its inputs and outputs (`onnx.proto3`)."""

from __future__ import annotations

from ailab.services.architecture.network_outline import GraphPort
from ailab.services.architecture.protobuf_fields import fields_of, signed, text_of

_DTYPES = (
    *("UNDEFINED", "FLOAT", "UINT8", "INT8", "UINT16", "INT16", "INT32", "INT64", "STRING"),
    *("BOOL", "FLOAT16", "DOUBLE", "UINT32", "UINT64", "COMPLEX64", "COMPLEX128", "BFLOAT16"),
    *("FLOAT8E4M3FN", "FLOAT8E4M3FNUZ", "FLOAT8E5M2", "FLOAT8E5M2FNUZ", "UINT4", "INT4"),
    *("FLOAT4E2M1", "FLOAT8E8M0", "UINT2", "INT2"),
)
_NAME, _TYPE = 1, 2
_TENSOR_TYPE = 1
_OTHER_TYPES = {4: "sequence", 5: "map", 8: "sparse tensor", 9: "optional"}
_ELEMENT, _SHAPE = 1, 2
_DIMENSION = 1
_LENGTH, _LENGTH_NAME = 1, 2
_MOST_AXES = 64


def dtype_name(number: int) -> str:
    """The name in `TensorProto.DataType`."""
    return _DTYPES[number] if 0 < number < len(_DTYPES) else f"unknown ({number})"


def read_port(message: bytes) -> GraphPort:
    """The input or output that a `ValueInfoProto` tells of.

    Raises:
        ValueError: it is not well formed.
    """
    name, dtype = "", "unknown"
    shape: tuple[str, ...] = ()
    for number, _, data in fields_of(message):
        if number == _NAME:
            name = text_of(data)
        elif number == _TYPE:
            dtype, shape = _read_type(data)
    return GraphPort(name, dtype, shape)


def _read_type(message: bytes) -> tuple[str, tuple[str, ...]]:
    for number, _, data in fields_of(message):
        if number == _TENSOR_TYPE:
            return _read_tensor_type(data)
        if number in _OTHER_TYPES:
            return _OTHER_TYPES[number], ()
    return "unknown", ()


def _read_tensor_type(message: bytes) -> tuple[str, tuple[str, ...]]:
    dtype = "unknown"
    shape: tuple[str, ...] = ()
    for number, value, data in fields_of(message):
        if number == _ELEMENT:
            dtype = dtype_name(value or 0)
        elif number == _SHAPE:
            axes = [axis for field, _, axis in fields_of(data) if field == _DIMENSION]
            shape = tuple(map(_read_axis, axes[:_MOST_AXES]))
    return dtype, shape


def _read_axis(message: bytes) -> str:
    for number, value, data in fields_of(message):
        if number == _LENGTH and value is not None:
            # Some exporters write a negative or 0 where a length is free.
            return str(value) if signed(value) > 0 else "?"
        if number == _LENGTH_NAME and data:
            return text_of(data)
    return "?"
