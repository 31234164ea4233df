"""The sheets that a person gave models of the Hub, in a folder of the lab's own."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from ailab.services.inference.inference_errors import ModelFileError, SheetError
from ailab.services.inference.json_fields import BadFieldError, Fields
from ailab.services.inference.json_file import read_json_object
from ailab.services.inference.model_layout import ModelLayout, layout_around, sheet_path
from ailab.services.inference.model_sheet import parse_sheet
from ailab.services.kept_sheets.kept_sheet import KeptSheet
from ailab.services.kept_sheets.snapshot_file import SnapshotFile, snapshot_file
from ailab.services.kept_sheets.snapshot_sheet import FORMAT, SnapshotSheet
from ailab.services.local_path import local_path
from ailab.services.results.safe_name import distinct_name

_RECORD = "record.json"
_log = logging.getLogger(__name__)


class KeptSheets:
    """Finds sheets by what they are of; every method touches the disk.

    Each lies in a folder of its own, with a record beside it of what it is of.

    Args:
        folder: where they are kept; made by the first.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self) -> tuple[KeptSheet, ...]:
        """All of them; what cannot be read is left out."""
        records = sorted(self._folder.glob(f"*/*/{_RECORD}"))
        return tuple(each for path in records if (each := self._kept(path)) is not None)

    def files_of(self, folder: Path) -> frozenset[str]:
        """The `.onnx` files of a snapshot that a person has described.

        Args:
            folder: the snapshot's; of any other folder there are none.
        """
        of = snapshot_file(folder / "any.onnx")
        if of is None:
            return frozenset()
        records = self._repo(of.model_id).glob(f"*/{_RECORD}")
        return frozenset(each.file for path in records if (each := self._kept(path)) is not None)

    def find(self, weights: Path) -> tuple[KeptSheet, str] | None:
        """The sheet that a person gave an `.onnx` file, and its text; None for none.

        Raises:
            SheetError: it is wrong, or cannot be read.
        """
        of = snapshot_file(weights)
        if of is None:
            return None
        place, record = self._places(of)
        if not place.exists():
            return None
        kept = self._kept(record) or KeptSheet(of.model_id, of.file, place)
        try:
            fields = read_json_object(place)
            parse_sheet(fields, place, weights)
            text = _text(place) or json.dumps(fields)
        except ModelFileError as error:
            raise SheetError(
                error.message,
                "Correct it by “Edit sheet…” in the window, or give it another by ailab describe.",
                detail=error.detail,
                weights=str(weights),
            ) from error
        return kept, text

    def sheet(self, path: str) -> SnapshotSheet | None:
        """The sheet to edit of an `.onnx` file in the Hub's cache; None for a file elsewhere."""
        weights = local_path(path)
        of = snapshot_file(weights)
        return None if of is None else SnapshotSheet(weights, of, *self._places(of))

    def forget(self, model_id: str, variant: str | None = None) -> tuple[KeptSheet, ...]:
        """Remove a model's sheets, or that of one variant; returns what they were.

        A sheet of the repository's own counts again then.

        Raises:
            ModelFileError: a folder cannot be written to.
        """
        wanted = [each for each in self.read() if each.model_id == model_id]
        if variant is not None:
            chosen = {each.weights for each in map(_layout_of, wanted) if each.variant == variant}
            wanted = [each for each in wanted if each.file in chosen]
        for each in wanted:
            try:
                each.place.unlink(missing_ok=True)
                each.place.with_name(_RECORD).unlink(missing_ok=True)
            except OSError as error:
                raise ModelFileError(
                    f"The sheet {each.place} could not be removed.",
                    "Make its folder writable, and try again.",
                    detail=repr(error),
                ) from error
            with suppress(OSError):  # something else lies in it
                each.place.parent.rmdir()
        return tuple(wanted)

    def _repo(self, model_id: str) -> Path:
        return self._folder / distinct_name(model_id)

    def _places(self, of: SnapshotFile) -> tuple[Path, Path]:
        """Where a file's sheet is kept, and the record of what it is of."""
        # The Hub tells `a.onnx` from `onnx/a.onnx`, and letters from capitals.
        folder = self._repo(of.model_id) / distinct_name(of.file)
        return folder / sheet_path(of.file.rpartition("/")[2]), folder / _RECORD

    def _kept(self, record: Path) -> KeptSheet | None:
        try:
            fields = Fields(json.loads(record.read_bytes()))
            model_id, file = fields.text("model_id"), fields.text("file")
            content = fields.text("content")
            fields.integer("format", FORMAT, FORMAT)
        except (OSError, ValueError, RecursionError, BadFieldError) as error:
            _log.warning("%s could not be read: %r", record, error)
            return None
        place, _ = self._places(SnapshotFile(model_id, "", file))
        if not place.exists():
            return None
        task, decoder = next(_said(place), ("", ""))
        return KeptSheet(model_id, file, place, content, task, decoder)


def _layout_of(kept: KeptSheet) -> ModelLayout:
    """The weights that a sheet is of, by the variant that they are called."""
    return layout_around(kept.file, (kept.file,))


def _text(place: Path) -> str:
    """A sheet as it stands in its file, so that both have the same hash; empty where it has none.

    Whoever edited it by hand may have written a mark before it that JSON does not know.
    """
    try:
        text = place.read_bytes().decode()
    except (OSError, ValueError):
        return ""
    return "" if text.startswith("\ufeff") else text


def _said(place: Path) -> Iterator[tuple[str, str]]:
    with suppress(ModelFileError, BadFieldError):
        fields = Fields(read_json_object(place))
        yield fields.text("task"), fields.inner("decoder").text("name")
