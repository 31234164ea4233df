"""Whether files can be safetensors, told from their outline and without reading weights.

A file is the length of its header as a little-endian 64-bit number, the header (a JSON object
with `dtype`, `shape` and `data_offsets` of each tensor), and then the tensors
(https://huggingface.co/docs/safetensors). Weights in several files have an index, whose
`weight_map` names the file of each tensor.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.json_file import read_json_object
from ailab.services.inference.model_layout import ModelLayout

_MOST_HEADER = 100_000_000  # as the format's own reader
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
            raise ModelFileError(f"The model's file {missing:.200} is missing.", _AGAIN)
    for name in sorted(files):
        _check(root / name)


def _check(path: Path) -> None:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            if length > min(size, _MOST_HEADER):
                raise ValueError("the header is longer than the file")
            header = json.loads(file.read(length))
            ends = [entry["data_offsets"][1] for key, entry in header.items() if key[:2] != "__"]
            if 8 + length + max(ends) != size:
                raise ValueError(f"{size} bytes instead of {8 + length + max(ends)}")
    except OSError as error:
        raise ModelFileError(
            f"The model's file {path.name} cannot be read.",
            "Check that you may read it, or download it again.",
            detail=str(error),
        ) from error
    except (ValueError, struct.error, KeyError, IndexError, TypeError, AttributeError) as error:
        raise ModelFileError(
            f"{path.name} is damaged, or holds no safetensors.", _AGAIN, detail=repr(error)
        ) from error
    except RecursionError as error:
        raise ModelFileError(f"{path.name} holds no safetensors.", _AGAIN) from error
