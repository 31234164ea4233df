"""A thread that owns a connection to the catalogue."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Generic, TypeVar

from ailab.services.catalog.catalog_error import catalog_error, is_damage
from ailab.services.catalog.catalog_schema import open_catalog, put_aside

T = TypeVar("T")
R = TypeVar("R")

_STEPS_BETWEEN_LOOKS = 20_000
"""Steps of SQLite's machine, about a millisecond, after which it asks whether to go on."""


class CatalogFile:
    """The file that threads of one lab share.

    Attributes:
        path: where it lies; it need not exist yet.
        generation: raised whenever a damaged file was put aside, so that every thread opens the
            new one.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.generation = 0
        self._lock = threading.Lock()

    def replace_damaged(self, generation: int) -> None:
        """Put a damaged file aside, unless another thread has done so already.

        Raises:
            OSError: it cannot be moved.
        """
        with self._lock:
            if generation == self.generation:
                put_aside(self.path)
                self.generation += 1


class _Ticket:
    """One piece of work."""

    is_cancelled = False


class CatalogThread(Generic[T]):
    """Runs work on the catalogue, one after another, off the event loop.

    The connection is opened by the first work. A damaged catalogue is put aside and the work
    done on a new one.

    Args:
        file: the catalogue.
        make: what the work is done with, for each connection.
    """

    def __init__(self, file: CatalogFile, make: Callable[[sqlite3.Connection], T]) -> None:
        self._file = file
        self._make = make
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="catalogue")
        self._connection: sqlite3.Connection | None = None
        self._tool: T | None = None
        self._generation = 0
        self._lock = threading.Lock()
        self._running: _Ticket | None = None

    async def run(self, work: Callable[[T], R], *, can_interrupt: bool = False) -> R:
        """What the work returns.

        Cancelling leaves work that has begun to end by itself, or interrupts it where it may
        be; work that has not begun is never done.

        Raises:
            CatalogError: the catalogue failed.
        """
        ticket = _Ticket()
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._executor, self._run, ticket, work)
        except asyncio.CancelledError:
            if can_interrupt:
                self._interrupt(ticket)
            raise

    async def close(self) -> None:
        """Close the connection once the work under way has ended."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._executor, self._disconnect)
        self._executor.shutdown(wait=False)

    def _run(self, ticket: _Ticket, work: Callable[[T], R]) -> R:
        try:
            try:
                return self._attempt(ticket, work)
            except sqlite3.Error as error:
                if not is_damage(error):
                    raise
            self._disconnect()
            self._file.replace_damaged(self._generation)
            return self._attempt(ticket, work)
        except (sqlite3.Error, OSError) as error:
            raise catalog_error(error, self._file.path) from error

    def _attempt(self, ticket: _Ticket, work: Callable[[T], R]) -> R:
        tool = self._connect()
        with self._lock:
            self._running = ticket
        try:
            return work(tool)
        finally:
            with self._lock:
                self._running = None

    def _interrupt(self, ticket: _Ticket) -> None:
        with self._lock:
            ticket.is_cancelled = True  # where it is between two statements
            if self._running is ticket and self._connection is not None:
                self._connection.interrupt()

    def _is_cancelled(self) -> bool:
        return self._running is not None and self._running.is_cancelled

    def _connect(self) -> T:
        if self._generation != self._file.generation:
            self._disconnect()
        if self._tool is None:
            self._generation = self._file.generation
            self._connection = open_catalog(self._file.path)
            self._connection.set_progress_handler(self._is_cancelled, _STEPS_BETWEEN_LOOKS)
            self._tool = self._make(self._connection)
        return self._tool

    def _disconnect(self) -> None:
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = self._tool = None
