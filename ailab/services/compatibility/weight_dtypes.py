"""In what precision weights were saved, from the head of their file, where the Hub counts none."""

from __future__ import annotations

import asyncio
import logging

from ailab.services.architecture.safetensors_outline import read_safetensors
from ailab.services.compatibility.kept_precision import half_wide_bytes
from ailab.services.hub.model_hub import ModelHub
from ailab.services.hub.model_info import ModelDetails
from ailab.services.inference.engine_table import TORCH
from ailab.services.inference.model_layout import find_layouts
from ailab.services.lab_error import LabError

Dtypes = tuple[tuple[str, int], ...]
"""How many numbers there are of each dtype, as safetensors call it, the most first."""

_SAFETENSORS = ".safetensors"
_SECONDS = 10
_log = logging.getLogger(__name__)


async def read_dtypes(hub: ModelHub, details: ModelDetails) -> Dtypes | None:
    """How many numbers of each dtype the safetensors weights of a repository hold, nearly.

    Of several files the head of the largest is read, and the others count as if they were alike.

    Args:
        hub: where it is read.
        details: the model.

    Returns:
        Empty where the Hub told it with the details, where PyTorch runs nothing of the repository,
        and where nothing is saved at half the width of float32, so that the size of the files tells
        as much; None where the Hub did not give the file in time.
    """
    sizes = {file.path: file.size or 0 for file in details.files}
    layouts = find_layouts(tuple(sizes))
    layout = next((each for each in layouts if each.engine == TORCH), None)
    if details.parameters_by_dtype or layout is None:
        return ()
    files = [path for path in layout.weight_files if path.endswith(_SAFETENSORS)]
    largest = max(files, key=lambda path: sizes.get(path, 0), default=None)
    if largest is None or not sizes[largest]:
        return ()
    try:
        async with asyncio.timeout(_SECONDS):
            outline = await read_safetensors(hub, details, largest)
    except (LabError, TimeoutError) as error:
        _log.info("the dtypes of %s are not known: %r", details.info.id, error)
        return None
    if not half_wide_bytes(outline.parameters_by_dtype):
        return ()
    share = sum(sizes[path] for path in files) / sizes[largest]
    return tuple((dtype, round(count * share)) for dtype, count in outline.parameters_by_dtype)
