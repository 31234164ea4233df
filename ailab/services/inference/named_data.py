"""The files of external data that a model's graphs on this disk name, whatever these are called."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from ailab.services.architecture.onnx_external import external_locations, files_inside
from ailab.services.inference.engine_table import ONNX
from ailab.services.inference.model_layout import ModelLayout
from ailab.services.inference.model_links import check_links


def named_data(root: Path, layout: ModelLayout) -> Iterator[str]:
    """The files that the graphs say their tensors are in, as far as they are there.

    Of a damaged graph, and of data that is missing, loading the model tells.

    Args:
        root: the model's folder.
        layout: its files as far as names tell.

    Yields:
        POSIX paths relative to the folder.

    Raises:
        ModelFileError: a file is a link that leads out of the folder.
    """
    for graph in layout.part_files if layout.engine == ONNX else ():
        with contextlib.suppress(OSError, ValueError):
            named = files_inside(graph, external_locations(root / graph))
            found = sorted(name for name in named if (root / name).is_file())
            check_links(root, found)
            yield from found
