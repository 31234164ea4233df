"""Layers of the selected model: shown while they are read, and found by their names."""

from __future__ import annotations

import asyncio

import pytest
from onnx import TensorProto, helper

from ailab.services.architecture import outline_reader
from ailab.services.architecture.found_layers import FoundLayers
from ailab.services.hub.hub_errors import HubOfflineError
from ailab.services.hub.model_info import ModelDetails, RepoFile
from ailab.services.problem import Problem
from ailab.viewmodels.model_browser_state import ModelBrowserState
from ailab.viewmodels.model_pages import ModelPagesViewModel
from ailab.viewmodels.model_pages_state import DetailsPage, ModelPagesState
from fakes import FakeHub, a_model

NUMBERS = 40_000


def a_network(layers: int) -> bytes:
    """A network of so many weights, too large to be read together."""
    ports = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 3]) for name in "xy"]
    weights = [
        helper.make_tensor(f"layer.{n}.w", TensorProto.FLOAT, [NUMBERS], bytes(4 * NUMBERS), True)
        for n in range(layers)
    ]
    nodes = [helper.make_node("Relu", ["x"], ["y"])]
    model = helper.make_model(helper.make_graph(nodes, "net", ports[:1], ports[1:], weights))
    raw: bytes = model.SerializeToString()
    return raw


class HaltingHub(FakeHub):
    """Stops answering after so many parts of files, until it is told to go on or to fail."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most
        self.halted = asyncio.Event()

    async def read_file(
        self, model_id: str, revision: str, path: str, *, start: int = 0, most: int = 2**20
    ) -> bytes:
        if len(self.read) == self.most:
            self.gate.shut()
            self.halted.set()
        return await super().read_file(model_id, revision, path, start=start, most=most)


def browsing(hub: FakeHub, name: str = "acme/nuclei", layers: int = 30) -> ModelBrowserState:
    """The browser with a model selected that has an ONNX file."""
    content = hub.files[name, "m.onnx"] = a_network(layers)
    model = a_model(name)
    details = ModelDetails(model, files=(RepoFile("m.onnx", len(content)),))
    return ModelBrowserState(selection=model, details=details)


def count_of(state: ModelPagesState) -> int:
    return layers_of(state).tree.count if state.layers.value is not None else 0


def layers_of(state: ModelPagesState) -> FoundLayers:
    assert state.layers.value is not None
    return state.layers.value


@pytest.fixture(autouse=True)
def _tell_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outline_reader, "TELL_SECONDS", 0.0)


async def test_that_layers_are_shown_and_searched_while_others_are_still_read() -> None:
    hub = HaltingHub(12)
    pages = ModelPagesViewModel(hub)
    pages.follow(None, browsing(hub))
    pages.look_at(DetailsPage.ARCHITECTURE)
    await hub.halted.wait()
    assert pages.state.layers.is_loading
    assert 10 <= count_of(pages.state) < 30
    assert layers_of(pages.state).outline.operators == (("Relu", 1),)
    found = asyncio.Event()
    pages.changed.connect(lambda _, new: found.set() if count_of(new) == 1 else None)
    pages.search_layers(" LAYER.9 ")
    await found.wait()
    assert pages.state.layers.is_loading
    hub.gate.open()
    pages.search_layers("layer.2")
    await pages.wait()
    assert pages.state.layers.is_loaded
    assert len(layers_of(pages.state).outline.tensors) == 30
    assert count_of(pages.state) == 11, "2 and 20 to 29"
    pages.search_layers("")
    await pages.wait()
    assert count_of(pages.state) == 30
    await pages.close()


async def test_that_leaving_a_model_ends_its_reading() -> None:
    hub = HaltingHub(5)
    pages = ModelPagesViewModel(hub)
    pages.follow(None, browsing(hub))
    pages.look_at(DetailsPage.ARCHITECTURE)
    await hub.halted.wait()
    assert count_of(pages.state) > 0
    pages.search_layers("layer")
    pages.follow(None, browsing(hub, "acme/other", layers=2))
    assert pages.state.layer_search == ""
    assert pages.state.layers.value is None
    hub.gate.open()
    await pages.wait()
    assert count_of(pages.state) == 2
    assert [name for name, *_ in hub.read].count("acme/nuclei") <= 6
    await pages.close()


async def test_that_layers_read_before_a_failure_stay_until_it_is_tried_anew() -> None:
    hub = HaltingHub(8)
    pages = ModelPagesViewModel(hub)
    pages.follow(None, browsing(hub))
    pages.look_at(DetailsPage.ARCHITECTURE)
    await hub.halted.wait()
    hub.failure = HubOfflineError("No network.", "Check it.")
    hub.gate.open()
    await pages.wait()
    state = pages.state
    assert state.layers.problem == Problem("No network.", "Check it.", is_offline=True)
    assert 5 <= count_of(state) < 30
    hub.failure = None
    pages.retry()
    await pages.wait()
    assert pages.state.layers.problem is None
    assert count_of(pages.state) == 30
    await pages.close()


async def test_that_what_is_sought_stays_sought_when_reading_is_tried_anew() -> None:
    hub = HaltingHub(8)
    pages = ModelPagesViewModel(hub)
    pages.follow(None, browsing(hub))
    pages.look_at(DetailsPage.ARCHITECTURE)
    await hub.halted.wait()
    hub.failure = HubOfflineError("No network.", "Check it.")
    hub.gate.open()
    pages.search_layers("layer.29")
    await pages.wait()
    hub.failure = None
    pages.retry()
    await pages.wait()
    assert pages.state.layer_search == "layer.29"
    assert count_of(pages.state) == 1
    await pages.close()
