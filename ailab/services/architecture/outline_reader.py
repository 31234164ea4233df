"""A network's outline from a file on the Hub, whose weights stay there."""

from __future__ import annotations

from functools import partial
from pathlib import PurePosixPath

from ailab.services.architecture.architecture_error import ArchitectureError
from ailab.services.architecture.byte_walk import follow_walk
from ailab.services.architecture.network_outline import NetworkOutline
from ailab.services.architecture.onnx_outline import OnnxOutline
from ailab.services.architecture.safetensors_outline import read_safetensors
from ailab.services.byte_size import format_bytes
from ailab.services.hub.model_hub import ModelHub
from ailab.services.hub.model_info import ModelDetails

MOST_BYTES = 8_000_000
MOST_REQUESTS = 96


async def read_outline(hub: ModelHub, details: ModelDetails, path: str) -> NetworkOutline:
    """The outline of an `.onnx` or `.safetensors` file, or of a `.safetensors.index.json`.

    Only what describes the network is read: of an ONNX file at most 8 MB in 96 requests.

    Raises:
        HubError: the file could not be read.
        ArchitectureError: it is damaged, or of an unknown size.
    """
    if path.endswith(".onnx"):
        return await _read_onnx(hub, details, path)
    return await read_safetensors(hub, details, path)


async def _read_onnx(hub: ModelHub, details: ModelDetails, path: str) -> NetworkOutline:
    name = PurePosixPath(path).name
    size = next((file.size for file in details.files if file.path == path), None)
    if size is None:
        raise ArchitectureError(
            f"The Hub does not tell the size of {name}, so it cannot be read in parts.",
            "Choose another file of weights.",
        )
    outline = OnnxOutline()
    read = partial(_read_part, hub, details, path)
    try:
        is_whole = await follow_walk(
            outline.walk(size), read, most_bytes=MOST_BYTES, most_requests=MOST_REQUESTS
        )
    except ValueError as error:
        raise ArchitectureError(
            f"{name} is damaged, or is no ONNX model: its outline cannot be read.",
            "Choose another file of weights, or tell the model's author.",
            detail=f"{details.info.id} {path}: {error}",
        ) from error
    note = (
        f"Only the first part of {name} ({format_bytes(size)}) was looked through. The weights "
        "listed are not all, and the inputs and outputs may be missing."
    )
    return outline.outline(path, () if is_whole else (note,))


async def _read_part(
    hub: ModelHub, details: ModelDetails, path: str, start: int, most: int
) -> bytes:
    return await hub.read_file(
        details.info.id, details.revision or details.ref, path, start=start, most=most
    )
