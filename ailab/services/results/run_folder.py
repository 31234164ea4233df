"""A run's folder: made, known for what it is, and removed."""

from __future__ import annotations

import contextlib
import tempfile
from datetime import datetime
from pathlib import Path, PurePosixPath

from ailab.services.regular_file import open_regular
from ailab.services.results.atomic_file import write_error
from ailab.services.results.model_identity import RECORDED_LOCAL, RECORDED_SERVER
from ailab.services.results.result_error import ResultError
from ailab.services.results.result_json import RUN_FORMAT
from ailab.services.results.run_journal import JOURNAL_FILE
from ailab.services.results.run_json import RUN_FILE, write_record
from ailab.services.results.run_record import RunRecord
from ailab.services.results.safe_name import safe_name
from ailab.services.served.served_address import served_name

_BEGINNING = 100
"""Bytes in which a file of the lab says of what kind it is."""


def make_run_folder(save_to: Path, record: RunRecord) -> Path:
    """Make a folder for a run, named after its time, model and weights, and write its `run.json`.

    Raises:
        ResultError: `save_to` cannot be made or written.
    """
    model = record.model
    if record.model_source == RECORDED_LOCAL:
        model = PurePosixPath(model.replace("\\", "/")).name
    if record.model_source == RECORDED_SERVER:
        model = served_name(model)
    model = " ".join(filter(None, (model, record.variant)))
    name = safe_name(f"{_local_time(record.started):%Y-%m-%d %H%M%S} {model}")
    folder, number = save_to / name, 1
    prepare_target(save_to)
    while True:
        try:
            folder.mkdir()
            break
        except FileExistsError:
            number += 1
            folder = save_to / f"{name} ({number})"
        except OSError as error:
            raise write_error(folder, error) from error
    try:
        write_record(folder, record)
    except ResultError:
        with contextlib.suppress(OSError):
            folder.rmdir()
        raise
    return folder


def prepare_target(save_to: Path) -> None:
    """Make the folder that runs are saved in, where it is not there.

    Raises:
        ResultError: it cannot be made or written.
    """
    try:
        save_to.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=save_to):
            pass
    except FileExistsError as error:
        raise ResultError(f"{save_to} is not a folder.", "Choose a folder to save to.") from error
    except OSError as error:
        raise ResultError(
            f"Nothing can be saved in {save_to} ({error.strerror or type(error).__name__}).",
            "Choose another folder to save to.",
            detail=repr(error),
        ) from error


def holds_run(path: Path) -> bool:
    """True for the folder of a saved run and for its `run.json`; of that the beginning is read."""
    file = path if path.name == RUN_FILE else path / RUN_FILE
    try:
        with open_regular(file) as begun:
            return f'"{RUN_FORMAT}"'.encode() in begun.read(_BEGINNING)
    except (OSError, ValueError):
        return False


def discard_run_folder(folder: Path) -> None:
    """Remove a run's folder that holds its `run.json` and its journal alone; leave any other."""
    with contextlib.suppress(OSError):
        if {file.name for file in folder.iterdir()} <= {RUN_FILE, JOURNAL_FILE}:
            for name in (JOURNAL_FILE, RUN_FILE):
                (folder / name).unlink(missing_ok=True)
            folder.rmdir()


def _local_time(started: str) -> datetime:
    try:
        return datetime.fromisoformat(started).astimezone()
    except (ValueError, OverflowError, OSError):
        return datetime.now().astimezone()
