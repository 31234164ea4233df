"""TIFF files of several pages, also such as no program should write."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from PIL import Image


def saved_stack(
    path: Path,
    pages: Sequence[npt.NDArray[Any]],
    *,
    description: str = "",
    compression: str | None = None,
) -> Path:
    """A stack as Pillow writes it, with ImageJ's or OME's words on its first page."""
    first, *others = map(Image.fromarray, pages)
    first.save(
        path,
        "TIFF",
        save_all=True,
        append_images=others,
        compression=compression,
        description=description,
    )
    return path


def grey_pages(number: int) -> list[npt.NDArray[np.uint16]]:
    """Pages of 12 bits, none like another, 6 rows of 8."""
    noise = np.random.default_rng(3)
    return [noise.integers(20 * page, 4096, (6, 8), np.uint16) for page in range(number)]


def imagej_stack(
    planes: Sequence[npt.NDArray[Any]], *, order: Literal["<", ">"] = "<", told: int
) -> bytes:
    """As ImageJ writes stacks of more than 4 GB: one page, and the other planes behind it."""
    height, width = planes[0].shape
    words = f"ImageJ=1.54f\nimages={told}\nslices={told}\n\0".encode()
    bits, kind = 8 * planes[0].dtype.itemsize, {"u": 1, "f": 3}[planes[0].dtype.kind]
    size, start = height * width * bits // 8, 8 + 2 + 11 * 12 + 4 + len(words)
    entries = (
        *((256, 4, 1, width), (257, 4, 1, height), (258, 4, 1, bits), (259, 4, 1, 1)),
        *((262, 4, 1, 1), (270, 2, len(words), start - len(words)), (273, 4, 1, start)),
        *((277, 4, 1, 1), (278, 4, 1, height), (279, 4, 1, size), (339, 4, 1, kind)),
    )
    head = struct.pack(f"{order}2sHI", b"II" if order == "<" else b"MM", 42, 8)
    tags = b"".join(struct.pack(f"{order}HHII", *entry) for entry in entries)
    directory = struct.pack(f"{order}H", len(entries)) + tags + bytes(4)
    pixels = b"".join(plane.astype(plane.dtype.newbyteorder(order)).tobytes() for plane in planes)
    return head + directory + words + pixels


def long_stack(
    number: int,
    *,
    order: Literal["<", ">"] = "<",
    is_big: bool = False,
    last: int = 0,
) -> bytes:
    """Pages of one grey pixel each, whose value is 8 bits of the page's number.

    Args:
        number: how many.
        order: `<` or `>`, the order of bytes.
        is_big: as BigTIFF, which has to be in the order `<`.
        last: where the last page says that the next one lies.
    """
    count, tag, offset = ("Q", "HHQQ", "Q") if is_big else ("H", "HHII", "I")
    start = 16 if is_big else 8
    mark = b"II" if order == "<" else b"MM"
    head = struct.pack(f"{order}HHH", 43, 8, 0) if is_big else struct.pack(f"{order}H", 42)
    names = (256, 257, 258, 259, 262, 273, 277, 278, 279)
    size = struct.calcsize(order + count) + len(names) * struct.calcsize(order + tag)
    page = size + struct.calcsize(order + offset) + 2
    pieces = [mark, head, struct.pack(order + offset, start)]
    for index in range(number):
        place = start + index * page
        values = (1, 1, 8, 1, 1, place + page - 2, 1, 1, 1)
        pieces.append(struct.pack(order + count, len(names)))
        for name, value in zip(names, values, strict=True):
            pieces.append(struct.pack(order + tag, name, 4, 1, value))
        following = place + page if index + 1 < number else last
        pieces += [struct.pack(order + offset, following), bytes([index % 256, 0])]
    return b"".join(pieces)
