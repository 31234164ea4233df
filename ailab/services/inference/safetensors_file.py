"""Whether files can be safetensors, told from their outline and without reading weights.

A file is the length of its header as a little-endian 64-bit number, the header (a JSON object
with `dtype`, `shape` and `data_offsets` of each tensor), and then the tensors
(https://huggingface.co/docs/safetensors). Weights in several files have an index, whose
`weight_map` names the file of each tensor.
"""

from __future__ import annotations

import os
from pathlib import Path

from ailab.services.architecture.safetensors_header import (
    LENGTH_BYTES,
    header_length,
    read_header,
)
from ailab.services.hub.repo_path import is_safe_repo_path
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.json_file import read_json_object
from ailab.services.inference.model_layout import ModelLayout
from ailab.services.regular_file import open_regular

_AGAIN = "Download it again, or choose another model."


def check_safetensors(root: Path, layout: ModelLayout) -> None:
    """Refuse weights of which a file is missing, cut off, or something else.

    Raises:
        ModelFileError: says which.
    """
    weights = root / layout.weights
    files = {layout.weights}
    if weights.suffix == ".json":
        named = read_json_object(weights).get("weight_map")
        values = list(named.values()) if isinstance(named, dict) else []
        if not values or not all(isinstance(name, str) for name in values):
            raise ModelFileError(f"{weights.name} does not name the files of the weights.", _AGAIN)
        files = set(values)
        if not files <= set(layout.external_data):
            missing = min(files - set(layout.external_data))
            if not is_safe_repo_path(missing):
                raise ModelFileError(
                    f"{weights.name} names a file outside the model's folder ({missing:.200}), "
                    "which ailab does not open.",
                    "Choose another model, and tell its maker.",
                )
            if (root / missing).is_file():
                raise ModelFileError(
                    f"{weights.name} names {missing:.200}, which ailab takes for no part of the "
                    "weights: these are called like model-00001-of-00002.safetensors.",
                    "Save the model anew with transformers, which names them so, or choose "
                    "another one.",
                )
            raise ModelFileError(f"The model's file {missing:.200} is missing.", _AGAIN)
    for name in sorted(files):
        _check(root / name)


def _check(path: Path) -> None:
    try:
        with open_regular(path) as file:
            size = os.fstat(file.fileno()).st_size
            length = header_length(file.read(LENGTH_BYTES), size)
            tensors, _ = read_header(file.read(length), size - LENGTH_BYTES - length)
        if not tensors:
            raise ValueError("it holds no tensors")
    except OSError as error:
        raise ModelFileError(
            f"The model's file {path.name} cannot be read.",
            "Check that you may read it, or download it again.",
            detail=str(error),
        ) from error
    except ValueError as error:
        raise ModelFileError(
            f"{path.name} is damaged, or holds no safetensors.", _AGAIN, detail=repr(error)
        ) from error
