"""ONNX files that mean harm, through the service and a real worker."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hostile_lab import attempt, guarded, is_refusal, save, survive
from onnx import FunctionProto, GraphProto, ModelProto, NodeProto, TensorProto, helper
from worker_lab import best

from ailab.services.inference.inference_errors import WorkerError

pytestmark = pytest.mark.slow

FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64
Values = list[int] | list[float]
MEANS = helper.make_node("ReduceMean", ["pixels"], ["means"], axes=[2, 3], keepdims=0)


def graph_of(
    *nodes: NodeProto,
    initializers: list[TensorProto] | None = None,
    inputs: list[int | str] | None = None,
    outputs: list[int] | None = None,
    kind: int = FLOAT,
) -> GraphProto:
    graph: GraphProto = helper.make_graph(
        list(nodes),
        "hostile",
        [helper.make_tensor_value_info("pixels", FLOAT, inputs or [1, 3, 8, 8])],
        [helper.make_tensor_value_info("scores", kind, outputs)],
        initializers or [],
    )
    return graph


def model_of(graph: GraphProto, opset: int = 17, ir: int = 8, domain: str = "") -> ModelProto:
    opsets = [helper.make_opsetid("", opset)]
    if domain:
        opsets.append(helper.make_opsetid(domain, 1))
    model: ModelProto = helper.make_model(graph, opset_imports=opsets, ir_version=ir)
    return model


def integers(name: str, values: list[int]) -> NodeProto:
    tensor = helper.make_tensor(name, INT64, [len(values)], values)
    return helper.make_node("Constant", [], [name], value=tensor)


def filled(sides: list[int]) -> list[NodeProto]:
    """A tensor of ones, summed into the scores."""
    one = helper.make_tensor("one", FLOAT, [1], [1.0])
    return [
        integers("sides", sides),
        helper.make_node("ConstantOfShape", ["sides"], ["ones"], value=one),
        helper.make_node("ReduceMean", ["ones"], ["mean"], keepdims=0),
        MEANS,
        helper.make_node("Mul", ["means", "mean"], ["scores"]),
    ]


def weight(dims: list[int], kind: int = FLOAT, raw: bytes = b"\0" * 12) -> TensorProto:
    tensor = TensorProto(name="w", data_type=kind, raw_data=raw)
    tensor.dims.extend(dims)
    return tensor


def with_weight(tensor: TensorProto) -> ModelProto:
    add = helper.make_node("Add", ["means", "w"], ["scores"])
    return model_of(graph_of(MEANS, add, initializers=[tensor], outputs=[1, 3]))


def field(number: int, content: bytes) -> bytes:
    """A field of bytes in protobuf's wire format."""

    def varint(value: int) -> bytes:
        return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + varint(value >> 7)

    return varint(number << 3 | 2) + varint(len(content)) + content


def branches(depth: int) -> bytes:
    """Conditions within conditions, deeper than protobuf's own code would write them."""
    yes = helper.make_tensor("yes", TensorProto.BOOL, [], [True])
    info = helper.make_tensor_value_info
    out = field(12, info("out", FLOAT, None).SerializeToString())
    identity = helper.make_node("Identity", ["means"], ["out"]).SerializeToString()
    small = field(1, identity) + field(2, b"small") + out
    inner = small
    for level in range(depth):
        branch, other = (
            field(5, field(1, name) + b"\xa0\x01\x05" + field(6, graph))
            for name, graph in ((b"then_branch", inner), (b"else_branch", small))
        )
        made = b"scores" if level == depth - 1 else b"out"
        node = field(1, b"yes") + field(2, made) + field(4, b"If") + branch + other
        inner = field(1, node) + field(2, b"g") + out
    model = model_of(graph_of(MEANS, helper.make_node("Constant", [], ["yes"], value=yes)))
    outer = model.graph.SerializeToString() + field(1, node)
    del model.graph.node[:]
    model.ClearField("graph")
    return bytes(model.SerializeToString()) + field(7, outer)


def loop(turns: int, body: list[NodeProto], value: str, dims: list[int] | None) -> ModelProto:
    info = helper.make_tensor_value_info
    inner = helper.make_graph(
        [helper.make_node("Identity", ["go"], ["go_on"]), *body],
        "body",
        [info("turn", INT64, []), info("go", TensorProto.BOOL, []), info("x", FLOAT, dims)],
        [info("go_on", TensorProto.BOOL, []), info(value, FLOAT, dims)],
    )
    count = helper.make_tensor("turns", INT64, [], [turns])
    return model_of(
        graph_of(
            MEANS,
            helper.make_node("Constant", [], ["turns"], value=count),
            helper.make_node("Loop", ["turns", "", "means"], ["last"], body=inner),
            helper.make_node("ReduceMean", ["last"], ["mean"], keepdims=0),
            helper.make_node("Mul", ["means", "mean"], ["scores"]),
        )
    )


def recursive_function() -> ModelProto:
    """A function that calls itself."""
    model = model_of(
        graph_of(MEANS, helper.make_node("Again", ["means"], ["scores"], domain="own")),
        domain="own",
    )
    function: FunctionProto = helper.make_function(
        "own",
        "Again",
        ["x"],
        ["y"],
        [helper.make_node("Again", ["x"], ["y"], domain="own")],
        [helper.make_opsetid("", 17), helper.make_opsetid("own", 1)],
    )
    model.functions.append(function)
    return model


def exploding_functions(depth: int = 24) -> ModelProto:
    """Each function calls the one before it twice: 2^24 nodes once all are put in place."""
    model = model_of(
        graph_of(MEANS, helper.make_node(f"F{depth}", ["means"], ["scores"], domain="own")),
        domain="own",
    )
    for level in range(depth + 1):
        name, before = f"F{level}", f"F{level - 1}"
        nodes = (
            [helper.make_node("Sin", ["x"], ["y"])]
            if level == 0
            else [
                helper.make_node(before, ["x"], ["z"], domain="own"),
                helper.make_node(before, ["z"], ["y"], domain="own"),
            ]
        )
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid("own", 1)]
        model.functions.append(helper.make_function("own", name, ["x"], ["y"], nodes, opsets))
    return model


def by_zero(operator: str) -> ModelProto:
    """A whole number divided by nought, which ends a process on many processors."""
    to_int = helper.make_node("Cast", ["means"], ["whole"], to=TensorProto.INT32)
    zero = helper.make_node("Sub", ["whole", "whole"], ["zero"])
    divide = helper.make_node(operator, ["whole", "zero"], ["result"])
    back = helper.make_node("Cast", ["result"], ["scores"], to=FLOAT)
    return model_of(graph_of(MEANS, to_int, zero, divide, back))


def node(operator: str, *inputs: str, outputs: str = "scores", **how: Any) -> NodeProto:
    made: NodeProto = helper.make_node(operator, list(inputs), [outputs], **how)
    return made


def edited(edit: Callable[[ModelProto], object]) -> ModelProto:
    model = with_weight(weight([3]))
    edit(model)
    return model


def sparse(indices: list[int]) -> ModelProto:
    """A weight of which only some values are told."""
    values = helper.make_tensor("w", FLOAT, [len(indices)], [1.0] * len(indices))
    places = helper.make_tensor("places", INT64, [len(indices)], indices)
    model = with_weight(weight([3]))
    del model.graph.initializer[:]
    model.graph.sparse_initializer.append(helper.make_sparse_tensor(values, places, [3]))
    return model


def outside(**told: str) -> ModelProto:
    tensor = TensorProto(name="w", data_type=FLOAT, data_location=TensorProto.EXTERNAL)
    tensor.dims.extend([3])
    for key, value in ({"location": "weights.bin", "length": "12"} | told).items():
        tensor.external_data.add(key=key, value=value)
    return with_weight(tensor)


REFUSED: dict[str, Callable[[], ModelProto]] = {
    # Shapes and types that lie.
    "a weight of 10^18 numbers": lambda: with_weight(weight([10**9, 10**9])),
    "a weight whose size overflows": lambda: with_weight(weight([2**32, 2**32, 2])),
    "a weight of negative length": lambda: with_weight(weight([-3])),
    "a weight of more numbers than there are bytes": lambda: with_weight(weight([3000])),
    "a weight of fewer": lambda: with_weight(weight([2])),
    "a weight of an unknown type": lambda: with_weight(weight([3], 99)),
    "a weight of text": lambda: with_weight(weight([3], TensorProto.STRING)),
    "a weight of another type": lambda: with_weight(weight([3], TensorProto.INT32)),
    "a weight that is not a number": lambda: with_weight(weight([3], raw=b"\0\0\xc0\x7f" * 3)),
    "a weight without end": lambda: with_weight(weight([3], raw=b"\0\0\x80\x7f" * 3)),
    "sparse places outside": lambda: sparse([0, 10**12]),
    "negative sparse places": lambda: sparse([-5]),
    "external data beyond the end": lambda: outside(offset=str(2**62)),
    "external data before the start": lambda: outside(offset="-8"),
    "external data of all memory": lambda: outside(length=str(2**62)),
    "external data of no number": lambda: outside(offset="eight"),
    # Graphs that are none.
    "no nodes": lambda: model_of(graph_of()),
    "a circle": lambda: model_of(
        graph_of(node("Sin", "b", outputs="a"), node("Sin", "a", outputs="b"))
    ),
    "what nobody makes": lambda: model_of(graph_of(node("Sin", "nobody"))),
    "two makers of one": lambda: model_of(graph_of(node("Sin", "pixels"), node("Cos", "pixels"))),
    "an unknown operator": lambda: model_of(graph_of(node("Magic", "pixels"))),
    "an unknown operator set": lambda: model_of(graph_of(MEANS, node("Sin", "means")), opset=10**6),
    "a negative operator set": lambda: model_of(graph_of(MEANS, node("Sin", "means")), opset=-1),
    "an unknown format": lambda: model_of(graph_of(MEANS, node("Sin", "means")), ir=2**31 - 1),
    "a function that calls itself": recursive_function,
    # What goes in and comes out.
    "a picture of 10^10 pixels": lambda: model_of(
        graph_of(MEANS, node("Sin", "means"), inputs=[1, 3, 10**5, 10**5])
    ),
    "10^9 pictures": lambda: model_of(
        graph_of(MEANS, node("Sin", "means"), inputs=[10**9, 3, 8, 8])
    ),
    "a picture of 64 axes": lambda: model_of(
        graph_of(MEANS, node("Sin", "means"), inputs=[1] * 64)
    ),
    "10^9 classes": lambda: model_of(
        graph_of(integers("sides", [1, 10**9]), node("ConstantOfShape", "sides"))
    ),
    "10^8 classes": lambda: model_of(
        graph_of(integers("sides", [1, 10**8]), node("ConstantOfShape", "sides"))
    ),
    "no classes": lambda: model_of(
        graph_of(integers("sides", [1, 0]), node("ConstantOfShape", "sides"))
    ),
    "scores of text": lambda: model_of(
        graph_of(MEANS, node("Cast", "means", to=TensorProto.STRING), kind=TensorProto.STRING)
    ),
    "scores as a list": lambda: edited(
        lambda model: (
            model.graph.node.append(node("SequenceConstruct", "means", outputs="list")),
            model.graph.output[0].CopyFrom(
                helper.make_tensor_sequence_value_info("list", FLOAT, None)
            ),
        )
    ),
    # What is asked for while it runs.
    "a tensor of 100 GB": lambda: model_of(graph_of(*filled([25_000, 10**6]))),
    "a tensor of 10^30 bytes": lambda: model_of(graph_of(*filled([10**15, 10**15]))),
    "a tensor of negative size": lambda: model_of(graph_of(*filled([-1, 5]))),
    "a range to 10^15": lambda: model_of(
        graph_of(
            MEANS,
            node("Constant", outputs="from", value_float=0.0),
            node("Constant", outputs="to", value_float=1e15),
            node("Constant", outputs="step", value_float=1.0),
            node("Range", "from", "to", "step", outputs="range"),
            node("ReduceMean", "range", outputs="mean", keepdims=0),
            node("Mul", "means", "mean"),
        )
    ),
    "a picture tiled 10^12 times": lambda: model_of(
        graph_of(
            integers("times", [10**6, 1, 10**3, 10**3]),
            node("Tile", "pixels", "times", outputs="tiles"),
            node("ReduceMean", "tiles", axes=[2, 3], keepdims=0),
        )
    ),
    "a picture enlarged 10^9 times": lambda: model_of(
        graph_of(
            node("Constant", outputs="scales", value_floats=[1.0, 1.0, 1e5, 1e5]),
            node("Resize", "pixels", "", "scales", outputs="large", mode="linear"),
            node("ReduceMean", "large", axes=[2, 3], keepdims=0),
        )
    ),
    "a border of 10^9 pixels": lambda: model_of(
        graph_of(
            integers("border", [0, 0, 10**9, 0, 0, 0, 10**9, 0]),
            node("Pad", "pixels", "border", outputs="padded"),
            node("ReduceMean", "padded", axes=[2, 3], keepdims=0),
        )
    ),
    "places outside a tensor": lambda: model_of(
        graph_of(MEANS, integers("places", [10**12]), node("Gather", "means", "places", axis=1))
    ),
    "a shape that does not fit": lambda: model_of(
        graph_of(MEANS, integers("shape", [7, 7]), node("Reshape", "means", "shape"))
    ),
    "a loop that fills the memory": lambda: loop(
        10**9,
        [node("Concat", "x", "x", outputs="twice", axis=0)],
        "twice",
        None,
    ),
}
ENDING_OR_NOT: dict[str, Callable[[], ModelProto | bytes]] = {
    "a picture of negative size": lambda: model_of(
        graph_of(MEANS, node("Sin", "means"), inputs=[1, 3, -8, -8])
    ),
    "conditions 20 deep": lambda: branches(20),
    "conditions 2000 deep": lambda: branches(2000),
    "a division by nought": lambda: by_zero("Div"),
    "a remainder by nought": lambda: by_zero("Mod"),
    "10,000 nodes": lambda: model_of(
        graph_of(
            MEANS,
            node("Sin", "means", outputs="0"),
            *(node("Sin", str(i), outputs=str(i + 1)) for i in range(10_000)),
            node("Sin", "10000"),
        )
    ),
    "a name of a megabyte": lambda: model_of(
        graph_of(MEANS, node("Sin", "means", outputs="x" * 2**20), node("Sin", "x" * 2**20))
    ),
    "a filter larger than the picture": lambda: edited(
        lambda model: (
            model.graph.initializer.append(
                helper.make_tensor("f", FLOAT, [3, 3, 64, 64], [0.1] * 36_864)
            ),
            model.graph.node.append(node("Conv", "pixels", "f", outputs="convolved")),
        )
    ),
}


async def test_that_files_that_cannot_be_run_are_refused_and_the_next_model_runs(
    tmp_path: Path, colour_model: Path, green_picture: str
) -> None:
    (tmp_path / "weights.bin").write_bytes(bytes(12))
    cases = {
        name: (save(tmp_path, str(number), make()), green_picture)
        for number, (name, make) in enumerate(REFUSED.items())
    }
    async with guarded() as service:
        said = await survive(service, cases, colour_model, green_picture)
    assert [name for name, error in said.items() if not is_refusal(error)] == []
    for name in ("a tensor of 100 GB", "10^9 classes"):
        assert "not enough memory" in str(said[name])


async def test_that_files_that_may_run_or_not_harm_nobody(
    tmp_path: Path, colour_model: Path, green_picture: str
) -> None:
    cases = {
        name: (save(tmp_path, str(number), make()), green_picture)
        for number, (name, make) in enumerate(ENDING_OR_NOT.items())
    }
    async with guarded() as service:
        said = await survive(service, cases, colour_model, green_picture)
    assert all(error is None or is_refusal(error) for error in said.values())
    assert said["conditions 20 deep"] is None


@pytest.mark.parametrize(
    "make",
    [
        lambda: loop(2**62, [node("Sin", "x", outputs="y")], "y", [1, 3]),
        exploding_functions,
    ],
    ids=["a loop without end", "functions that double 24 times"],
)
async def test_that_what_does_not_end_is_ended(
    tmp_path: Path, colour_model: Path, green_picture: str, make: Callable[[], ModelProto]
) -> None:
    async with guarded(time_limit=5.0) as service:
        error = await attempt(service, save(tmp_path, "endless", make()), green_picture)
        assert isinstance(error, WorkerError)
        assert "endless" in error.message
        assert await best(service, colour_model, green_picture) == "green"


def mutated(data: bytes, chance: random.Random) -> bytes:
    """A file with a few of its bytes changed, taken out, doubled or cut off."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(changed))
        match chance.randrange(5):
            case 0:
                changed[place] = chance.randrange(256)
            case 1:
                changed[place] ^= 1 << chance.randrange(8)
            case 2:
                del changed[place : place + chance.randint(1, 8)]
            case 3:
                changed[place:place] = changed[place : place + chance.randint(1, 64)]
            case _:
                changed[place : place + 4] = b"\xff\xff\xff\x7f"
        if not changed:
            return b""
    return bytes(changed[: chance.randrange(len(changed))] if chance.random() < 0.05 else changed)


@pytest.mark.parametrize("seed", range(3))
async def test_that_damaged_bytes_are_refused_or_run_and_the_next_model_runs(
    tmp_path: Path, colour_model: Path, green_picture: str, seed: int
) -> None:
    chance = random.Random(seed)
    sources = [
        model_of(graph_of(MEANS, node("Sin", "means"))).SerializeToString(),
        with_weight(weight([3])).SerializeToString(),
        loop(3, [node("Sin", "x", outputs="y")], "y", [1, 3]).SerializeToString(),
        branches(2),
    ]
    cases = {
        f"mutation {number}": (
            save(tmp_path, f"m{number}", mutated(chance.choice(sources), chance)),
            green_picture,
        )
        for number in range(60)
    }
    async with guarded() as service:
        said = await survive(service, cases, colour_model, green_picture)
    assert all(error is None or is_refusal(error) for error in said.values())
