"""Vectors as files of NumPy's own format, one for each picture and one for a whole run.

The format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html. Nothing in
them is pickled, and nothing pickled is read.
"""

from __future__ import annotations

import io
import math
import os
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path, PurePath
from typing import Any

import numpy as np
import numpy.typing as npt

from ailab.services.inference.features import Features
from ailab.services.inference.features_json import MOST_DIMENSIONS
from ailab.services.inference.json_fields import BadFieldError
from ailab.services.regular_file import open_regular
from ailab.services.results.atomic_file import whole_file
from ailab.services.results.result_error import ResultError
from ailab.services.results.run_record import RunRecord

FEATURES_ENDING = ".features.npy"
RUN_FEATURES = "features.npz"
_LONGEST = 4096 + 4 * MOST_DIMENSIONS
"""Bytes: more than the head of such a file has, and the longest vector."""


def vector_file(features: Features) -> bytes:
    """A vector as a `.npy` file: little-endian float32, shape (dimensions,)."""
    buffer = io.BytesIO()
    np.save(buffer, features.vector.unpack()[0].astype("<f4"), allow_pickle=False)
    return buffer.getvalue()


def read_vector(path: Path) -> npt.NDArray[np.float32]:
    """The vector of such a file, float32, shape (dimensions,); whoever wrote it is not trusted.

    Raises:
        BadFieldError: it holds something else.
        OSError: it cannot be read.
        ValueError: it is damaged.
    """
    with open_regular(path) as file:
        data = file.read(_LONGEST + 1)
    stream = io.BytesIO(data)
    if np.lib.format.read_magic(stream) != (1, 0):
        raise BadFieldError("of another version of the format")
    shape, _, dtype = np.lib.format.read_array_header_1_0(stream)
    rest = data[stream.tell() :]
    if dtype != np.dtype("<f4") or len(shape) != 1 or len(rest) != 4 * shape[0] or not rest:
        raise BadFieldError(f"{dtype}, {shape}, {len(rest)} bytes")
    vector = np.frombuffer(rest, "<f4").astype(np.float32)
    if not np.isfinite(vector).all():
        raise BadFieldError("a number is infinite or NaN")
    return vector


def write_run_features(
    folder: Path, pictures: Sequence[str], vectors: npt.NDArray[np.float32]
) -> None:
    """Write all vectors of a run into `features.npz`, beside the pictures' own files.

    Args:
        folder: the run's folder.
        pictures: their n references, written as text: paths, with `#page=3` behind a page chosen.
        vectors: `features` there, float32, shape (n, dimensions).

    Raises:
        ResultError: the folder is gone, full or read-only.
    """
    with whole_file(folder / RUN_FEATURES) as file:
        np.savez(file, features=vectors, pictures=np.array(pictures, np.str_))


def gather_vectors(
    folder: Path, record: RunRecord
) -> tuple[tuple[str, ...], npt.NDArray[np.float32]]:
    """The vectors of a run from the pictures' own files, with the paths of these pictures.

    Returns:
        n paths, and float32, shape (n, dimensions): of the pictures whose vectors have as many
        dimensions as the first's; n may be 0.

    Raises:
        ResultError: they do not fit into the memory.
    """
    # By file: a record may name one a million times.
    files: dict[Path, str] = {}
    for picture, name in zip(record.pictures, record.results, strict=False):
        if name:
            files.setdefault(folder / f"{PurePath(name).stem}{FEATURES_ENDING}", picture)
    try:
        return _gather(files)
    except MemoryError as error:
        raise ResultError(
            f"The vectors of the run {folder.name} do not fit into the memory.",
            "Close other programs, or run fewer pictures at a time.",
            detail=repr(error),
        ) from error


def _gather(files: Mapping[Path, str]) -> tuple[tuple[str, ...], npt.NDArray[np.float32]]:
    vectors = np.empty((0, 0), np.float32)
    pictures: list[str] = []
    for file, picture in files.items():
        # What is damaged meanwhile is told where it is read again; the others are kept.
        with suppress(OSError, ValueError):
            vector = read_vector(file)
            if not pictures:
                rows = sum(_length(each) >= vector.nbytes for each in files)
                vectors = np.empty((rows, len(vector)), np.float32)
            if len(vector) == vectors.shape[1] and len(pictures) < len(vectors):
                vectors[len(pictures)] = vector
                pictures.append(picture)
    return tuple(pictures), vectors[: len(pictures)]


def _length(file: Path) -> int:
    """Bytes; 0 where nothing can be told."""
    try:
        return file.stat().st_size
    except (OSError, ValueError):
        return 0


def read_run_features(path: Path) -> tuple[tuple[str, ...], npt.NDArray[np.float32]]:
    """What `write_run_features` wrote; whoever wrote the file is not trusted.

    Returns:
        n paths, from 1, and float32, shape (n, dimensions), finite.

    Raises:
        BadFieldError: it holds something else.
        OSError: it cannot be read.
        ValueError, KeyError, zipfile.BadZipFile: it is damaged.
    """
    with open_regular(path) as file, zipfile.ZipFile(file) as archive:
        # What is packed could be of any size when it is unpacked.
        if sum(each.file_size for each in archive.infolist()) > os.fstat(file.fileno()).st_size:
            raise BadFieldError("packed")
        vectors = _read_member(archive, "features.npy")
        names = _read_member(archive, "pictures.npy")
    if vectors.dtype != np.dtype("<f4") or vectors.ndim != 2 or not vectors.size:
        raise BadFieldError(f"{vectors.dtype}, {vectors.shape}")
    if names.dtype.kind != "U" or names.shape != vectors.shape[:1]:
        raise BadFieldError(f"{names.dtype}, {names.shape} for {vectors.shape}")
    if not np.isfinite(vectors).all():
        raise BadFieldError("a number is infinite or NaN")
    return tuple(names.tolist()), np.ascontiguousarray(vectors, np.float32)


def _read_member(archive: zipfile.ZipFile, name: str) -> npt.NDArray[Any]:
    """An array of an archive, of which no more is believed than its length allows."""
    size = archive.getinfo(name).file_size
    with archive.open(name) as file:
        if np.lib.format.read_magic(file) != (1, 0):
            raise BadFieldError("of another version of the format")
        shape, _, dtype = np.lib.format.read_array_header_1_0(file)
        if math.prod(shape) * dtype.itemsize > size:
            raise BadFieldError(f"{dtype}, {shape} in {size} bytes")
    with archive.open(name) as file:
        array: npt.NDArray[Any] = np.lib.format.read_array(file, allow_pickle=False)
        return array
