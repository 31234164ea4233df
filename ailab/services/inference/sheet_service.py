"""Sheets on this disk, read and written in threads."""

from __future__ import annotations

import asyncio

from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.inference.sheet_draft import SheetDraft
from ailab.services.inference.sheet_file import SheetFile
from ailab.services.inference.sheets import OpenedSheet, SheetChanges


class SheetService:
    """The `Sheets` beside the `.onnx` files of this disk."""

    async def open(self, path: str) -> OpenedSheet:
        """See `Sheets.open`."""
        return await asyncio.to_thread(lambda: SheetFile(path).open())

    async def describe(self, path: str, draft: SheetDraft) -> RunnableModel:
        """See `Sheets.describe`."""
        return await asyncio.to_thread(lambda: SheetFile(path).describe(draft))

    async def compare(self, path: str, draft: SheetDraft) -> SheetChanges:
        """See `Sheets.compare`."""
        return await asyncio.to_thread(lambda: SheetFile(path).compare(draft))

    async def save(self, path: str, draft: SheetDraft, found: bytes | None) -> None:
        """See `Sheets.save`."""
        await asyncio.to_thread(lambda: SheetFile(path).save(draft, found))
