"""A file beside a result's JSON file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from PIL import Image

Write: TypeAlias = Callable[[IO[bytes]], object]
"""Writes a file's bytes as they are made: a picture's would be many to hold."""


@dataclass(frozen=True, slots=True)
class MapFile:
    """One file that is to be written.

    Attributes:
        role: what the prediction's JSON names it as.
        ending: what its name ends with, one of `result_files.ENDINGS`.
        write: its bytes.
    """

    role: str
    ending: str
    write: Write


def png_of(make: Callable[[], Image.Image]) -> Write:
    """Writes the picture as PNG, which is made only then."""
    # A low level: several times faster, and little larger for maps.
    return lambda file: make().save(file, "PNG", compress_level=2)
