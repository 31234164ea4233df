"""Sheets on this disk, read and written in threads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from ailab.services.account.in_daemon_thread import in_daemon_thread
from ailab.services.inference.characters import read_character_file
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.label_file import read_label_file
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.inference.sheet_draft import SheetDraft
from ailab.services.inference.sheet_file import SheetFile
from ailab.services.inference.sheets import OpenedSheet, SheetChanges
from ailab.services.local_path import local_path
from ailab.services.served.served_address import is_served_address


class SheetService:
    """The `Sheets` beside the `.onnx` files of this disk, and those of models on servers.

    Args:
        served: gives the sheet of a model on a server by its address; None where there are none.
    """

    def __init__(self, served: Callable[[str], SheetFile] | None = None) -> None:
        self._served = served

    async def open(self, path: str) -> OpenedSheet:
        """See `Sheets.open`."""
        sheet = await self._sheet(path)
        return await asyncio.to_thread(sheet.open)

    async def describe(self, path: str, draft: SheetDraft) -> RunnableModel:
        """See `Sheets.describe`."""
        sheet = await self._sheet(path)
        return await asyncio.to_thread(sheet.describe, draft)

    async def compare(self, path: str, draft: SheetDraft) -> SheetChanges:
        """See `Sheets.compare`."""
        sheet = await self._sheet(path)
        return await asyncio.to_thread(sheet.compare, draft)

    async def names(self, file: str, *, are_characters: bool = False) -> tuple[str, ...]:
        """See `Sheets.names`."""
        read = read_character_file if are_characters else read_label_file
        try:
            return await asyncio.to_thread(read, local_path(file))
        except FileNotFoundError as error:
            raise ModelFileError(f"There is no file {file}.", "Choose another one.") from error

    async def save(self, path: str, draft: SheetDraft, found: bytes | None) -> None:
        """See `Sheets.save`."""
        sheet = await self._sheet(path)
        await asyncio.to_thread(sheet.save, draft, found)

    async def _sheet(self, path: str) -> SheetFile:
        if self._served is not None and is_served_address(path):
            # The key ring may be asked for a token, and may ask the person.
            return await in_daemon_thread(partial(self._served, path))
        return await asyncio.to_thread(SheetFile, path)
