"""Which files of a repository describe its network."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ailab.services.hub.model_info import ModelDetails

_INDEX = ".safetensors.index.json"
_SHARD = re.compile(r"(.*)-\d{5}-of-\d{5}\.safetensors")


def weight_files(details: ModelDetails, needed: Sequence[str] = ()) -> tuple[str, ...]:
    """Paths of ONNX files, safetensors files, and indexes of the latter's parts.

    Those that a run needs come first, then those nearest to the repository's root.
    """
    paths = {file.path for file in details.files}
    indexed = {path.removesuffix(_INDEX) for path in paths if path.endswith(_INDEX)}
    found = [path for path in paths if _is_described(path, indexed)]
    return tuple(sorted(found, key=lambda p: (p not in needed, p.count("/"), len(p), p)))


def _is_described(path: str, indexed: set[str]) -> bool:
    part = _SHARD.fullmatch(path)
    if part is not None:
        return part[1] not in indexed
    return path.endswith((".onnx", ".safetensors", _INDEX))
