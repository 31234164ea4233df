"""Tensors grouped by the parts of their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isqrt
from typing import TypeVar

from ailab.services.architecture.network_outline import TensorInfo

_SEPARATOR = re.compile(r"[./]+")
_DEEPEST = 16
_MOST_TOGETHER = 400

T = TypeVar("T")
Named = tuple[list[str], TensorInfo]


@dataclass(frozen=True, slots=True, eq=False)
class TensorGroup:
    """A part of a network, such as a layer.

    Attributes:
        name: what its tensors' names have in common, without that of the group around it; of
            one among hundreds, those of its first and its last part.
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
    """The tensors as a tree, in their order; a group that holds one group alone is one with it.

    More than 400 parts of one group stand in groups of their own, so that no list is endless.
    """
    return _group("", [(_parts(tensor.name), tensor) for tensor in tensors], 0)


def _parts(name: str) -> list[str]:
    return _SEPARATOR.split(name.strip("./"), maxsplit=_DEEPEST)


def _group(name: str, named: Sequence[Named], depth: int) -> TensorGroup:
    within: dict[str, list[Named]] = {}
    own: list[tuple[str, TensorInfo]] = []
    for parts, tensor in named:
        if len(parts) > depth + 1:
            within.setdefault(parts[depth], []).append((parts, tensor))
        else:
            own.append((parts[-1], tensor))
    if depth and len(within) == 1 and not own:
        only, inside = next(iter(within.items()))
        return _group(f"{name}.{only}", inside, depth + 1)
    groups = [_group(part, inside, depth + 1) for part, inside in within.items()]
    if len(groups) > _MOST_TOGETHER:
        groups = [_holding(_from_to(some[0].name, some[-1].name), some) for some in _runs(groups)]
    if len(own) > _MOST_TOGETHER:
        groups += [_holding(_from_to(some[0][0], some[-1][0]), (), some) for some in _runs(own)]
        own = []
    return _holding(name, groups, own)


def _holding(
    name: str, groups: Sequence[TensorGroup], own: Sequence[tuple[str, TensorInfo]] = ()
) -> TensorGroup:
    return TensorGroup(
        name,
        tuple(groups),
        tuple(tensor for _, tensor in own),
        tuple(leaf for leaf, _ in own),
        sum(group.count for group in groups) + len(own),
        sum(group.parameters for group in groups) + sum(tensor.count for _, tensor in own),
    )


def _runs(parts: list[T]) -> list[list[T]]:
    """As many pieces as each has parts."""
    size = isqrt(len(parts))
    return [parts[at : at + size] for at in range(0, len(parts), size)]


def _from_to(first: str, last: str) -> str:
    return f"{first} … {last}"
