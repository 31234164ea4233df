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
from ailab.services.kept_sheets.kept_sheet import KeptSheet
from ailab.services.kept_sheets.kept_sheets import KeptSheets
from ailab.services.local_path import local_path
from ailab.services.served.served_address import is_served_address


class SheetService:
    """The `Sheets` beside the `.onnx` files of this disk, and those that lie elsewhere.

    Args:
        served: gives the sheet of a model on a server by its address; None where there are none.
        sheets: those of models in the Hub's cache; None where none are kept apart.
    """

    def __init__(
        self,
        served: Callable[[str], SheetFile] | None = None,
        sheets: KeptSheets | None = None,
    ) -> None:
        self._served = served
        self._sheets = sheets

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

    async def take(self, path: str, file: str) -> SheetDraft:
        """A sheet that lies anywhere on this disk, as a draft for a model.

        Names that it takes from a file beside it come along.

        Args:
            path: the model's.
            file: the sheet's.

        Raises:
            ModelFileError: it cannot be read, or is wrong.
        """
        sheet = await self._sheet(path)
        return await asyncio.to_thread(sheet.take, local_path(file))

    async def kept(self) -> tuple[KeptSheet, ...]:
        """Those that the person gave models of the Hub."""
        return await asyncio.to_thread(self._sheets.read) if self._sheets is not None else ()

    async def forget(self, model_id: str, variant: str | None) -> tuple[KeptSheet, ...]:
        """Remove those that the person gave a model of the Hub; returns what they were.

        Args:
            model_id: the Hub's id.
            variant: the weights whose sheet is meant; None for all of the model.

        Raises:
            ModelFileError: one cannot be removed.
        """
        if self._sheets is None:
            return ()
        return await asyncio.to_thread(self._sheets.forget, model_id, variant)

    async def _sheet(self, path: str) -> SheetFile:
        if self._served is not None and is_served_address(path):
            # The key ring may be asked for a token, and may ask the person.
            return await in_daemon_thread(partial(self._served, path))
        kept = None if self._sheets is None else await asyncio.to_thread(self._sheets.sheet, path)
        return await asyncio.to_thread(SheetFile, path) if kept is None else kept
