"""What graphs name as the files of their tensors counts before a download, whatever its names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ailab.services.compatibility.compatibility import Compatibility
from ailab.services.compatibility.machine import Machine
from ailab.services.compatibility.verdict import Verdict
from ailab.services.hub.hub_errors import HubOfflineError
from ailab.services.hub.model_info import ModelDetails, RepoFile
from fakes import FakeHub, a_model, details_of
from named_tensors import a_graph

GRAPH = "onnx/model.onnx"
DESCRIBED = ("config.json", "preprocessor_config.json")
WEIGHTS = "onnx/MatMul_7"
MB = 1_000_000


class Bench:
    """A repository on a fake Hub: graphs with their bytes, and other files with their sizes."""

    def __init__(self, graphs: dict[str, bytes]) -> None:
        self.graphs = graphs
        self.hub = FakeHub()
        self.machine = Machine()
        self.others: dict[str, int] = dict.fromkeys(DESCRIBED, 1000)
        for path, data in graphs.items():
            self.hub.files["acme/nuclei", path] = data

    @property
    def details(self) -> ModelDetails:
        sizes = {path: len(data) for path, data in self.graphs.items()} | self.others
        files = tuple(RepoFile(path, size) for path, size in sizes.items())
        return replace(details_of(a_model()), files=files)

    async def judge(self, variant: str | None = None) -> Verdict:
        judge = Compatibility(lambda: False, hub=self.hub, look=lambda: self.machine)
        await judge.look_around()
        await judge.look_into(self.details)
        return judge.judge(self.details, variant=variant)


def a_bench(*names: str, **others: int) -> Bench:
    """One graph that names files, beside files of some sizes; `__` stands for a slash."""
    bench = Bench({GRAPH: a_graph(*(names or ("MatMul_7",)))})
    bench.others |= {path.replace("__", "/"): size for path, size in others.items()}
    return bench


async def test_that_what_a_graph_names_is_in_the_size_and_the_memory_told() -> None:
    bench = a_bench("MatMul_7", "./more/bias")
    graph = len(bench.graphs[GRAPH])
    bench.others |= {WEIGHTS: 900 * MB, "onnx/more/bias": 100 * MB, "onnx/another": 50 * MB}
    verdict = await bench.judge()
    assert verdict.files == (GRAPH, WEIGHTS, "onnx/more/bias", *DESCRIBED)
    assert verdict.download_size == 1000 * MB + graph + 2000
    assert "1.0 GB to download" in verdict.summary
    assert verdict.memory is not None
    assert verdict.memory > 1400 * MB
    assert [path for _, _, path, *_ in bench.hub.read] == [GRAPH]


async def test_that_a_graph_names_no_more_than_the_repository_has_in_its_folder() -> None:
    names = ("../outside", "/etc/passwd", "missing", "model.onnx", "MatMul_7")
    bench = a_bench(*names, outside=9 * MB, onnx__MatMul_7=9 * MB)
    verdict = await bench.judge()
    assert verdict.files == (GRAPH, WEIGHTS, *DESCRIBED)


@pytest.mark.parametrize(
    "others",
    [
        {},
        {"onnx/model.onnx_data": 900 * MB},
        {"onnx/other.onnx": 9 * MB, "onnx/other.onnx_data": 900 * MB},
        {"weights": 900 * MB},
        {"onnx/MatMul_7": 10},
        {"onnx/model.safetensors": 900 * MB, "onnx/pytorch_model-00001-of-00002.bin": 900 * MB},
        {"onnx/openvino_model.bin": 900 * MB, "onnx/openvino_model.xml": MB, "onnx/a.PNG": 9 * MB},
    ],
    ids=["nothing", "named after it", "another's", "not beside", "smaller", "others'", "no data"],
)
async def test_that_nothing_is_read_where_the_names_tell_enough(others: dict[str, int]) -> None:
    bench = a_bench()
    bench.others |= others
    await bench.judge()
    assert bench.hub.read == []


async def test_that_no_more_than_some_megabytes_of_graphs_are_read() -> None:
    graphs = {f"onnx/model{end}.onnx": b"\0" * (3 * MB) for end in ("", "_fp16", "_int8", "_q4")}
    graphs["onnx/model_uint8.onnx"] = b"\0" * (9 * MB)
    bench = Bench(graphs)
    bench.others[WEIGHTS] = 900 * MB
    await bench.judge()
    assert [path for _, _, path, *_ in bench.hub.read] == list(graphs)[:2]


async def test_that_each_variant_has_what_its_own_graph_names() -> None:
    bench = Bench({GRAPH: a_graph("whole"), "onnx/model_fp16.onnx": a_graph("half")})
    bench.others |= {"onnx/whole": 900 * MB, "onnx/half": 450 * MB}
    assert "onnx/whole" in (await bench.judge()).files
    files = (await bench.judge("fp16")).files
    assert "onnx/half" in files
    assert "onnx/whole" not in files


async def test_that_weights_too_large_for_this_machine_are_not_chosen() -> None:
    bench = Bench({GRAPH: a_graph("whole"), "onnx/model_int8.onnx": a_graph("small")})
    bench.others |= {"onnx/whole": 9000 * MB, "onnx/small": 90 * MB}
    bench.machine = Machine(total_memory=4000 * MB)
    assert (await bench.judge()).variant == "int8"


async def test_that_all_parts_of_a_network_are_read() -> None:
    first, second = "onnx/encoder_model.onnx", "onnx/decoder_model_merged.onnx"
    bench = Bench({first: a_graph("first"), second: a_graph("second")})
    bench.others |= {"onnx/first": 9 * MB, "onnx/second": 9 * MB, "tokenizer.json": 1}
    judge = Compatibility(lambda: False, hub=bench.hub)
    assert await judge.look_into(bench.details)
    assert {"onnx/first", "onnx/second"} <= set(judge.judge(bench.details).files)


async def test_that_a_damaged_graph_names_nothing() -> None:
    bench = Bench({GRAPH: b"\x3a\xff no graph"})
    bench.others[WEIGHTS] = 900 * MB
    verdict = await bench.judge()
    assert len(bench.hub.read) == 1
    assert verdict.files == (GRAPH, *DESCRIBED)


async def test_that_a_revision_is_read_once() -> None:
    bench = a_bench(onnx__MatMul_7=900 * MB)
    judge = Compatibility(lambda: False, hub=bench.hub)
    assert await judge.look_into(bench.details)
    assert not await judge.look_into(bench.details)
    other = replace(bench.details, revision="f" * 40)
    assert WEIGHTS not in judge.judge(other).files
    assert await judge.look_into(other)
    assert len(bench.hub.read) == 2


async def test_that_a_graph_that_is_not_given_is_asked_for_another_time() -> None:
    bench = a_bench(onnx__MatMul_7=900 * MB)
    judge = Compatibility(lambda: False, hub=bench.hub)
    bench.hub.failure = HubOfflineError("The Hub can't be reached.", "Try again.")
    assert not await judge.look_into(bench.details)
    assert judge.judge(bench.details).files == (GRAPH, *DESCRIBED)
    bench.hub.failure = None
    assert await judge.look_into(bench.details)
    assert WEIGHTS in judge.judge(bench.details).files


async def test_that_a_hub_that_takes_its_time_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ailab.services.compatibility.named_files._SECONDS", 0)
    bench = a_bench(onnx__MatMul_7=900 * MB)
    bench.hub.gate.shut()
    assert not await Compatibility(lambda: False, hub=bench.hub).look_into(bench.details)
