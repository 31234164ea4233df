"""Tensors on their way to a server and back, as binary data or as JSON.

Source of the wire format: the Open Inference Protocol, version 2, and its extension for binary
tensor data (https://github.com/triton-inference-server/server, `extension_binary_data.md`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import prod
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.served.oip_json import load_object, shape_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.served.oip_connection import OipAnswer

_WHOLE = ("INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64")
DTYPES: Mapping[str, str] = MappingProxyType(
    {
        "BOOL": "bool",
        "FP16": "float16",
        "FP32": "float32",
        "FP64": "float64",
        **{name: name.lower() for name in _WHOLE},
    }
)
"""NumPy's names of the types that tensors of numbers have; on the wire the first byte is the
lowest."""

_NAMES = {dtype: name for name, dtype in DTYPES.items()}
_MOST_OUTPUTS = 256


def binary_request(
    feeds: Mapping[str, npt.NDArray[Any]], outputs: Sequence[str]
) -> tuple[bytes, int]:
    """The body of a request with binary tensors, and how many of its bytes are JSON."""
    inputs, blocks = [], []
    for name, values in feeds.items():
        block = np.ascontiguousarray(values, values.dtype.newbyteorder("<")).tobytes()
        inputs.append({**_head(name, values), "parameters": {"binary_data_size": len(block)}})
        blocks.append(block)
    wanted = [{"name": name, "parameters": {"binary_data": True}} for name in outputs]
    request: dict[str, Any] = {"inputs": inputs, "parameters": {"binary_data_output": True}}
    if wanted:
        request["outputs"] = wanted
    head = json.dumps(request).encode()
    return b"".join((head, *blocks)), len(head)


def json_request(feeds: Mapping[str, npt.NDArray[Any]], outputs: Sequence[str]) -> bytes:
    """The body of a request without binary tensors."""
    inputs = [
        {**_head(name, values), "data": values.ravel().tolist()} for name, values in feeds.items()
    ]
    request: dict[str, Any] = {"inputs": inputs}
    if outputs:
        request["outputs"] = [{"name": name} for name in outputs]
    return json.dumps(request).encode()


def read_outputs(answer: OipAnswer) -> dict[str, npt.NDArray[Any]]:
    """The tensors of an answer, binary or not, in its order.

    Raises:
        BadFieldError: it is not what the protocol says: a type without numbers, a shape that
            does not suit the data, data missing or left over.
    """
    head, rest = _split(answer)
    found: dict[str, npt.NDArray[Any]] = {}
    for each in load_object(head).objects("outputs", _MOST_OUTPUTS):
        name, datatype, shape = each.text("name"), each.text("datatype"), shape_of(each)
        if datatype not in DTYPES:
            raise BadFieldError(f"output {name:.100} is of type {datatype:.20}")
        if name in found:
            raise BadFieldError(f"two outputs called {name:.100}")
        dtype = np.dtype(DTYPES[datatype])
        size = _binary_size(each)
        if size is None:
            found[name] = _from_list(each.list_of("data"), dtype, shape)
            continue
        if size != prod(shape) * dtype.itemsize or size > len(rest):
            raise BadFieldError(f"output {name:.100} has {size} bytes for shape {shape}")
        little = np.frombuffer(rest[:size], dtype.newbyteorder("<"))
        found[name] = little.astype(dtype, copy=False).reshape(shape)
        rest = rest[size:]
    if len(rest):
        raise BadFieldError(f"{len(rest)} bytes belong to no output")
    return found


def _head(name: str, values: npt.NDArray[Any]) -> dict[str, Any]:
    datatype = _NAMES.get(values.dtype.name)
    if datatype is None:
        raise ValueError(f"{values.dtype} is no type of the protocol")
    return {"name": name, "shape": list(values.shape), "datatype": datatype}


def _split(answer: OipAnswer) -> tuple[bytes, memoryview]:
    """The JSON of an answer, and what comes after it."""
    body = answer.body
    length = len(body)
    if answer.json_length is not None:
        text = answer.json_length.strip()
        if not text.isascii() or not text.isdecimal() or len(text) > 20 or int(text) > length:
            raise BadFieldError("the length of the JSON is none")
        length = int(text)
    return body[:length], memoryview(body)[length:]


def _binary_size(fields: Fields) -> int | None:
    parameters = fields.inner_or_none("parameters")
    return None if parameters is None else parameters.integer_or_none("binary_data_size", 0, 2**40)


def _from_list(data: list[Any], dtype: np.dtype[Any], shape: tuple[int, ...]) -> npt.NDArray[Any]:
    """Data that may be flat or nested as the shape says."""
    try:
        values = np.asarray(data)
    except (ValueError, RecursionError, OverflowError) as error:
        raise BadFieldError(f"data that is no tensor: {error}") from error
    kinds = "biuf" if dtype.kind == "f" else "biu"
    if values.dtype.kind not in kinds and values.size:
        raise BadFieldError("data that holds something that is no number")
    if values.size != prod(shape):
        raise BadFieldError(f"{values.size} numbers for shape {shape}")
    with np.errstate(over="ignore"):
        return values.astype(dtype).reshape(shape)
