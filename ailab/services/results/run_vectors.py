"""The vectors of a run as a whole: summed up at its end, and read back."""

from __future__ import annotations

import zipfile
from pathlib import Path

from ailab.services.compatibility.runnable_tasks import FEATURES
from ailab.services.inference.feature_set import FeatureSet
from ailab.services.results.feature_files import (
    RUN_FEATURES,
    gather_vectors,
    read_run_features,
    write_run_features,
)
from ailab.services.results.groups_table import write_groups
from ailab.services.results.neighbours_file import write_neighbours
from ailab.services.results.result_error import ResultError
from ailab.services.results.run_json import read_record
from ailab.services.results.run_record import RunRecord
from ailab.services.results.saved_run_reader import run_folder
from ailab.services.results.saved_vectors import SavedVectors


def sum_up_vectors(folder: Path, record: RunRecord) -> None:
    """Write `features.npz`, `neighbours.csv` and `groups.csv`; nothing where there are no vectors.

    Raises:
        ResultError: the folder is gone, full or read-only; they do not fit into the memory.
    """
    pictures, vectors = gather_vectors(folder, record)
    if pictures:
        write_run_features(folder, pictures, vectors)
        features = FeatureSet(pictures, vectors)
        write_neighbours(folder, record, features)
        write_groups(folder, record, features)


def load_vectors(path: Path) -> SavedVectors:
    """Read the vectors of the run that a path means; see `load_run`.

    They come from `features.npz`; where that is missing, since the lab was ended in the middle of
    the run, from the pictures' own files.

    Raises:
        ResultError: no run there, one without vectors, or its files are damaged or too large.
    """
    folder = run_folder(path)
    record = read_record(folder)
    file = folder / RUN_FEATURES
    try:
        pictures, vectors = read_run_features(file)
    except FileNotFoundError:
        pictures, vectors = gather_vectors(folder, record)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, MemoryError) as error:
        raise ResultError(
            f"The file {file} of a saved run cannot be read, is damaged, or was changed.",
            "Delete it, and the vectors are read from the pictures' own files; or run the pictures "
            "again.",
            detail=repr(error),
        ) from error
    if not pictures:
        made = "" if record.task == FEATURES else f" of {record.task}"
        raise ResultError(
            f"The run {folder.name}{made} has no vectors to compare with.",
            "Choose the folder of a run by a model that makes vectors of pictures, such as DINOv2.",
        )
    return SavedVectors(folder, record.identity, FeatureSet(pictures, vectors))
