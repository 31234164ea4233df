"""Layers as a tree, and those that a search finds."""

from __future__ import annotations

import pytest

from ailab.services.architecture.found_layers import find_layers
from ailab.services.architecture.network_outline import NetworkOutline, TensorInfo
from ailab.services.architecture.tensor_groups import TensorGroup


def outline_of(*names: str) -> NetworkOutline:
    return NetworkOutline("m.onnx", tuple(TensorInfo(name, "F32", (2, 3)) for name in names))


def names_in(tree: TensorGroup) -> list[str]:
    """The whole names of all tensors, as they stand in the tree."""
    inner = [name for group in tree.groups for name in names_in(group)]
    return inner + [tensor.name for tensor in tree.tensors]


def longest(tree: TensorGroup) -> int:
    """The most rows that any part of the tree has."""
    return max(len(tree.groups) + len(tree.tensors), *map(longest, tree.groups), 0)


def test_that_layers_are_grouped_by_the_parts_of_their_names() -> None:
    found = find_layers(outline_of("net.a.0.w", "net.a.0.b", "net.head.w", "scale"), "")
    (net,) = found.tree.groups
    assert [(group.name, group.count, group.parameters) for group in net.groups] == [
        ("a.0", 2, 12),
        ("head", 1, 6),
    ]
    assert net.groups[0].leaves == ("w", "b")
    assert found.tree.leaves == ("scale",)
    assert found.tree.count == 4


def test_that_a_search_disregards_case_and_space_around_it() -> None:
    found = find_layers(outline_of("Encoder.w", "decoder.w", "head.w"), " CODER ")
    assert found.search == "CODER"
    assert names_in(found.tree) == ["Encoder.w", "decoder.w"]
    assert found.tree.parameters == 12
    assert find_layers(found.outline, "tail").tree.count == 0


@pytest.mark.parametrize("form", ["onnx::Conv_{}", "blocks.{}.w", "a.b.{}"])
@pytest.mark.parametrize("count", [400, 401, 20_000])
def test_that_no_part_holds_more_rows_than_a_person_scrolls_through(form: str, count: int) -> None:
    names = [form.format(n) for n in range(count)]
    tree = find_layers(outline_of(*names), "").tree
    assert names_in(tree) == names, "in their order"
    assert tree.count == count
    assert tree.parameters == 6 * count
    assert longest(tree) <= 400


def test_that_a_group_of_many_is_named_by_its_first_and_last() -> None:
    tree = find_layers(outline_of(*(f"w{n}" for n in range(900))), "").tree
    assert tree.groups[0].name == "w0 … w29"
    assert tree.groups[-1].name == "w870 … w899"
