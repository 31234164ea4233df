"""Which pictures are fetched, and when; without widgets."""

from __future__ import annotations

from dataclasses import replace

from ailab.services.lab_error import LabError
from ailab.viewmodels.model_browser_state import ModelBrowserState
from ailab.viewmodels.previews import PreviewsViewModel
from fakes import FakePreviews, a_model, details_of, until

MODELS = tuple(a_model(f"acme/m{number}") for number in range(10))


async def test_that_the_rows_in_sight_are_fetched_once() -> None:
    previews = FakePreviews()
    previews.without.add("acme/m1")
    view_model = PreviewsViewModel(previews)
    view_model.look_at(MODELS[:3])
    await view_model.wait()
    view_model.look_at(MODELS[:3])
    await view_model.wait()
    assert sorted(previews.asked) == ["acme/m0", "acme/m1", "acme/m2"]
    thumbnails = view_model.state.thumbnails
    assert thumbnails["acme/m0"] is not None
    assert thumbnails["acme/m1"] is None


async def test_that_three_come_at_a_time_and_those_scrolled_away_are_dropped() -> None:
    previews = FakePreviews()
    previews.gate.shut()
    view_model = PreviewsViewModel(previews)
    view_model.look_at(MODELS[:8])
    await until(lambda: previews.gate.waiting == 3)
    view_model.look_at(MODELS[8:])
    assert len(previews.asked) == 3
    previews.gate.open()
    await view_model.wait()
    assert sorted(previews.asked) == [f"acme/m{number}" for number in (0, 1, 2, 8, 9)]


async def test_that_new_rows_are_fetched_beside_those_on_their_way() -> None:
    previews = FakePreviews()
    previews.gate.shut()
    view_model = PreviewsViewModel(previews)
    view_model.look_at(MODELS[:1])
    await until(lambda: previews.gate.waiting == 1)
    view_model.look_at(MODELS[:5])
    await until(lambda: previews.gate.waiting == 3)
    previews.gate.open()
    await view_model.wait()
    assert len(view_model.state.thumbnails) == 5


async def test_that_few_are_kept() -> None:
    view_model = PreviewsViewModel(FakePreviews())
    many = tuple(a_model(f"acme/m{number}") for number in range(450))
    view_model.look_at(many[:250])
    await view_model.wait()
    view_model.look_at(many[250:])
    await view_model.wait()
    assert len(view_model.state.thumbnails) == 400
    assert "acme/m449" in view_model.state.thumbnails


async def test_that_switching_off_acts_at_once_and_on_again_too() -> None:
    previews = FakePreviews()
    view_model = PreviewsViewModel(previews)
    view_model.look_at(MODELS[:2])
    view_model.show(details_of(MODELS[0]))
    await view_model.wait()
    previews.gate.shut()
    view_model.look_at(MODELS[2:4])
    await until(lambda: previews.gate.waiting == 2)
    view_model.set_on(is_on=False)
    assert dict(view_model.state.thumbnails) == {}
    assert view_model.state.picture is None
    previews.gate.open()
    await view_model.wait()
    assert dict(view_model.state.thumbnails) == {}
    view_model.look_at(MODELS[4:5])
    view_model.show(details_of(MODELS[4]))
    await view_model.wait()
    assert (dict(view_model.state.thumbnails), view_model.state.picture) == ({}, None)
    view_model.set_on(is_on=True)
    await view_model.wait()
    assert list(view_model.state.thumbnails) == ["acme/m4"]
    assert view_model.state.picture is not None


async def test_that_a_late_older_picture_is_never_shown() -> None:
    previews = FakePreviews()
    previews.without.add("acme/m1")
    previews.gate.shut()
    view_model = PreviewsViewModel(previews)
    view_model.show(details_of(MODELS[0]))
    assert view_model.state.is_loading
    await until(lambda: previews.gate.waiting == 1)
    view_model.show(details_of(MODELS[1]))
    previews.gate.open()
    await view_model.wait()
    assert (view_model.state.picture, view_model.state.is_loading) == (None, False)
    view_model.show(None)
    assert not view_model.state.is_loading


async def test_that_a_failure_is_a_placeholder_that_can_be_tried_again() -> None:
    previews = FakePreviews()
    previews.failure = LabError("The Hub can't be reached.", "Look at the network.")
    view_model = PreviewsViewModel(previews)
    view_model.look_at(MODELS[:1])
    view_model.show(details_of(MODELS[0]))
    await view_model.wait()
    assert view_model.state.thumbnails["acme/m0"] is None
    previews.failure = None
    view_model.try_again()
    await view_model.wait()
    assert view_model.state.thumbnails["acme/m0"] is not None
    assert view_model.state.picture is not None


async def test_that_offline_only_this_disk_is_looked_at() -> None:
    previews = FakePreviews()
    view_model = PreviewsViewModel(previews, is_offline=True)
    view_model.look_at(MODELS[:1])
    await view_model.wait()
    assert view_model.state.thumbnails["acme/m0"] is None
    view_model.set_offline(is_offline=False)
    await view_model.wait()
    assert view_model.state.thumbnails["acme/m0"] is not None


async def test_that_a_picture_of_the_details_comes_into_the_list_too() -> None:
    previews = FakePreviews()
    previews.without.add("acme/m0")
    view_model = PreviewsViewModel(previews)
    view_model.look_at(MODELS[:1])
    await view_model.wait()
    previews.without.clear()
    view_model.show(details_of(MODELS[0]))
    await view_model.wait()
    assert view_model.state.thumbnails["acme/m0"] is not None


async def test_that_it_follows_the_browser() -> None:
    previews = FakePreviews()
    view_model = PreviewsViewModel(previews)
    before = ModelBrowserState()
    online = replace(before, selection=MODELS[0], details=details_of(MODELS[0]))
    view_model.follow(before, online)
    await view_model.wait()
    assert view_model.state.picture is not None
    view_model.follow(online, replace(online, selection=MODELS[1], details=None))
    assert view_model.state.picture is None
    offline = replace(before, wants_offline=True, details=details_of(MODELS[1]))
    view_model.follow(online, offline)
    await view_model.wait()
    assert view_model.state.picture is None
    view_model.follow(offline, replace(offline, wants_offline=False))
    await view_model.wait()
    assert view_model.state.picture is not None
