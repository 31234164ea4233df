"""One bare `.onnx` file and the sheet beside it."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from ailab.services.architecture.local_outline import read_local_outline
from ailab.services.architecture.network_outline import NetworkOutline
from ailab.services.inference.inference_errors import ModelFileError, SheetChangedError
from ailab.services.inference.json_file import read_json_object
from ailab.services.inference.label_file import count_labels
from ailab.services.inference.model_description import ModelDescription
from ailab.services.inference.model_layout import sheet_path
from ailab.services.inference.model_links import is_inside
from ailab.services.inference.model_sheet import parse_sheet
from ailab.services.inference.onnx_file import check_onnx_file, no_onnx_file
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.inference.sheet_draft import SheetDraft
from ailab.services.inference.sheet_guess import guess_sheet
from ailab.services.inference.sheet_json import changed_fields, read_draft, sheet_text
from ailab.services.inference.sheets import LabelFile, OpenedSheet, SheetChanges
from ailab.services.inference.usual_names import usual_sets
from ailab.services.local_path import local_path
from ailab.services.problem import Problem
from ailab.services.regular_file import open_regular
from ailab.services.whole_file import replace_whole

_LARGEST_SHEET = 16 * 1024 * 1024
_LARGEST_LABELS = 4 * 1024 * 1024
_MOST_LABEL_FILES = 50
_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
_REQUIRED = {"width", "height", "name"}
_CORRECT = "Correct the sheet, or give another one."
_ANOTHER = "Choose another model: no sheet can help here."


class SheetFile:
    """Reads, checks and writes the sheet of an `.onnx` file.

    Args:
        path: the `.onnx` file, as a person typed it.
    """

    _teller = "the file"
    _where_it_lies = (
        "A sheet must lie beside its model. Make the folder writable, or move the model to a "
        "folder of your own and describe it there."
    )

    def __init__(self, path: str) -> None:
        self._weights = local_path(path)
        self._place = self._weights.with_name(sheet_path(self._weights.name))

    def open(self) -> OpenedSheet:
        """See `Sheets.open`."""
        outline = self._outline()
        guess = guess_sheet(outline, self._called, teller=self._teller)
        is_there = self._source.exists()
        draft, problems = self._read(guess.draft) if is_there else (guess.draft, ())
        obstacle = f"{self._called} cannot be run: {guess.obstacle}"
        return OpenedSheet(
            self._opened,
            self._place.name,
            is_there,
            draft,
            outline,
            guess.notes,
            problems,
            Problem(obstacle, _ANOTHER) if guess.obstacle else None,
            self._label_files(),
            usual_sets(outline),
        )

    def describe(self, draft: SheetDraft) -> RunnableModel:
        """See `Sheets.describe`."""
        fields = draft.fields()
        return self._runnable(fields, parse_sheet(fields, self._beside, self._weights))

    def take(self, file: Path) -> SheetDraft:
        """See `SheetService.take`."""
        fields = read_json_object(file, _CORRECT)
        described = parse_sheet(fields, file, self._weights)
        draft, _ = read_draft(fields, file.name, SheetDraft())
        return with_names(draft, described)

    def compare(self, draft: SheetDraft) -> SheetChanges:
        """See `Sheets.compare`."""
        found = self._bytes()
        if found is None:
            return SheetChanges(None)
        new = draft.fields()
        try:
            old = json.loads(found)
        except (ValueError, RecursionError):
            old = None
        if not isinstance(old, dict):
            return SheetChanges(found, ("the whole file, which is no sheet: it is not valid JSON",))
        return SheetChanges(found, changed_fields(_explicit(old, new), new))

    def save(self, draft: SheetDraft, found: bytes | None) -> None:
        """See `Sheets.save`."""
        if self._bytes() != found:
            raise SheetChangedError(
                f"{self._place.name} has been changed meanwhile, by you or another program.",
                "Look at what saving would change now.",
            )
        try:
            self._note()
            # What says the same already stays as somebody wrote it.
            if found is None or self.compare(draft).lines:
                self._write(sheet_text(draft.fields()).encode())
        except OSError as error:
            raise self._not_written(error) from error

    @property
    def _source(self) -> Path:
        """The sheet that is read."""
        return self._place

    @property
    def _beside(self) -> Path:
        """Where a sheet would have the files of labels beside it that it may name."""
        return self._place

    @property
    def _called(self) -> str:
        """What a person calls the model."""
        return self._weights.name

    @property
    def _opened(self) -> str:
        """What opens this sheet again."""
        return str(self._weights)

    def _outline(self) -> NetworkOutline:
        check_onnx_file(self._weights)
        try:
            return read_local_outline(self._weights)
        except (OSError, ValueError) as error:
            raise no_onnx_file(self._weights, str(error)) from error

    def _runnable(self, fields: dict[str, Any], described: ModelDescription) -> RunnableModel:
        return RunnableModel(
            name=self._weights.stem,
            path=self._weights,
            task=described.task,
            labels=described.labels,
            default_threshold=described.threshold,
            has_sheet=True,
            sheet=json.dumps(fields),
            decoder=described.decoder.name,
        )

    def _note(self) -> None:
        """Keep what the sheet is of, where its place does not tell."""

    def _write(self, data: bytes) -> None:
        mode = self._weights.stat().st_mode & 0o666
        replace_whole(self._place, data)
        # Whoever may read the model may read what describes it.
        os.chmod(self._place, mode | 0o600)  # noqa: PTH101 - the one with a plain name

    def _read(self, guess: SheetDraft) -> tuple[SheetDraft, tuple[str, ...]]:
        """What the sheet there says, and what is wrong with it."""
        try:
            fields = read_json_object(self._source)
        except ModelFileError as error:
            return guess, (error.message,)
        draft, problems = read_draft(fields, self._source.name, guess)
        try:
            parse_sheet(fields, self._beside, self._weights)
        except ModelFileError as error:
            problems = tuple(dict.fromkeys((*problems, error.message)))
        return draft, problems

    def _bytes(self) -> bytes | None:
        try:
            with open_regular(self._place) as file:
                return file.read(_LARGEST_SHEET)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ModelFileError(
                f"The sheet {self._place.name} cannot be read.",
                "Check that you may read it.",
                detail=str(error),
            ) from error

    def _label_files(self) -> tuple[LabelFile, ...]:
        found = []
        texts = sorted(self._weights.parent.glob("*.txt"))
        for path in texts[:_MOST_LABEL_FILES]:
            try:
                if not path.is_file() or path.stat().st_size > _LARGEST_LABELS:
                    continue
                if not is_inside(path):
                    continue  # a link may lead to anything of the person's
                found.append(LabelFile(path.name, count_labels(path)))
            except (OSError, ModelFileError):
                continue  # no text: it can hold no names
        return tuple(found)

    def _not_written(self, error: OSError) -> ModelFileError:
        name, folder = self._place.name, self._place.parent
        if error.errno in _FULL:
            return ModelFileError(
                f"The disk is full: {name} could not be saved.",
                "Make room on it and save again.",
                detail=repr(error),
            )
        return ModelFileError(
            f"{name} could not be saved: the folder {folder} cannot be written to.",
            self._where_it_lies,
            detail=repr(error),
        )


def with_names(draft: SheetDraft, described: ModelDescription) -> SheetDraft:
    """A draft with the names themselves in place of the file that holds them.

    Args:
        draft: a sheet.
        described: what it says.
    """
    if not draft.label_file:
        return draft
    names = described.labels or described.decoder.characters
    return replace(draft, labels=names, label_file="")


def _explicit(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """An older sheet with the defaults that it leaves out and the new one writes."""
    decoder, resize = new["decoder"]["name"], new["input"]["resize"]
    defaults = SheetDraft(decoder=decoder, resize=resize).fields()
    whole = dict(old)
    for part in ("input", "decoder"):
        if isinstance(fields := old.get(part), dict):
            left_out = set(new[part]) - set(fields) - _REQUIRED
            usual = {key: value for key, value in defaults[part].items() if key in left_out}
            whole[part] = usual | fields
    return whole
