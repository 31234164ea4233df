"""A run found again and read back."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from ailab.services.inference.picture_result import PictureResult
from ailab.services.problem import Problem
from ailab.services.results.result_error import ResultError
from ailab.services.results.run_json import RUN_FILE, read_record
from ailab.services.results.run_results import RunResults
from ailab.services.results.runs import SavedRun


def load_run(path: Path) -> SavedRun:
    """Read the run that a path means.

    That is the run's folder, a file in it, or a folder of runs, of which the newest is taken.
    A picture whose own file is damaged comes with that as its problem, as long as others can be
    read. Where the lab was ended in the middle of a run, the results of the pictures done by
    then are found by their files.

    Raises:
        ResultError: no run there, or its files are damaged.
    """
    folder = run_folder(path)
    record = read_record(folder)
    found = RunResults(folder, record)
    results: list[PictureResult] = []
    damage: list[ResultError] = []
    for index, picture in enumerate(record.pictures):
        try:
            result = found.read(index)
        except ResultError as error:
            damage.append(error)
            result = PictureResult(picture, problem=Problem.of(error))
        if result is not None:
            results.append(result.without_saved_output())
    if damage and not any(result.prediction for result in results):
        raise damage[0]
    return SavedRun(folder, record, tuple(results))


def run_folder(path: Path) -> Path:
    """The folder of the run that a path means; see `load_run`.

    Raises:
        ResultError: no run there.
    """
    folder = path
    try:
        folder = path.parent if path.is_file() else path
        if (folder / RUN_FILE).is_file():
            return folder
        if not folder.is_dir():
            raise ResultError(f"There is no folder {path}.", "Choose the folder of a saved run.")
        newest = max(_runs_in(folder), default=None)
    except OSError as error:  # also of a name that no file can have
        raise ResultError(
            f"The folder {folder} cannot be read.",
            "Ask its owner for permission, or choose another.",
            detail=repr(error),
        ) from error
    if newest is None:
        raise ResultError(
            f"There is no saved run in {folder}.", f"Choose a folder that holds a {RUN_FILE}."
        )
    return newest[1]


def _runs_in(folder: Path) -> Iterator[tuple[datetime, Path]]:
    """The runs whose folders lie in a folder, each with its start."""
    for inside in folder.iterdir():
        with contextlib.suppress(ResultError, ValueError, OverflowError):
            started = datetime.fromisoformat(read_record(inside).started)
            yield started.astimezone(), inside
