"""Headers of safetensors files, sound and hostile."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ailab.services.architecture.architecture_error import ArchitectureError
from ailab.services.architecture.network_outline import NetworkOutline, TensorInfo
from ailab.services.architecture.outline_reader import read_outline
from ailab.services.architecture.weight_files import weight_files
from ailab.services.hub.model_info import ModelDetails, RepoFile
from fakes import FakeHub, a_model, details_of

NAME = "model.safetensors"
SOUND: dict[str, Any] = {
    "__metadata__": {"format": "pt"},
    "b.bias": {"dtype": "F16", "shape": [3], "data_offsets": [24, 30]},
    "a.weight": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
}


def packed(header: object, data: int = 30) -> bytes:
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(raw).to_bytes(8, "little") + raw + bytes(data)


def hub_with(files: dict[str, bytes]) -> tuple[FakeHub, ModelDetails]:
    hub = FakeHub()
    model = a_model()
    details = details_of(model, *files)
    sized = tuple(RepoFile(path, len(content)) for path, content in files.items())
    hub.files = {(model.id, path): content for path, content in files.items()}
    return hub, ModelDetails(model, details.revision, sized, url=details.url)


async def outline_of(content: bytes) -> NetworkOutline:
    hub, details = hub_with({NAME: content})
    return await read_outline(hub, details, NAME)


async def test_that_tensors_come_in_the_order_in_which_they_lie() -> None:
    outline = await outline_of(packed(SOUND))
    assert outline.tensors == (
        TensorInfo("a.weight", "F32", (2, 3)),
        TensorInfo("b.bias", "F16", (3,)),
    )
    assert outline.parameters == 9
    assert outline.parameters_by_dtype == (("F32", 6), ("F16", 3))
    assert outline.facts == (("format", "pt"),)


async def test_that_the_weights_are_not_read() -> None:
    header = {"w": {"dtype": "F32", "shape": [10**6], "data_offsets": [0, 4 * 10**6]}}
    hub, details = hub_with({NAME: packed(header, 4 * 10**6)})
    assert (await read_outline(hub, details, NAME)).parameters == 10**6
    assert sum(most for *_, most in hub.read) < 200_000


async def test_that_a_long_header_is_read_in_two_pieces() -> None:
    header = {
        f"layer.{n}.weight": {"dtype": "U8", "shape": [1], "data_offsets": [n, n + 1]}
        for n in range(4000)
    }
    hub, details = hub_with({NAME: packed(header, 4000)})
    assert len((await read_outline(hub, details, NAME)).tensors) == 4000
    assert len(hub.read) == 2


async def test_that_parts_are_read_as_one_network() -> None:
    parts = {
        f"model-0000{n}-of-00002.safetensors": packed(
            {f"p{n}": {"dtype": "F32", "shape": [n], "data_offsets": [0, 4 * n]}}, 4 * n
        )
        for n in (1, 2)
    }
    first, second = parts
    index = {"weight_map": {"p1": first, "p2": second, "x": "../../etc"}}
    path = "model.safetensors.index.json"
    hub, details = hub_with({**parts, path: json.dumps(index).encode()})
    assert weight_files(details) == (path,)
    outline = await read_outline(hub, details, path)
    assert [tensor.name for tensor in outline.tensors] == ["p1", "p2"]
    assert ("Files of weights", "2") in outline.facts
    assert {path for _, _, path, *_ in hub.read} == {*parts, path}


@pytest.mark.parametrize(
    "content",
    [b"[]", b"{", b'{"weight_map": 3}', b'{"weight_map": {"a": "not-there"}}', b"[" * 10**5, b""],
)
async def test_that_a_damaged_index_is_told(content: bytes) -> None:
    path = "model.safetensors.index.json"
    hub, details = hub_with({path: content})
    with pytest.raises(ArchitectureError, match=r"model\.safetensors\.index\.json"):
        await read_outline(hub, details, path)


def tensor(**changes: object) -> dict[str, object]:
    return {"t": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4], **changes}}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"1234567",
        (2**63).to_bytes(8, "little") + b"{}",
        (10**9).to_bytes(8, "little") + b"{}",
        (3).to_bytes(8, "little") + b"{",
        packed(b"not json"),
        packed(b"[]"),
        packed(b"\xff\xfe"),
        packed(b"[" * 100_000),
        packed(b'{"a":' * 50_000),
        packed(b'{"t": {"dtype":"F32","shape":[1],"data_offsets":[0,4]}, "t": {}}'),
        packed({"t": []}),
        packed({"t": {}}),
        packed(tensor(dtype=3)),
        packed(tensor(shape=[-1])),
        packed(tensor(shape=[1.5])),
        packed(tensor(shape=[True])),
        packed(tensor(shape="11")),
        packed(tensor(shape=[10**9] * 9)),
        packed(tensor(shape=[2**62, 4])),
        packed(tensor(shape=[1] * 10_000)),
        packed(tensor(shape=[2])),
        packed(tensor(data_offsets=[4, 0])),
        packed(tensor(data_offsets=[0])),
        packed(tensor(data_offsets=[-4, 0])),
        packed(tensor(data_offsets=[10**12, 10**12 + 4])),
        packed(b'{"t": {"dtype":"F32","shape":[1' + b"0" * 5000 + b'],"data_offsets":[0,4]}}'),
        packed({**tensor(), "u": {"dtype": "F32", "shape": [1], "data_offsets": [2, 6]}}),
    ],
    ids=range(28),
)
async def test_that_a_hostile_header_is_told_in_a_sentence(content: bytes) -> None:
    with pytest.raises(ArchitectureError, match=r"model\.safetensors is damaged") as caught:
        await outline_of(content)
    assert caught.value.advice
    assert caught.value.detail
