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

from ailab.services.architecture import byte_walk, onnx_outline, outline_reader
from ailab.services.architecture.architecture_error import ArchitectureError
from ailab.services.architecture.network_outline import GraphPort, NetworkOutline
from ailab.services.architecture.onnx_tail import read_tail
from ailab.services.architecture.outline_reader import Show, read_outline
from ailab.services.hub.model_info import ModelDetails, RepoFile
from ailab.services.lab_error import LabError
from fakes import COMMIT, FakeHub, a_model

DEMO = Path(__file__).parents[3] / "ailab" / "demo" / "models"


async def outline_of(content: bytes, show: Show | None = None) -> tuple[NetworkOutline, FakeHub]:
    hub, model = FakeHub(), a_model()
    hub.files[model.id, "m.onnx"] = content
    details = ModelDetails(model, files=(RepoFile("m.onnx", len(content)),))
    return await read_outline(hub, details, "m.onnx", show), hub


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


def a_port(name: str) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 64, 20, 20])


def a_network(weights: int, numbers: int, *, values: int = 0, lists_weights: bool = False) -> bytes:
    """A network of so many weights of so many numbers each, and of values whose shape is told."""
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
    inputs, told = ports[:1], [a_port(f"value.{n}") for n in range(values)]
    if lists_weights:
        inputs += [a_port(tensor.name) for tensor in tensors]
    graph = helper.make_graph(nodes, "net", inputs, ports[1:], tensors, value_info=told)
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


async def test_that_many_large_tensors_are_looked_up_one_by_one() -> None:
    content = a_network(300, 30_000)
    outline, hub = await outline_of(content)
    check_against_onnx(outline, content)
    assert outline.notes == ()
    assert 280 < len(hub.read) < 320
    assert sum(most for *_, most in hub.read) < 5_500_000


@pytest.mark.parametrize("values", [0, 750, 5_000])
@pytest.mark.parametrize("lists_weights", [False, True])
async def test_that_a_walk_cut_short_finds_the_ports_at_the_end_and_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, values: int, lists_weights: bool
) -> None:
    monkeypatch.setattr(outline_reader, "MOST_REQUESTS", 20)
    smaller = tuple(most // 4 for most in onnx_outline._TAILS)  # the values need all three
    monkeypatch.setattr(onnx_outline, "_TAILS", smaller)
    content = a_network(50, 60_000, values=values, lists_weights=lists_weights)
    outline, hub = await outline_of(content)
    assert 10 < len(outline.tensors) < 50
    assert outline.inputs[0] == GraphPort("x", "FLOAT", ("batch", "3", "60000"))
    assert [port.name for port in outline.outputs] == ["y"]
    assert ("Operator set", f"ai.onnx {onnx.defs.onnx_opset_version()}") in outline.facts
    assert "those listed are not all." in outline.notes[0]
    assert len(hub.read) <= 20 + 4


def test_that_ports_are_found_at_the_end_of_trained_networks(
    monkeypatch: pytest.MonkeyPatch, shared_dir: Path
) -> None:
    paths = [*DEMO.rglob("*.onnx"), *(shared_dir / "realdata" / "models").rglob("*.onnx")]
    for path in paths:
        content = path.read_bytes()
        whole, _ = asyncio.run(outline_of(content))
        with monkeypatch.context() as patch:
            patch.setattr(outline_reader, "MOST_REQUESTS", 1)
            patch.setattr(byte_walk, "_WINDOW", 2000)
            cut, _ = asyncio.run(outline_of(content))
        assert cut.notes
        assert cut.outputs == whole.outputs
        # Old exporters list weights among the inputs; those not seen cannot be told from them.
        assert set(whole.inputs) <= set(cut.inputs)


async def test_that_ports_that_are_not_at_the_end_are_said_to_be_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outline_reader, "MOST_REQUESTS", 5)
    name = field(8, 2, b"layer.w")
    tensors = b"".join(field(5, 2, name + field(9, 2, bytes(90_000))) for _ in range(20))
    outline, _ = await outline_of(field(7, 2, tensors))
    assert not outline.outputs
    assert "its inputs and outputs were not found" in outline.notes[0]


@pytest.mark.parametrize("seed", range(20))
def test_that_a_tail_is_told_from_the_weights_in_front_of_it(seed: int) -> None:
    dice = random.Random(seed)
    # Bytes of the very kinds that a tail is made of are the likeliest to be taken for one.
    weights = bytes(dice.choices(b"Zbjrz\x0a\x01\x02\x03\x12\x00\x08\x82w", k=20_000))
    model = onnx.load_model_from_string(a_network(1, 4, values=30))
    message = b"".join(field(11, 2, port.SerializeToString()) for port in model.graph.input)
    message += b"".join(field(12, 2, port.SerializeToString()) for port in model.graph.output)
    message += b"".join(field(13, 2, port.SerializeToString()) for port in model.graph.value_info)
    tail = read_tail(weights + message)
    assert [port.name for port in tail.outputs] == ["y"]
    assert [port.name for port in tail.inputs[-1:]] == ["x"]
    assert read_tail(weights).start > len(weights) - 200


async def test_that_what_was_seen_so_far_is_shown_while_reading_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outline_reader, "TELL_SECONDS", 0.0)
    seen: list[NetworkOutline] = []

    async def show(outline: NetworkOutline) -> None:
        seen.append(outline)

    whole, hub = await outline_of(a_network(40, 60_000), show)
    counts = [len(outline.tensors) for outline in seen]
    assert counts == sorted(counts)
    assert len(counts) == len(hub.read) - 1
    assert all(outline.operators == whole.operators for outline in seen)
    assert seen[10].tensors == whole.tensors[: counts[10]]


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


@pytest.mark.parametrize(
    ("revision", "words"), [(COMMIT, "does not tell the size"), (None, "has not told the size")]
)
async def test_that_a_file_of_unknown_size_is_not_guessed_at(
    revision: str | None, words: str
) -> None:
    hub, model = FakeHub(), a_model()
    details = ModelDetails(model, revision, files=(RepoFile("m.onnx"),))
    with pytest.raises(ArchitectureError, match=words):
        await read_outline(hub, details, "m.onnx")
    assert not hub.read
