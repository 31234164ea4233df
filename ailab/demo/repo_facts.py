"""What the Hub tells of a repository from its configuration and the heads of its weights."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ailab.demo.demo_file import DemoFile

# Safetensors headers of the models here are well below it; larger ones are not read.
_LARGEST_HEADER = 1 << 20


@dataclass(frozen=True, slots=True)
class RepoFacts:
    """Read without hashing anything, so that a list of many models is quick.

    Attributes:
        config: the content of `config.json`; empty where there is none.
        parameters: the number of parameters by data type, of all safetensors files at the top.
    """

    config: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, int] = field(default_factory=dict)

    @property
    def parameter_count(self) -> int:
        """Of all data types; 0 where it is not known."""
        return sum(self.parameters.values())


def read_facts(files: Sequence[DemoFile]) -> RepoFacts:
    """The facts of some files; call it in a thread."""
    config: Mapping[str, Any] = {}
    parameters: dict[str, int] = {}
    for file in files:
        if file.path == "config.json":
            config = json.loads(file.read())
        elif file.path.endswith(".safetensors") and "/" not in file.path:
            for dtype, count in _count_parameters(file).items():
                parameters[dtype] = parameters.get(dtype, 0) + count
    return RepoFacts(config, parameters)


def _count_parameters(file: DemoFile) -> dict[str, int]:
    """Parameters by data type (https://huggingface.co/docs/safetensors#format)."""
    size = file.size
    length = struct.unpack("<Q", file.read(0, 8))[0] if size >= 8 else 0
    if not 0 < length <= min(size - 8, _LARGEST_HEADER):
        return {}
    counts: dict[str, int] = {}
    for name, tensor in json.loads(file.read(8, length)).items():
        if name != "__metadata__":
            count = math.prod(tensor["shape"])
            counts[tensor["dtype"]] = counts.get(tensor["dtype"], 0) + count
    return counts
