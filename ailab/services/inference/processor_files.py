"""The files that say how pictures are prepared, and what they say, as transformers reads them."""

from __future__ import annotations

from collections.abc import Set
from pathlib import Path
from typing import Any

from ailab.services.inference.json_file import read_json_object

_PROCESSOR = "processor_config.json"
_NAMES = ("preprocessor_config.json", _PROCESSOR, "preprocess_cfg.json")
_NESTED = "image_processor"


def processor_files(folder: str, present: Set[str]) -> tuple[str | None, str | None]:
    """The file that says it, and `processor_config.json` beside it; None for what is not there.

    Args:
        folder: that of the weights.
        present: POSIX paths relative to the model's folder.
    """
    first = next(filter(None, (nearest(name, folder, present) for name in _NAMES)), None)
    beside = nearest(_PROCESSOR, folder, present)
    return first, None if beside == first else beside


def nearest(name: str, folder: str, present: Set[str]) -> str | None:
    """A file at the root, where the Hub's models keep it, or else beside the weights."""
    return next((path for path in (name, f"{folder}/{name}") if path in present), None)


def read_processor(
    root: Path, first: str | None, beside: str | None
) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """What the image processor is told, and what the processor around it is told.

    As in transformers, what `processor_config.json` has of the image processor counts before
    `preprocessor_config.json`, and where the former is alone and has nothing of it, nothing says
    how pictures are prepared.

    Args:
        root: the model's folder.
        first: the file that says it, relative to that folder; None where there is none.
        beside: `processor_config.json` where that is another one; None else.

    Returns:
        The image processor's own keys, None where there are none; and the others, with those.

    Raises:
        ModelFileError: a file is no JSON object.
    """
    if first is None:
        return None, {}
    own: dict[str, Any] | None = read_json_object(root / first)
    whole = beside
    if first.rpartition("/")[2] == _PROCESSOR:
        own, whole = None, first
    around = read_json_object(root / whole) if whole is not None else {}
    nested = around.pop(_NESTED, None)
    if isinstance(nested, dict):
        own = nested
    return own, {**around, **(own or {})}
