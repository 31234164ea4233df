"""What was saved at half the width counts while it is widened, though the Hub counts nothing."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from ailab.services.compatibility.compatibility import Compatibility
from ailab.services.compatibility.machine import Machine
from ailab.services.compatibility.verdict import Verdict
from ailab.services.compatibility.weight_dtypes import read_dtypes
from ailab.services.hub.hub_errors import HubOfflineError
from ailab.services.hub.model_info import ModelDetails, RepoFile
from ailab.services.inference.engine_table import ONNX, TORCH
from fakes import FakeHub, a_model, details_of

FILE, GB = "model.safetensors", 10**9
READER = "Kosmos2_5ForConditionalGeneration"
DESCRIBED = ("config.json", "preprocessor_config.json", "tokenizer.json")


def head(*tensors: tuple[str, int]) -> tuple[bytes, int]:
    """The head of a file of tensors of a dtype and a length, and the size of the whole file."""
    begin, entries = 0, {}
    for number, (dtype, count) in enumerate(tensors):
        end = begin + count * {"F32": 4, "I64": 8}.get(dtype, 2)
        entries[f"{number}"] = {"dtype": dtype, "shape": [count], "data_offsets": [begin, end]}
        begin = end
    text = json.dumps(entries).encode()
    return len(text).to_bytes(8, "little") + text, 8 + len(text) + begin


class Bench:
    """A repository on a fake Hub whose number of parameters nobody has counted."""

    def __init__(self, **files: tuple[bytes, int]) -> None:
        self.hub = FakeHub()
        model = replace(a_model(task="image-to-text"), parameters=None, library="transformers")
        sizes = {path.replace("__", "."): file for path, file in files.items()}
        for path, (data, _) in sizes.items():
            self.hub.files[model.id, path] = data
        self.details: ModelDetails = replace(
            details_of(model),
            files=(
                *(RepoFile(path, 1000) for path in DESCRIBED),
                *(RepoFile(path, size) for path, (_, size) in sizes.items()),
            ),
            architectures=(READER,),
        )
        machine = Machine(engines=frozenset({ONNX, TORCH}), total_memory=64 * GB)
        self.judge = Compatibility(lambda: False, hub=self.hub, look=lambda: machine)

    async def verdict(self) -> Verdict:
        await self.judge.look_around()
        await self.judge.look_into(self.details)
        return self.judge.judge(self.details)


@pytest.mark.parametrize("dtype", ["BF16", "F16"])
async def test_that_a_writer_saved_at_half_the_width_is_told_with_what_its_loading_takes(
    dtype: str,
) -> None:
    """Kosmos-2.5, in bfloat16: 1.37 thousand million parameters took 8.7 GB."""
    verdict = await Bench(model__safetensors=head((dtype, 1_374_000_000))).verdict()
    assert verdict.runs
    assert verdict.memory is not None
    assert 0.95 < verdict.memory / (8.7 * GB) < 1.05


async def test_that_float32_is_told_by_the_size_of_its_file() -> None:
    bench = Bench(model__safetensors=head(("F32", GB // 2), ("I64", 10)))
    await bench.judge.look_around()
    before = bench.judge.judge(bench.details).memory
    assert before is not None
    assert not await bench.judge.look_into(bench.details)
    assert bench.judge.judge(bench.details).memory == before
    assert len(bench.hub.read) == 1


async def test_that_of_several_files_the_largest_stands_for_all() -> None:
    first, second = head(("BF16", 600_000), ("F32", 3)), head(("BF16", 300_000))
    bench = Bench(
        **{"model-00001-of-00002__safetensors": second, "model-00002-of-00002__safetensors": first},
        model__safetensors__index__json=(b"{}", 2),
    )
    found = await read_dtypes(bench.hub, bench.details)
    assert found is not None
    assert [dtype for dtype, _ in found] == ["BF16", "F32"]
    assert dict(found)["BF16"] == pytest.approx(900_000, rel=0.01)
    assert [path for _, _, path, *_ in bench.hub.read] == ["model-00002-of-00002.safetensors"]


async def test_that_nothing_is_read_where_the_hub_has_counted_or_nothing_can_be_told() -> None:
    bench = Bench(model__safetensors=head(("BF16", 1000)))
    counted = replace(bench.details, parameters_by_dtype=(("BF16", 1000),))
    assert await read_dtypes(bench.hub, counted) == ()
    unsized = replace(bench.details, files=(*bench.details.files[:3], RepoFile(FILE, None)))
    assert await read_dtypes(bench.hub, unsized) == ()
    assert await read_dtypes(bench.hub, details_of(a_model())) == ()
    assert bench.hub.read == []


async def test_that_a_damaged_file_and_a_hub_that_is_away_leave_the_estimate_as_it_was() -> None:
    bench = Bench(model__safetensors=(b"no safetensors at all", 5_000_000))
    assert (await bench.verdict()).memory is not None
    bench = Bench(model__safetensors=head(("BF16", GB)))
    bench.hub.failure = HubOfflineError("The Hub can't be reached.", "Try again.")
    less = (await bench.verdict()).memory
    bench.hub.failure = None
    more = (await bench.verdict()).memory  # it is asked for another time
    assert less is not None
    assert more is not None
    assert more > 1.5 * less


async def test_that_a_hub_that_takes_its_time_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ailab.services.compatibility.weight_dtypes._SECONDS", 0)
    bench = Bench(model__safetensors=head(("BF16", 1000)))
    bench.hub.gate.shut()
    assert await read_dtypes(bench.hub, bench.details) is None
