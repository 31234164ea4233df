"""Text files beside a bare `.onnx` file that may hold its classes' names."""

from __future__ import annotations

from collections.abc import Iterable

from ailab.services.hub.model_info import RepoFile
from ailab.services.inference.engine_table import ONNX
from ailab.services.inference.model_layout import ModelLayout

_LARGEST = 1024 * 1024  # bytes; the longest lists of names have 0.5 MB
_MOST = 10
_OTHERS = ("requirements", "license", "licence", "readme", "notice", "copying", "changelog")
"""What names of other text files begin with."""


def possible_labels(layout: ModelLayout, files: Iterable[RepoFile]) -> tuple[str, ...]:
    """Paths of small text files in the folder of weights that nothing describes yet.

    They come along, so that a sheet can take the names from one of them.

    Args:
        layout: the weights; of those that are described, or of PyTorch's, there are none.
        files: of the repository, with their sizes.
    """
    if layout.engine != ONNX or layout.is_described:
        return ()
    folder = layout.weights.rpartition("/")[0]
    found = (
        file.path
        for file in files
        if _may_hold_labels(file, folder) and file.size is not None and file.size <= _LARGEST
    )
    return tuple(sorted(found))[:_MOST]


def _may_hold_labels(file: RepoFile, folder: str) -> bool:
    place, _, name = file.path.rpartition("/")
    lower = name.lower()
    return place == folder and lower.endswith(".txt") and not lower.startswith(_OTHERS)
