"""A network's outline from a file on the Hub, whose weights stay there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import PurePosixPath
from time import monotonic

from ailab.services.architecture.architecture_error import ArchitectureError
from ailab.services.architecture.byte_walk import follow_walk
from ailab.services.architecture.network_outline import NetworkOutline
from ailab.services.architecture.onnx_outline import OnnxOutline
from ailab.services.architecture.safetensors_outline import read_safetensors
from ailab.services.byte_size import format_bytes
from ailab.services.hub.model_hub import ModelHub
from ailab.services.hub.model_info import ModelDetails

MOST_BYTES = 16_000_000
MOST_REQUESTS = 512
_MOST_TAIL_BYTES, _MOST_TAIL_REQUESTS = 8_000_000, 8
TELL_SECONDS = 0.5
"""Between two outlines of what was seen so far."""

Show = Callable[[NetworkOutline], Awaitable[None]]


async def read_outline(
    hub: ModelHub, details: ModelDetails, path: str, show: Show | None = None
) -> NetworkOutline:
    """The outline of an `.onnx` or `.safetensors` file, or of a `.safetensors.index.json`.

    Only what describes the network is read: of an ONNX file at most 16 MB in 512 requests, and
    then its end.

    Args:
        hub: where it is read.
        details: the model's.
        path: of the file in the repository.
        show: given the outline of what was seen so far, where reading on takes its time.

    Raises:
        HubError: the file could not be read.
        ArchitectureError: it is damaged, or of an unknown size.
    """
    if path.endswith(".onnx"):
        return await _read_onnx(hub, details, path, show)
    return await read_safetensors(hub, details, path)


async def _read_onnx(
    hub: ModelHub, details: ModelDetails, path: str, show: Show | None
) -> NetworkOutline:
    name = PurePosixPath(path).name
    size = next((file.size for file in details.files if file.path == path), None)
    if size is None and details.revision is None:  # a row of the catalogue told of it
        raise ArchitectureError(
            f"The Hub has not told the size of {name} yet, so it cannot be read in parts.",
            "Retry once the Hub can be reached.",
        )
    if size is None:
        raise ArchitectureError(
            f"The Hub does not tell the size of {name}, so it cannot be read in parts.",
            "Choose another file of weights.",
        )
    outline = OnnxOutline()
    read = partial(_read_part, hub, details, path)
    tell = None if show is None else _Teller(outline, path, show).tell
    try:
        is_whole = await follow_walk(
            outline.walk(size),
            read,
            most_bytes=MOST_BYTES,
            most_requests=MOST_REQUESTS,
            tell=tell,
        )
        if not is_whole:
            await follow_walk(
                outline.walk_tail(size),
                read,
                most_bytes=_MOST_TAIL_BYTES,
                most_requests=_MOST_TAIL_REQUESTS,
            )
    except ValueError as error:
        raise ArchitectureError(
            f"{name} is damaged, or is no ONNX model: its outline cannot be read.",
            "Choose another file of weights, or tell the model's author.",
            detail=f"{details.info.id} {path}: {error}",
        ) from error
    notes = () if is_whole else (_cut_note(name, size, has_ports=outline.has_ports),)
    return await asyncio.to_thread(outline.outline, path, notes)


class _Teller:
    """Shows what was seen so far, now and then."""

    def __init__(self, outline: OnnxOutline, path: str, show: Show) -> None:
        self._outline = outline
        self._path = path
        self._show = show
        self._last = monotonic()

    async def tell(self) -> None:
        if monotonic() - self._last >= TELL_SECONDS:
            await self._show(await asyncio.to_thread(self._outline.outline, self._path))
            self._last = monotonic()


def _cut_note(name: str, size: int, *, has_ports: bool) -> str:
    ports = "" if has_ports else ", and its inputs and outputs were not found"
    return (
        f"{name} ({format_bytes(size)}) has more large tensors than are looked up one by one: "
        f"those listed are not all{ports}."
    )


async def _read_part(
    hub: ModelHub, details: ModelDetails, path: str, start: int, most: int
) -> bytes:
    return await hub.read_file(
        details.info.id, details.revision or details.ref, path, start=start, most=most
    )
