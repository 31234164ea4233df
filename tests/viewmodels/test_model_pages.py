"""The details' tabs: read when they are looked at, once, and never an older answer late."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from direct_decoder import DirectDecoder
from pages_lab import RUNS, WEIGHTS, a_hub, browsing
from PIL import Image

from ailab.services.hub.hub_errors import HubOfflineError
from ailab.services.hub.model_info import RepoFile
from ailab.services.images.picture import Picture
from ailab.services.problem import Problem
from ailab.viewmodels.model_pages import ModelPagesViewModel
from ailab.viewmodels.model_pages_state import DetailsPage
from fakes import COMMIT, FakeHub, Gate, until


@pytest.fixture
def hub() -> FakeHub:
    return a_hub()


@pytest.fixture
def pages(hub: FakeHub) -> ModelPagesViewModel:
    return ModelPagesViewModel(hub, decoder=DirectDecoder())


def paths_read(hub: FakeHub) -> list[str]:
    return [path for _, _, path, *_ in hub.read]


async def test_that_nothing_is_read_before_its_tab_is_looked_at(
    hub: FakeHub, pages: ModelPagesViewModel
) -> None:
    pages.follow(None, browsing())
    await pages.wait()
    assert not hub.read
    pages.look_at(DetailsPage.CARD)
    assert pages.state.card.is_loading
    await pages.wait()
    assert paths_read(hub) == ["README.md"]
    pages.look_at(DetailsPage.ARCHITECTURE)
    await pages.wait()
    assert paths_read(hub) == ["README.md", "config.json", "model.safetensors"]
    assert {revision for _, revision, *_ in hub.read} == {COMMIT}
    state = pages.state
    assert state.config.value is not None
    assert state.config.value.model_type == "vit"
    assert state.layers.value is not None
    assert state.layers.value.outline.parameters == 2


@pytest.mark.parametrize(
    ("task", "expected"),
    [("image-segmentation", ["config.json"]), ("depth-estimation", []), (None, [])],
)
async def test_that_the_overview_needs_the_classes_of_models_that_have_some(
    hub: FakeHub, pages: ModelPagesViewModel, task: str | None, expected: list[str]
) -> None:
    browser = browsing()
    assert browser.details is not None
    info = replace(browser.details.info, task=task)
    pages.look_at(DetailsPage.OVERVIEW)
    pages.follow(None, replace(browser, details=replace(browser.details, info=info)))
    await pages.wait()
    assert paths_read(hub) == expected


async def test_that_the_same_is_not_read_twice(hub: FakeHub, pages: ModelPagesViewModel) -> None:
    pages.follow(None, browsing())
    pages.look_at(DetailsPage.CARD)
    await pages.wait()
    card = pages.state.card
    pages.look_at(DetailsPage.OVERVIEW)
    pages.look_at(DetailsPage.CARD)
    pages.follow(None, browsing("acme/other"))
    await pages.wait()
    pages.follow(None, browsing())
    assert pages.state.card == card, "kept, so there at once"
    await pages.wait()
    assert len(hub.read) == 2


async def test_that_a_late_older_card_is_never_shown(
    hub: FakeHub, pages: ModelPagesViewModel
) -> None:
    gate = hub.gates["README.md"] = Gate(is_open=False)
    pages.look_at(DetailsPage.CARD)
    pages.follow(None, browsing())
    await until(lambda: gate.waiting == 1)
    hub.files["acme/other", "README.md"] = b"# Other"
    pages.follow(None, browsing("acme/other"))
    gate.open()
    await pages.wait()
    card = pages.state.card.value
    assert card is not None
    assert "Other" in card.pieces[0]


async def test_that_a_failure_is_told_and_tried_again(
    hub: FakeHub, pages: ModelPagesViewModel
) -> None:
    hub.failure = HubOfflineError("No network.", "Check it.")
    pages.follow(None, browsing())
    pages.look_at(DetailsPage.CARD)
    await pages.wait()
    assert pages.state.card.problem == Problem("No network.", "Check it.", is_offline=True)
    pages.look_at(DetailsPage.ARCHITECTURE)
    await pages.wait()
    assert pages.state.config.problem is not None
    assert pages.state.layers.problem is not None
    hub.failure = None
    pages.retry()
    await pages.wait()
    assert pages.state.config.is_loaded
    assert pages.state.layers.is_loaded
    assert pages.state.card.problem is not None, "its tab was not looked at"


async def test_that_a_model_without_card_has_none(hub: FakeHub, pages: ModelPagesViewModel) -> None:
    state = browsing()
    assert state.details is not None
    pages.follow(None, replace(state, details=replace(state.details, files=())))
    for page in DetailsPage:
        pages.look_at(page)
        await pages.wait()
    assert pages.state.card.is_loaded
    assert pages.state.card.value is None
    assert pages.state.config.value is None
    assert not pages.state.weights
    assert not hub.read


async def test_that_pictures_are_fetched_only_when_asked_for(
    hub: FakeHub, pages: ModelPagesViewModel
) -> None:
    out = io.BytesIO()
    Image.new("RGB", (4, 2), "red").save(out, "PNG")
    address = f"https://hub.test/acme/nuclei/resolve/{COMMIT}/a.png"
    hub.images[address] = out.getvalue()
    pages.follow(None, browsing())
    pages.look_at(DetailsPage.CARD)
    await pages.wait()
    assert not hub.fetched
    pages.show_pictures(0)
    assert pages.state.is_loading_pictures
    await pages.wait()
    assert hub.fetched == [address]
    pages.show_pictures()
    await pages.wait()
    assert hub.fetched == [address, "https://pics.test/b.png"]
    first, second = pages.state.pictures[0], pages.state.pictures[1]
    assert isinstance(first, Picture)
    assert first.width == 4
    assert isinstance(second, Problem)
    assert not pages.state.is_loading_pictures
    pages.follow(None, browsing("acme/other"))
    assert not pages.state.pictures


async def test_that_what_rests_is_read_when_it_is_looked_at_again(
    hub: FakeHub, pages: ModelPagesViewModel
) -> None:
    gate = hub.gates["README.md"] = Gate(is_open=False)
    pages.follow(None, browsing())
    pages.look_at(DetailsPage.CARD)
    await until(lambda: gate.waiting == 1)
    pages.rest()
    assert not pages.state.card.is_loading
    gate.open()
    pages.look_at(DetailsPage.CARD)
    await pages.wait()
    assert pages.state.card.is_loaded


async def test_that_another_file_of_weights_can_be_looked_at(
    hub: FakeHub, pages: ModelPagesViewModel
) -> None:
    state = browsing()
    assert state.details is not None
    more = (*state.details.files, RepoFile("deep/fp16.safetensors", len(WEIGHTS)))
    hub.files["acme/nuclei", "deep/fp16.safetensors"] = WEIGHTS
    pages.follow(None, replace(state, details=replace(state.details, files=more)))
    pages.look_at(DetailsPage.ARCHITECTURE)
    await pages.wait()
    assert pages.state.weights == ("model.safetensors", "deep/fp16.safetensors")
    pages.set_weights("not there")
    pages.set_weights("deep/fp16.safetensors")
    await pages.wait()
    assert pages.state.layers.value is not None
    assert pages.state.layers.value.outline.path == "deep/fp16.safetensors"


async def test_that_other_weights_bring_the_layers_of_their_own_file(
    hub: FakeHub, pages: ModelPagesViewModel
) -> None:
    state = browsing()
    assert state.details is not None
    more = (*state.details.files, RepoFile("deep/fp16.safetensors", len(WEIGHTS)))
    state = replace(state, details=replace(state.details, files=more))
    hub.files["acme/nuclei", "deep/fp16.safetensors"] = WEIGHTS
    pages.follow(None, state)
    pages.look_at(DetailsPage.ARCHITECTURE)
    await pages.wait()
    chosen = replace(RUNS, files=("deep/fp16.safetensors",))
    pages.follow(state, replace(state, verdict=chosen))
    await pages.wait()
    assert pages.state.weights_path == "deep/fp16.safetensors"
    assert pages.state.layers.value is not None
    assert pages.state.layers.value.outline.path == "deep/fp16.safetensors"
    assert paths_read(hub).count("config.json") == 1


async def test_that_one_picture_asked_for_does_not_stop_the_others(
    hub: FakeHub, pages: ModelPagesViewModel
) -> None:
    gate = hub.gates[f"https://hub.test/acme/nuclei/resolve/{COMMIT}/a.png"] = Gate(is_open=False)
    pages.follow(None, browsing())
    pages.look_at(DetailsPage.CARD)
    await pages.wait()
    pages.show_pictures(0)
    await until(lambda: gate.waiting == 1)
    pages.show_pictures(1)
    gate.open()
    await pages.wait()
    assert set(pages.state.pictures) == {0, 1}


async def test_that_offline_no_picture_is_fetched_until_the_hub_is_back(
    hub: FakeHub, pages: ModelPagesViewModel
) -> None:
    pages.follow(None, browsing())
    pages.look_at(DetailsPage.CARD)
    await pages.wait()
    pages.follow(None, replace(browsing(), wants_offline=True))
    pages.show_pictures()
    await pages.wait()
    assert not hub.fetched
    assert pages.state.missing_pictures == (0, 1)
    pages.follow(None, browsing())
    pages.show_pictures()
    await pages.wait()
    assert len(hub.fetched) == 2


async def test_that_what_failed_is_tried_anew_once_the_details_are(
    hub: FakeHub, pages: ModelPagesViewModel
) -> None:
    hub.failure = HubOfflineError("No network.", "Check it.")
    pages.follow(None, browsing())
    pages.look_at(DetailsPage.CARD)
    await pages.wait()
    hub.failure = None
    pages.follow(None, browsing())
    await pages.wait()
    assert pages.state.card.is_loaded
