"""Choosing pages of stacks, and the values that become black and white."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ailab.services.images.page_choice import EVERY_PAGE, FIRST_PAGES, PageChoice
from ailab.services.images.value_range import TRIMMED_RANGE, WHOLE_RANGE, ValueRange
from ailab.services.inference.prompt_kind import PromptKind
from ailab.viewmodels import pages
from ailab.viewmodels.pages_state import ShownPage
from ailab.viewmodels.prompt_shapes import ShownPoint
from fakes import until
from inference_lab import Lab

FIXED = ValueRange((200.0, 4000.0))
THREE = tuple(f"stack.tif#page={page}" for page in (1, 2, 3))


@pytest.fixture
def lab() -> Lab:
    made = Lab()
    made.pictures.pages = {"stack.tif": 3, "deep.tif": 2}
    made.pictures.deep = {"stack.tif"}
    made.pictures.folders["stacks"] = ("a.png", "deep.tif", "stack.tif")
    return made


async def wait(lab: Lab) -> None:
    await lab.view_model.wait()


async def test_that_the_first_page_is_run_and_what_was_done_is_told_before(lab: Lab) -> None:
    await lab.choose("stack.tif")
    state = lab.view_model.pages.state
    assert lab.view_model.state.pictures == ("stack.tif",)
    assert state.shown == ShownPage(
        1, 3, is_deep=True, notes=("Page 1 of 3 is used.",), is_tiff=True
    )
    assert state.notes == ("Page 1 of 3 is used.",)
    assert state.offers_page
    assert state.offers_range
    await lab.run("stack.tif")
    assert lab.view_model.pages.state.notes == ()  # they stand beside the result


async def test_that_an_ordinary_picture_offers_nothing(lab: Lab) -> None:
    await lab.choose("a.png")
    state = lab.view_model.pages.state
    assert not any((state.offers_page, state.offers_every, state.offers_range, state.notes))


async def test_that_the_page_chosen_is_shown_and_run(lab: Lab) -> None:
    await lab.choose("stack.tif")
    lab.view_model.pages.choose_page(3)
    assert lab.view_model.state.pictures == THREE[2:]
    assert not lab.view_model.state.is_reading
    await wait(lab)
    assert lab.view_model.results.state.current_path == THREE[2]
    assert lab.view_model.pages.state.page == 3
    lab.view_model.run()
    await wait(lab)
    assert lab.inference.predicted == [THREE[2]]
    lab.view_model.pages.choose_page(1)
    assert lab.view_model.state.pictures == ("stack.tif",)


async def test_that_the_controls_stay_while_the_next_page_is_read(lab: Lab) -> None:
    await lab.choose("stack.tif")
    lab.pictures.gate.shut()
    lab.view_model.pages.choose_page(2)
    state = lab.view_model.pages.state
    assert (state.offers_page, state.offers_range, state.page) == (True, True, 2)
    lab.pictures.gate.open()


async def test_that_every_page_is_a_picture_of_its_own(lab: Lab) -> None:
    await lab.choose("stack.tif")
    lab.view_model.pages.choose_every(is_every=True)
    assert lab.view_model.state.is_reading
    await wait(lab)
    assert lab.view_model.state.pictures == lab.view_model.results.state.pictures == THREE
    lab.view_model.results.go_to(1)
    await wait(lab)
    lab.view_model.pages.choose_every(is_every=False)
    assert lab.view_model.state.pictures == THREE[1:2]  # the one that was looked at


async def test_that_stacks_of_a_folder_are_taken_apart(lab: Lab) -> None:
    await lab.choose("stacks")
    state = lab.view_model.pages.state
    assert (state.offers_page, state.offers_every) == (False, True)
    lab.view_model.pages.choose_every(is_every=True)
    await wait(lab)
    assert lab.view_model.state.pictures == (
        "a.png",
        "deep.tif#page=1",
        "deep.tif#page=2",
        *THREE,
    )


async def test_that_a_folder_of_animations_offers_every_page_too(lab: Lab) -> None:
    lab.pictures.folders["films"] = ("a.png", "cells.gif")
    await lab.choose("films")
    assert lab.view_model.pages.state.offers_every


async def test_that_a_choice_made_while_the_input_is_looked_for_counts(lab: Lab) -> None:
    lab.pictures.gate.shut()
    lab.view_model.set_inputs(("stack.tif",))
    lab.view_model.pages.choose(EVERY_PAGE)
    lab.view_model.pages.choose_range(FIXED)
    lab.pictures.gate.open()
    await wait(lab)
    assert lab.view_model.state.pictures == tuple(f"{page}&range=200:4000" for page in THREE)


async def test_that_run_waits_until_the_pages_are_counted(lab: Lab) -> None:
    await lab.choose("stack.tif")
    lab.pictures.gate.shut()
    lab.view_model.pages.choose_every(is_every=True)
    lab.view_model.run()
    assert lab.view_model.state.awaits_input
    lab.pictures.gate.open()
    await wait(lab)
    assert lab.inference.predicted == list(THREE)


async def test_that_one_page_takes_the_place_of_every_one_while_they_are_counted(lab: Lab) -> None:
    await lab.choose("stack.tif")
    lab.pictures.gate.shut()
    lab.view_model.pages.choose_every(is_every=True)
    await asyncio.sleep(0)
    lab.view_model.pages.choose(PageChoice(2))
    lab.pictures.gate.open()
    await wait(lab)
    assert lab.view_model.state.pictures == THREE[1:2]
    assert not lab.view_model.state.is_reading


async def test_that_far_too_many_pages_are_refused(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "MOST_PAGES", 2)
    await lab.choose("stack.tif")
    lab.view_model.pages.choose_every(is_every=True)
    await wait(lab)
    problem = lab.view_model.state.input_problem
    assert problem is not None
    assert problem.message == "These are more than 2 pages."
    lab.view_model.pages.choose(PageChoice(2))
    assert lab.view_model.state.input_problem is None
    assert lab.view_model.state.pictures == THREE[1:2]


async def test_that_no_picture_is_made_of_frames_that_a_file_only_claims(lab: Lab) -> None:
    lab.pictures.pages["claims.png"] = 2**31 - 1
    lab.pictures.folders["mixed"] = ("a.png", "claims.png")
    await lab.choose("mixed")
    lab.view_model.pages.choose_every(is_every=True)
    await asyncio.wait_for(wait(lab), 10)  # else the memory would be full first
    problem = lab.view_model.state.input_problem
    assert problem is not None
    assert problem.message == "These are more than 100,000 pages."


async def test_that_a_page_is_of_its_file_and_a_range_is_of_all(lab: Lab) -> None:
    await lab.choose("stack.tif")
    lab.view_model.pages.choose_page(2)
    lab.view_model.pages.choose_range(FIXED)
    await lab.choose("deep.tif")
    assert lab.view_model.pages.state.choice == FIRST_PAGES
    assert lab.view_model.state.pictures == ("deep.tif#range=200:4000",)
    assert lab.view_model.pages.state.offers_range  # so that it can be taken back
    lab.view_model.paste_picture(1, 1, bytes(4))
    await wait(lab)
    assert lab.view_model.state.pictures == ("pasted.png#range=200:4000",)


async def test_that_the_picture_shown_stays_when_its_values_are_read_anew(lab: Lab) -> None:
    await lab.choose("stack.tif")
    lab.view_model.pages.choose_every(is_every=True)
    await wait(lab)
    lab.view_model.results.go_to(2)
    lab.view_model.pages.choose_range(TRIMMED_RANGE)
    await wait(lab)
    assert lab.view_model.results.state.current_path == f"{THREE[2]}&range=trimmed"


async def test_that_what_was_drawn_is_of_a_page_however_its_values_are_read(lab: Lab) -> None:
    lab.inference.task = "mask-generation"
    await lab.choose("stack.tif")
    prompt = lab.view_model.prompt
    lab.view_model.pages.choose_page(2)
    prompt.set_kind(PromptKind.SHAPES)
    prompt.add_point(3, 4, is_inside=True)
    lab.view_model.pages.choose_range(FIXED)
    assert prompt.state.shown == (ShownPoint(3, 4, True),)
    picture = lab.view_model.state.pictures[0]
    assert prompt.state.prompts.of(picture).inside == ((3, 4),)
    lab.view_model.pages.choose_page(3)
    assert not prompt.state.shown


async def test_that_a_run_keeps_its_pages_on_the_screen(lab: Lab) -> None:
    await lab.choose("stack.tif")
    lab.inference.gate.shut()
    lab.view_model.run()
    await until(lambda: lab.inference.gate.waiting > 0)
    lab.view_model.pages.choose_page(3)
    assert lab.view_model.results.state.pictures == ("stack.tif",)
    assert lab.view_model.state.pictures == THREE[2:]
    lab.inference.gate.open()


async def test_that_several_pages_of_each_file_are_run(lab: Lab) -> None:
    await lab.choose("stack.tif", "deep.tif")
    lab.view_model.pages.choose(PageChoice(pages=(1, 3)))
    pages = ("#page=1", "#page=3")
    assert lab.view_model.state.pictures == tuple(
        f"{path}{page}" for path in ("stack.tif", "deep.tif") for page in pages
    )
    lab.view_model.pages.choose_page(2)  # shows the next on the way
    assert lab.view_model.results.state.current_path == "stack.tif#page=3"
    await wait(lab)
    assert lab.view_model.pages.state.page == 3


async def test_that_a_channel_of_each_file_is_run(lab: Lab) -> None:
    lab.pictures.channels = {"stack.tif": ("DAPI", "GFP"), "deep.tif": ("GFP",)}
    await lab.choose("stack.tif", "deep.tif")
    pages = lab.view_model.pages
    assert not pages.state.offers_channel
    pages.choose_every(is_every=True)
    await wait(lab)
    assert (pages.state.offers_channel, pages.state.channel) == (True, 0)
    pages.choose_channel("GFP")
    await wait(lab)
    assert lab.view_model.state.pictures == (THREE[1], "deep.tif#page=1", "deep.tif#page=2")
    assert (pages.state.channel, pages.state.choice.is_every) == (2, True)
    pages.choose_channel("")
    await wait(lab)
    assert len(lab.view_model.state.pictures) == 5


async def test_that_a_channel_that_a_file_has_not_is_told_of(lab: Lab) -> None:
    lab.pictures.channels = {"stack.tif": ("DAPI", "GFP")}
    await lab.choose("stack.tif", "deep.tif")
    lab.view_model.pages.choose_channel("GFP")
    await wait(lab)
    problem = lab.view_model.state.input_problem
    assert problem is not None
    assert problem.message == "deep.tif has no channel “GFP”."
    lab.view_model.pages.choose_channel("")
    await wait(lab)
    assert lab.view_model.state.input_problem is None


@pytest.mark.parametrize(
    ("choice", "value_range"),
    [
        (EVERY_PAGE, FIXED),
        (PageChoice(pages=(1, 3)), FIXED),
        (PageChoice(2), TRIMMED_RANGE),
        (FIRST_PAGES, WHOLE_RANGE),
    ],
)
async def test_that_a_saved_run_opens_as_it_was_chosen(
    lab: Lab, choice: PageChoice, value_range: ValueRange
) -> None:
    await lab.choose("stack.tif", save_to="out")
    lab.view_model.pages.choose(choice)
    lab.view_model.pages.choose_range(value_range)
    await wait(lab)
    lab.view_model.run()
    await wait(lab)
    pictures = lab.view_model.state.pictures
    folder = lab.view_model.results.state.folder
    lab.runs.results[Path(folder)] = lab.view_model.results.state.results
    lab.view_model.pages.choose_range(WHOLE_RANGE)
    await lab.choose("a.png")
    lab.view_model.load_results(folder)
    await wait(lab)
    state = lab.view_model.state
    assert (state.inputs, state.pictures) == (("stack.tif",), pictures)
    assert lab.view_model.results.state.pictures == pictures
    found = lab.view_model.pages.state
    assert (found.choice, found.value_range) == (choice, value_range)
    lab.view_model.pages.choose(PageChoice(3))
    assert len(lab.view_model.state.pictures) == 1
    assert lab.view_model.state.pictures[0].startswith(THREE[2])
