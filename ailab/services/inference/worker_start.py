"""Starts a worker within its walls."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Iterable, Sequence
from itertools import chain

from ailab.services.inference.result_rooms import ResultRooms
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.inference.sandbox.model_places import ModelPlace, model_places
from ailab.services.inference.sandbox.picture_handout import PictureHandout
from ailab.services.inference.sandbox.worker_folder import WorkerFolder
from ailab.services.inference.sandbox.worker_sandbox import WorkerSandbox
from ailab.services.inference.shared_block import SharedBlock, make_block
from ailab.services.inference.worker_command import worker_command, worker_environment
from ailab.services.inference.worker_process import WorkerProcess

_log = logging.getLogger(__name__)

_BLOCK_BYTES = 64 * 2**20
"""Four results of 16 MiB; of larger ones making them takes so long that the way does not count."""


async def places_of(model: RunnableModel) -> frozenset[ModelPlace]:
    """What a worker must be able to read for a model: nothing for one on a server."""
    if model.address:
        return frozenset()
    each = [await asyncio.to_thread(model_places, path) for path in model.paths]
    return frozenset(chain.from_iterable(each))


def start_worker(
    readable: Iterable[str],
    *,
    command: Sequence[str] | None = None,
    memory: int | None = None,
    may_use_network: bool = False,
) -> WorkerProcess:
    """Start a worker that may read the given places; touches the disk.

    Args:
        readable: absolute paths of the folders and files where its models lie.
        command: the command line, but for the walls; by default this Python's.
        memory: bytes that it may take; None for what suits this machine.
        may_use_network: see `WorkerSandbox`.

    Raises:
        OSError: no folder can be made for it.
        ValueError: it was to have both network and models.
    """
    folder = WorkerFolder()
    # Windows sends no open files; there the worker opens pictures by itself.
    handout = None if sys.platform == "win32" else PictureHandout()
    sandbox = WorkerSandbox(
        folder=str(folder.path),
        readable=tuple(sorted(readable)),
        may_use_network=may_use_network,
        memory=memory,
        handing=None if handout is None else handout.their_end,
    )
    block = _block()
    return WorkerProcess(
        (
            *(command or worker_command()),
            *sandbox.arguments(),
            *(() if block is None else block.arguments()),
        ),
        worker_environment(folder=folder.path),
        folder,
        handout,
        None if block is None else ResultRooms(block),
    )


def _block() -> SharedBlock | None:
    try:
        return make_block(_BLOCK_BYTES)
    except OSError as error:
        _log.info("no memory to share with the inference process: %r", error)
        return None
