"""A network's outline from an `.onnx` file on this disk, whose weights are stepped over."""

from __future__ import annotations

import os
from pathlib import Path

from ailab.services.architecture.network_outline import NetworkOutline
from ailab.services.architecture.onnx_outline import OnnxOutline

_LEAST = 32 * 1024


def read_local_outline(path: Path) -> NetworkOutline:
    """The outline of an `.onnx` file.

    Raises:
        OSError: it cannot be read.
        ValueError: it is not well formed.
    """
    outline = OnnxOutline()
    with path.open("rb") as file:
        walk = outline.walk(file.seek(0, os.SEEK_END))
        try:
            start, least = next(walk)
            while True:
                file.seek(start)
                start, least = walk.send(file.read(max(least, _LEAST)))
        except StopIteration:
            return outline.outline(path.name)
