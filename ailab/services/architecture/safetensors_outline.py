"""What safetensors files say of their tensors, read without the tensors."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from pathlib import PurePosixPath
from typing import Any

from ailab.services.architecture.architecture_error import ArchitectureError
from ailab.services.architecture.network_outline import NetworkOutline, TensorInfo
from ailab.services.architecture.safetensors_header import (
    LENGTH_BYTES,
    MOST_HEADER,
    header_length,
    read_header,
)
from ailab.services.hub.model_hub import ModelHub
from ailab.services.hub.model_info import ModelDetails

_FIRST_READ = 128 * 1024  # more than most headers have, so that one request does
_MOST_SHARDS = 40
_AT_ONCE = 4
_ASK_AUTHOR = "Choose another file of weights, or tell the model's author."

Header = tuple[tuple[TensorInfo, ...], tuple[tuple[str, str], ...]]


async def read_safetensors(hub: ModelHub, details: ModelDetails, path: str) -> NetworkOutline:
    """The outline of a file, or of all files that an `….index.json` names.

    Raises:
        HubError: a file could not be read.
        ArchitectureError: it is damaged.
    """
    if not path.endswith(".json"):
        tensors, facts = await _read_file(hub, details, path)
        return await asyncio.to_thread(NetworkOutline, path, tensors, facts=facts)
    names = await _shards(hub, details, path)
    gate = asyncio.Semaphore(_AT_ONCE)

    async def read(name: str) -> Header:
        async with gate:
            return await _read_file(hub, details, name)

    headers = await _in_order([read(name) for name in names[:_MOST_SHARDS]])
    return await asyncio.to_thread(_outline_of, path, headers, len(names))


def _outline_of(path: str, headers: list[Header], count: int) -> NetworkOutline:
    left_out = count - len(headers)
    return NetworkOutline(
        path,
        tuple(tensor for tensors, _ in headers for tensor in tensors),
        facts=(*(headers[0][1] if headers else ()), ("Files of weights", str(count))),
        notes=(f"{left_out} more files of weights are left out here.",) if left_out else (),
        is_whole=not left_out,
    )


async def _in_order(reads: list[Coroutine[Any, Any, Header]]) -> list[Header]:
    """The results of all; the first failure ends the others."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(read) for read in reads]
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return [task.result() for task in tasks]


async def _read_file(hub: ModelHub, details: ModelDetails, path: str) -> Header:
    size = next((file.size for file in details.files if file.path == path), None)
    model_id, revision = details.info.id, details.revision or details.ref
    start = await hub.read_file(model_id, revision, path, most=_FIRST_READ)
    try:
        length = header_length(start, size)
        content = start[LENGTH_BYTES : LENGTH_BYTES + length]
        if len(content) < length:
            at = LENGTH_BYTES + len(content)
            rest = length - len(content)
            content += await hub.read_file(model_id, revision, path, start=at, most=rest)
        if len(content) < length:
            raise ValueError("the file ends within its header")
        data_size = None if size is None else size - LENGTH_BYTES - length
        return await asyncio.to_thread(read_header, content, data_size)
    except ValueError as error:
        raise ArchitectureError(
            f"{PurePosixPath(path).name} is damaged, or is no safetensors file: its header "
            "cannot be read.",
            _ASK_AUTHOR,
            detail=f"{model_id} {path}: {error}",
        ) from error


async def _shards(hub: ModelHub, details: ModelDetails, path: str) -> list[str]:
    model_id, revision = details.info.id, details.revision or details.ref
    content = await hub.read_file(model_id, revision, path, most=MOST_HEADER)
    try:
        names = await asyncio.to_thread(_names_in, content)
    except (ValueError, RecursionError) as error:
        raise ArchitectureError(
            f"{PurePosixPath(path).name} is damaged: it does not name the files of weights.",
            _ASK_AUTHOR,
            detail=f"{model_id} {path}: {error}",
        ) from error
    folder = PurePosixPath(path).parent
    there = {file.path for file in details.files}
    found = [at for name in names if (at := (folder / name).as_posix()) in there]
    if not found:
        raise ArchitectureError(
            f"{PurePosixPath(path).name} names files of weights that are not there.", _ASK_AUTHOR
        )
    return found


def _names_in(content: bytes) -> list[str]:
    index = json.loads(content)
    weight_map = index.get("weight_map") if isinstance(index, dict) else None
    if not isinstance(weight_map, dict):
        raise ValueError("no weight_map")
    return sorted({name for name in weight_map.values() if isinstance(name, str)})
