"""Stacks whose pages have ImageJ's labels, also such as no program should write."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Literal

Order = Literal["<", ">"]
LABELS, INFO = b"labl", b"info"


def metadata(
    entries: Sequence[tuple[bytes, Sequence[str]]], order: Order = "<"
) -> tuple[list[int], bytes]:
    """What ImageJ's tags 50838 and 50839 hold (`ij.io.TiffEncoder`): byte counts, and bytes."""
    encoding = "utf-16-le" if order == "<" else "utf-16-be"
    head = _in_order(b"IJIJ", order)
    texts = [text.encode(encoding) for _, each in entries for text in each]
    for kind, each in entries:
        head += _in_order(kind, order) + struct.pack(f"{order}I", len(each))
    return [len(head), *map(len, texts)], head + b"".join(texts)


def labelled_stack(
    description: str,
    pages: int,
    counts: Sequence[int],
    data: bytes,
    *,
    order: Order = "<",
    told: int | None = None,
    kind: int = 1,
) -> bytes:
    """Pages of one grey pixel each, with these tags on the first.

    Args:
        description: ImageJ's words.
        pages: how many.
        counts: the tag 50838.
        data: the tag 50839.
        order: of bytes.
        told: how many bytes the second tag says that it has; None for as many as it has.
        kind: of its values; 1 for bytes.
    """
    words = description.encode() + b"\0"
    lists = struct.pack(f"{order}{len(counts)}I", *counts)
    place = 8
    blocks = b""
    places = []
    for block in (words, lists, data):
        places.append(place + len(blocks))
        blocks += block + bytes(len(block) % 2)
    further = [
        (270, 2, len(words), places[0]),
        (50838, 4, len(counts), places[1] if len(counts) > 1 else (counts or [0])[0]),
        (50839, kind, len(data) if told is None else told, places[2]),
    ]
    start = place + len(blocks)
    mark = b"II" if order == "<" else b"MM"
    out = mark + struct.pack(f"{order}HI", 42, start) + blocks
    for index in range(pages):
        tags = [(256, 4, 1, 1), (257, 4, 1, 1), (258, 4, 1, 8), (259, 4, 1, 1), (262, 4, 1, 1)]
        tags += [(273, 4, 1, place), (277, 4, 1, 1), (278, 4, 1, 1), (279, 4, 1, 1)]
        tags = sorted(tags + (further if index == 0 else []))
        size = 2 + 12 * len(tags) + 4
        start += size
        out += struct.pack(f"{order}H", len(tags))
        out += b"".join(struct.pack(f"{order}HHII", *tag) for tag in tags)
        out += struct.pack(f"{order}I", start if index + 1 < pages else 0)
    return out


def _in_order(letters: bytes, order: Order) -> bytes:
    return letters if order == ">" else letters[::-1]
