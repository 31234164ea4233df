"""ONNX files walked by parts: as the onnx package reads them whole, and hostile ones refused."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import suppress
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from ailab.services.architecture.architecture_error import ArchitectureError
from ailab.services.architecture.network_outline import GraphPort, NetworkOutline
from ailab.services.architecture.outline_reader import read_outline
from ailab.services.hub.model_info import ModelDetails, RepoFile
from ailab.services.lab_error import LabError
from fakes import FakeHub, a_model

DEMO = Path(__file__).parents[3] / "ailab" / "demo" / "models"


async def outline_of(content: bytes) -> tuple[NetworkOutline, FakeHub]:
    hub, model = FakeHub(), a_model()
    hub.files[model.id, "m.onnx"] = content
    details = ModelDetails(model, files=(RepoFile("m.onnx", len(content)),))
    return await read_outline(hub, details, "m.onnx"), hub


def check_against_onnx(outline: NetworkOutline, content: bytes) -> None:
    graph = onnx.load_model_from_string(content).graph
    assert [(t.name, t.shape, t.dtype) for t in outline.tensors] == [
        (t.name, tuple(t.dims), TensorProto.DataType.Name(t.data_type)) for t in graph.initializer
    ]
    nodes = Counter(
        node.op_type if node.domain in {"", "ai.onnx"} else f"{node.domain}.{node.op_type}"
        for node in graph.node
    )
    assert Counter(dict(outline.operators)) == nodes
    assert [port.name for port in outline.outputs] == [port.name for port in graph.output]


def a_network(weights: int, numbers: int) -> bytes:
    """A network of so many weights of so many numbers each."""
    ports = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", 3, numbers])
        for name in ("x", "y")
    ]
    tensors = [
        numpy_helper.from_array(np.zeros(numbers, np.float32), f"layer.{n}.weight")
        for n in range(weights)
    ]
    nodes = [helper.make_node("Add", ["x", tensor.name], ["y"]) for tensor in tensors]
    nodes.append(helper.make_node("Own", ["x"], ["z"], domain="acme"))
    graph = helper.make_graph(nodes, "net", ports[:1], ports[1:], tensors)
    raw: bytes = helper.make_model(graph, producer_name="tests").SerializeToString()
    return raw


@pytest.mark.parametrize("path", sorted(DEMO.rglob("*.onnx")), ids=lambda p: "-".join(p.parts[-3:]))
def test_that_the_demo_s_networks_are_read_as_onnx_reads_them(path: Path) -> None:
    content = path.read_bytes()
    outline, _ = asyncio.run(outline_of(content))
    check_against_onnx(outline, content)


def test_that_real_networks_are_read_as_onnx_reads_them(shared_dir: Path) -> None:
    paths = sorted((shared_dir / "realdata" / "models").rglob("*.onnx"))
    assert paths
    for path in paths:
        outline, _ = asyncio.run(outline_of(path.read_bytes()))
        graph = onnx.load(path, load_external_data=False).graph
        assert [t.name for t in outline.tensors] == [t.name for t in graph.initializer]
        assert [p.name for p in outline.outputs] == [p.name for p in graph.output]


async def test_that_weights_are_stepped_over() -> None:
    content = a_network(20, 500_000)
    outline, hub = await outline_of(content)
    check_against_onnx(outline, content)
    assert outline.parameters == 10_000_000
    assert outline.inputs == (GraphPort("x", "FLOAT", ("batch", "3", "500000")),)
    assert outline.notes == ()
    assert sum(most for *_, most in hub.read) < len(content) / 20
    assert len(hub.read) < 30


async def test_that_a_walk_that_takes_too_long_says_where_it_stopped() -> None:
    outline, hub = await outline_of(a_network(150, 90_000))
    assert len(hub.read) <= 96
    assert 60 < len(outline.tensors) < 150
    assert "Only the first part" in outline.notes[0]
    assert not outline.outputs


def field(number: int, wire_type: int, content: bytes = b"") -> bytes:
    tag = bytes([number * 8 + wire_type])
    return tag + (varint(len(content)) + content if wire_type == 2 else content)


def varint(value: int) -> bytes:
    out = b""
    while value >= 128:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


def a_tensor(*dims: int) -> bytes:
    packed = b"".join(varint(dim % 2**64) for dim in dims)
    return field(7, 2, field(5, 2, field(1, 2, packed) + field(8, 2, b"w")))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00",
        b"\xff" * 20,
        b"version https://git-lfs.github.com/spec/v1\n",
        field(7, 2, b"\x0a\xff\xff\xff\xff\x0f"),
        b"\x3a" + varint(2**62),
        b"\x3a" + varint(2**63) + b"x",
        field(1, 0, b"\x80" * 11),
        field(1, 0, b"\xff" * 9 + b"\x7f"),
        field(1, 3),
        field(1, 1, b"123"),
        a_tensor(-1),
        a_tensor(10**9, 10**9, 10**9),
        a_tensor(*(1,) * 1000),
        field(7, 2, field(5, 2, field(1, 2, b"\x80"))),
        field(7, 2, field(11, 2, field(2, 2, b"\x0a\xff"))),
        field(2, 2, b"no graph here"),
        field(7, 2, field(1, 2, b"") * 200_001),
    ],
    ids=range(18),
)
async def test_that_a_hostile_file_is_told_in_a_sentence(content: bytes) -> None:
    with pytest.raises(ArchitectureError, match=r"m\.onnx is damaged, or is no ONNX model"):
        await outline_of(content)


async def test_that_damage_anywhere_ends_in_an_outline_or_a_sentence() -> None:
    content = a_network(4, 50)
    dice = random.Random(20)
    for _ in range(400):
        broken = bytearray(content)
        for _ in range(dice.randint(1, 4)):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        with suppress(LabError):
            await outline_of(bytes(broken[: dice.randint(1, len(broken))]))


async def test_that_a_file_of_unknown_size_is_not_guessed_at() -> None:
    hub, model = FakeHub(), a_model()
    details = ModelDetails(model, files=(RepoFile("m.onnx"),))
    with pytest.raises(ArchitectureError, match="does not tell the size"):
        await read_outline(hub, details, "m.onnx")
    assert not hub.read
