"""Bytes of ONNX files whose tensors lie in other files, without the library that writes them."""

from __future__ import annotations


def message(number: int, *parts: bytes) -> bytes:
    """A field that holds bytes, shorter than 16 kB."""
    data = b"".join(parts)
    head = bytes([number * 8 + 2 & 0x7F | 0x80, number * 8 + 2 >> 7])
    return head + bytes([len(data) & 0x7F | 0x80, len(data) >> 7]) + data


def tensor(location: str) -> bytes:
    """The inside of a tensor that lies in another file."""
    entries = (("offset", "0"), ("location", location))
    return b"".join(message(13, message(1, k.encode()), message(2, v.encode())) for k, v in entries)


def a_graph(*names: str) -> bytes:
    """A file whose first tensor is an initializer, and whose others belong to nodes."""
    first, *others = map(tensor, names)
    nodes = [message(1, message(5, message(5, each))) for each in others]
    return message(7, message(5, first), message(5, message(9, b"12345678")), *nodes)
