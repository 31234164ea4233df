"""Tensors grouped by the parts of their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ailab.services.architecture.network_outline import TensorInfo

_SEPARATOR = re.compile(r"[./]+")
_DEEPEST = 16


@dataclass(frozen=True, slots=True)
class TensorGroup:
    """A part of a network, such as a layer.

    Attributes:
        name: what its tensors' names have in common, without that of the group around it.
        groups: parts of it.
        tensors: those that belong to no part; `TensorInfo.name` is the whole name.
        leaves: the last parts of these tensors' names.
        count: of all tensors in it.
        parameters: numbers in all of them.
    """

    name: str
    groups: tuple[TensorGroup, ...]
    tensors: tuple[TensorInfo, ...]
    leaves: tuple[str, ...]
    count: int
    parameters: int


def group_tensors(tensors: Iterable[TensorInfo]) -> TensorGroup:
    """The tensors as a tree, in their order; a group that holds one group alone is one with it."""
    named = [(_parts(tensor.name), tensor) for tensor in tensors]
    return _group("", named, 0)


def _parts(name: str) -> list[str]:
    return _SEPARATOR.split(name.strip("./"), maxsplit=_DEEPEST)


def _group(name: str, named: Sequence[tuple[list[str], TensorInfo]], depth: int) -> TensorGroup:
    within: dict[str, list[tuple[list[str], TensorInfo]]] = {}
    own: list[tuple[str, TensorInfo]] = []
    for parts, tensor in named:
        if len(parts) > depth + 1:
            within.setdefault(parts[depth], []).append((parts, tensor))
        else:
            own.append((parts[-1], tensor))
    if depth and len(within) == 1 and not own:
        only, inside = next(iter(within.items()))
        return _group(f"{name}.{only}", inside, depth + 1)
    groups = tuple(_group(part, inside, depth + 1) for part, inside in within.items())
    return TensorGroup(
        name,
        groups,
        tuple(tensor for _, tensor in own),
        tuple(leaf for leaf, _ in own),
        len(named),
        sum(tensor.count for _, tensor in named),
    )
