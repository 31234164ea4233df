"""Servers' JSON, read without trust."""

from __future__ import annotations

import json
from math import prod
from typing import Any

from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.served.oip_values import ServedMetadata, ServedRow, ServedTensor
from ailab.services.served.served_address import is_name

_BINARY = "binary_tensor_data"
_MOST_TENSORS = 256
_MOST_AXES = 16
_MOST_ROWS = 10_000
_LONGEST_AXIS = 2**31 - 1
_MOST_ELEMENTS = 2**48
"""Beyond it NumPy has no shape, were it of no elements at all."""

_MOST_TEXT = 300


def load_object(body: bytes) -> Fields:
    """The JSON object of an answer.

    Raises:
        BadFieldError: it is none.
    """
    return Fields(_load(body))


def read_metadata(body: bytes) -> ServedMetadata:
    """A model's metadata.

    Raises:
        BadFieldError: it is not what the protocol says.
    """
    fields = load_object(body)
    versions = fields.texts("versions") if fields.has("versions") else ()
    return ServedMetadata(
        fields.text("name"),
        tuple(filter(is_name, versions[:_MOST_TENSORS])),
        (fields.text_or_none("platform") or "")[:_MOST_TEXT],
        _tensors(fields, "inputs"),
        _tensors(fields, "outputs"),
    )


def read_rows(body: bytes) -> tuple[ServedRow, ...]:
    """The answer to `/v2/repository/index`: a list of models.

    Raises:
        BadFieldError: it is none.
    """
    rows = []
    for each in Fields({"rows": _load(body)}).objects("rows", _MOST_ROWS):
        name = each.text("name")
        version = each.text_or_none("version") or ""
        if is_name(name) and (not version or is_name(version)):
            state, reason = each.text_or_none("state") or "", each.text_or_none("reason") or ""
            rows.append(ServedRow(name, version, state[:_MOST_TEXT], reason[:_MOST_TEXT]))
    return tuple(rows)


def read_names(body: bytes) -> tuple[ServedRow, ...]:
    """The answer to `/v2/models`, as KServe gives it: names of models.

    Raises:
        BadFieldError: it is none.
    """
    names = load_object(body).texts("models")[:_MOST_ROWS]
    return tuple(ServedRow(name) for name in names if is_name(name))


def read_server_name(body: bytes) -> str:
    """What a server calls itself, with its version.

    Raises:
        BadFieldError: it says nothing of itself, as every server of the protocol does.
    """
    fields = load_object(body)
    name, version = fields.text("name"), fields.text_or_none("version") or ""
    return _plain(f"{name} {version}".strip())


def read_takes_binary(body: bytes) -> bool | None:
    """Whether a server takes tensors as binary data; None where it does not say.

    One that lists its extensions, and lists none, has none; others may list some alone.

    Raises:
        BadFieldError: it says nothing of itself.
    """
    fields = load_object(body)
    if not fields.has("extensions"):
        return None
    extensions = fields.texts("extensions")
    if _BINARY in extensions:
        return True
    return None if extensions else False


def read_error(body: bytes) -> str:
    """What a server says that went wrong, on one line; empty where it says nothing."""
    try:
        return _plain(load_object(body).text_or_none("error") or "")
    except BadFieldError:
        return ""


def _load(body: bytes) -> object:
    try:
        value: object = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadFieldError(f"no JSON: {error}") from error
    return value


def _plain(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_MOST_TEXT]


def _tensors(fields: Fields, name: str) -> tuple[ServedTensor, ...]:
    if not fields.has(name):
        return ()
    tensors = tuple(_tensor(each) for each in fields.objects(name, _MOST_TENSORS))
    if len({tensor.name for tensor in tensors}) < len(tensors):
        raise BadFieldError(f"two of the {name} have the same name")
    return tensors


def _tensor(fields: Fields) -> ServedTensor:
    name = fields.text("name")
    if not is_name(name):
        raise BadFieldError("a tensor without a usable name")
    return ServedTensor(name, fields.text("datatype")[:20], shape_of(fields, least=-1))


def shape_of(fields: Fields, *, least: int = 0) -> tuple[int, ...]:
    """The field `shape`: lengths of axes.

    Raises:
        BadFieldError: it is none, or of more axes than anything has.
    """
    lengths = _whole_numbers(fields, "shape")
    is_too_large = prod(max(1, each) for each in lengths[:_MOST_AXES]) > _MOST_ELEMENTS
    is_out = any(not least <= each <= _LONGEST_AXIS for each in lengths)
    if len(lengths) > _MOST_AXES or is_out or is_too_large:
        raise BadFieldError("shape is none that a tensor can have")
    return lengths


def _whole_numbers(fields: Fields, name: str) -> tuple[int, ...]:
    values: Any = fields.list_of(name)
    if not all(isinstance(value, int) and not isinstance(value, bool) for value in values):
        raise BadFieldError(f"{name} holds something that is no whole number")
    return tuple(values)
