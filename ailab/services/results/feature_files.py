"""Vectors as files of NumPy's own format, one for each picture and one for a whole run.

The format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html. Nothing in
them is pickled, and nothing pickled is read.
"""

from __future__ import annotations

import io
from contextlib import suppress
from pathlib import Path, PurePath

import numpy as np
import numpy.typing as npt

from ailab.services.inference.features import Features
from ailab.services.inference.json_fields import BadFieldError
from ailab.services.inference.maps_json import MOST_DIMENSIONS
from ailab.services.results.atomic_file import write_whole
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
    with path.open("rb") as file:
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


def write_run_features(folder: Path, record: RunRecord) -> None:
    """Write all vectors of a run into `features.npz`, beside the pictures' own files.

    It holds `features` (float32, shape (n, dimensions)) and `pictures` (their n paths, as text),
    of the pictures whose vectors have as many dimensions as the first's. Nothing is written
    where there are none.

    Raises:
        ResultError: the folder is gone, full or read-only.
    """
    vectors: list[npt.NDArray[np.float32]] = []
    pictures: list[str] = []
    for picture, name in zip(record.pictures, record.results, strict=False):
        if not name:
            continue
        # What is damaged meanwhile is told where it is read again; the others are kept.
        with suppress(OSError, ValueError):
            vector = read_vector(folder / f"{PurePath(name).stem}{FEATURES_ENDING}")
            if not vectors or vector.shape == vectors[0].shape:
                vectors.append(vector)
                pictures.append(picture)
    if vectors:
        buffer = io.BytesIO()
        np.savez(buffer, features=np.stack(vectors), pictures=np.array(pictures, np.str_))
        write_whole(folder / RUN_FEATURES, buffer.getvalue())
