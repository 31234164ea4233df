"""The sheet of an `.onnx` file that lies in the Hugging Face cache."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from ailab.services.inference.model_sheet import parse_sheet
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.inference.sheet_draft import SheetDraft
from ailab.services.inference.sheet_file import SheetFile, with_names
from ailab.services.inference.sheets import OpenedSheet, SheetChanges
from ailab.services.kept_sheets.snapshot_file import SnapshotFile
from ailab.services.whole_file import replace_whole

FORMAT = 1
_KEPT_APART = (
    "The sheet is kept in ailab's own folder, for this file at every revision: the cache of models "
    "is shared with other programs."
)


class SnapshotSheet(SheetFile):
    """Reads the sheet that a person gave the file, or else the repository's own; writes the former.

    Nothing is written into the cache, which other programs use too. The classes' names go into
    the sheet, so that it needs no other file.

    Args:
        weights: the `.onnx` file in its snapshot.
        of: what it is of.
        place: where the sheet is kept.
        record: where it is kept what the sheet is of.
    """

    _where_it_lies = "Make the folder writable, and save again."

    def __init__(self, weights: Path, of: SnapshotFile, place: Path, record: Path) -> None:
        super().__init__(str(weights))
        self._own = self._place
        self._place = place
        self._of = of
        self._record = record

    def open(self) -> OpenedSheet:
        """See `Sheets.open`."""
        opened = super().open()
        return replace(opened, notes=(*opened.notes, _KEPT_APART))

    def describe(self, draft: SheetDraft) -> RunnableModel:
        """See `Sheets.describe`."""
        return super().describe(self._whole(draft))

    def compare(self, draft: SheetDraft) -> SheetChanges:
        """See `Sheets.compare`."""
        return super().compare(self._whole(draft))

    def save(self, draft: SheetDraft, found: bytes | None) -> None:
        """See `Sheets.save`."""
        super().save(self._whole(draft), found)

    @property
    def _source(self) -> Path:
        return self._own if not self._place.exists() and self._own.exists() else self._place

    @property
    def _beside(self) -> Path:
        return self._own

    def _note(self) -> None:
        of = {"model_id": self._of.model_id, "file": self._of.file, "content": self._of.content}
        data = {"format": FORMAT, **of, "revision": self._of.revision}
        replace_whole(self._record, json.dumps(data, indent=2).encode())

    def _write(self, data: bytes) -> None:
        replace_whole(self._place, data)

    def _whole(self, draft: SheetDraft) -> SheetDraft:
        """With the names themselves in place of the file that holds them.

        Raises:
            ModelFileError: that file is not beside the model's, or holds none.
        """
        if not draft.label_file:
            return draft
        # Whoever wrote the repository's own sheet may name anything: this reads no other folder.
        return with_names(draft, parse_sheet(draft.fields(), self._own, self._weights))
