"""Files that hold tensors of other files, as far as names tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set

INDEX = "model.safetensors.index.json"
"""Names the files that hold the tensors of safetensors in several."""

_SHARD = re.compile(r"model-\d+-of-\d+\.safetensors")


def tensor_files(owners: Sequence[str], present: Set[str]) -> Iterator[str]:
    """The files that hold tensors of a network's files.

    Exporters write `model.onnx_data`, `model.onnx_data_1`, `model.onnx.data`. Data by another name
    (`weights.data`, `network.onnx_data`) is an ONNX file's that has no other beside it; what else
    it names, it says itself, once it is there (`onnx_external.py`).

    Args:
        owners: the file of each part of the network, or its one file; POSIX paths.
        present: the model's files.
    """
    folder = owners[0].rpartition("/")[0]
    beside = {path for path in present if path.rpartition("/")[0] == folder}
    graphs = {path for path in beside if path.endswith(".onnx")}
    for path in present:
        is_data = path in beside and (path.endswith(".data") or ".onnx_data" in path)
        if any(_belongs_to(path, owner) for owner in owners) or (is_data and graphs == set(owners)):
            yield path


def _belongs_to(path: str, weights: str) -> bool:
    if weights == INDEX:
        return _SHARD.fullmatch(path) is not None
    return path != weights and path.startswith((weights + "_data", weights + ".data"))
