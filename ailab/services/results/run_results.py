"""The results of a saved run, read one at a time."""

from __future__ import annotations

import contextlib
from pathlib import Path, PureWindowsPath

from ailab.services.inference.json_fields import BadFieldError
from ailab.services.inference.picture_json import picture_from_json
from ailab.services.inference.picture_result import PictureResult
from ailab.services.problem import Problem
from ailab.services.results.coco_file import COCO_FILE, COCO_OF_THRESHOLD
from ailab.services.results.result_error import ResultError
from ailab.services.results.result_json import RESULT_FORMAT, from_text, read_json
from ailab.services.results.result_reader import read_result
from ailab.services.results.run_json import RUN_FILE
from ailab.services.results.run_record import RunRecord


class RunResults:
    """Finds what came of each of a run's pictures.

    Where the lab was ended in the middle of a run, the results of the pictures done by then are
    found by their files.

    Args:
        folder: the run's folder.
        record: of the run.
    """

    def __init__(self, folder: Path, record: RunRecord) -> None:
        self._folder = folder
        self._record = record
        self._reasons = dict(record.failures)
        self._unlisted = {} if record.finished else _unlisted(folder, set(record.results))

    def file(self, index: int) -> Path | None:
        """The file of a picture's result, by the picture's place; None where it has none."""
        record = self._record
        name = record.results[index] if index < len(record.results) else ""
        if name:
            return self._folder / PureWindowsPath(name).name
        return self._unlisted.get(record.pictures[index])

    def read(self, index: int) -> PictureResult | None:
        """What came of a picture, by its place; None where nothing is known of it.

        Raises:
            ResultError: its file, or another that it names, is missing or damaged.
        """
        picture, file = self._record.pictures[index], self.file(index)
        if file is not None:
            return read_result(file)
        if picture in self._reasons:
            return PictureResult(picture, problem=Problem(self._reasons[picture]))
        return None


def _unlisted(folder: Path, listed: set[str]) -> dict[str, Path]:
    """Files of results which the record does not list, by picture."""
    found = {}
    for file in sorted(folder.glob("*.json")):
        if file.name not in listed and file.name not in {RUN_FILE, COCO_FILE, COCO_OF_THRESHOLD}:
            with contextlib.suppress(ResultError, BadFieldError):
                fields, _ = from_text(RESULT_FORMAT, read_json(file))
                found[picture_from_json(fields)] = file
    return found
