"""Describing a network of one channel, and trying a sheet before a picture was chosen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import PurePath

import pytest

from ailab.demo.example_picture import EXAMPLE_PICTURE
from ailab.services.inference.normalisation import Normalisation, Scaling
from ailab.services.inference.sheet_draft import SheetDraft
from ailab.viewmodels.sheet_editor import SheetEditorViewModel
from ailab.viewmodels.sheet_editor_state import SheetEditorState
from ailab.viewmodels.sheet_words import variant_text
from fake_pictures import FakePictures
from fake_sheets import FakeSheets
from fakes import FakeInference

GREY = SheetDraft("image-classification", "class-scores", width=28, height=28, color_order="grey")
EXAMPLE = "demo/bench.jpg"


class Desk:
    """An editor over fakes."""

    def __init__(self) -> None:
        self.sheets, self.inference = FakeSheets(), FakeInference()
        self.sheets.draft, self.sheets.takes = GREY, ("1", "1", "28", "28")
        self.pictures = FakePictures()
        self.editor = SheetEditorViewModel(
            self.sheets, self.inference, self.pictures, debounce=0, example=EXAMPLE
        )

    @property
    def state(self) -> SheetEditorState:
        return self.editor.state

    async def open(self, picture: str = "") -> None:
        self.editor.open("net.onnx", picture)
        await self.editor.wait()


@asynccontextmanager
async def a_desk() -> AsyncIterator[Desk]:
    desk = Desk()
    yield desk
    await desk.editor.close()


async def test_that_an_example_is_tried_until_a_picture_is_chosen() -> None:
    async with a_desk() as desk:
        await desk.open()
        assert desk.inference.predicted == [EXAMPLE]
        assert (desk.state.tried_on, desk.state.is_example) == (EXAMPLE, True)
        shown = desk.editor.results.state
        assert shown.current_path == EXAMPLE
        assert shown.current_result is not None
        desk.editor.set_picture("mine.png")
        await desk.editor.wait()
        assert desk.inference.predicted == [EXAMPLE, "mine.png"]
        assert (desk.state.tried_on, desk.state.is_example) == ("mine.png", False)
        assert desk.editor.results.state.current_path == "mine.png"


async def test_that_a_picture_that_was_there_already_is_tried_at_once() -> None:
    async with a_desk() as desk:
        await desk.open("mine.png")
        assert desk.inference.predicted == ["mine.png"]
        assert not desk.state.is_example


async def test_that_normalisations_are_compared_on_the_example_too() -> None:
    async with a_desk() as desk:
        await desk.open()
        assert desk.state.can_compare
        desk.editor.compare()
        await desk.editor.wait()
        assert set(desk.inference.predicted) == {EXAMPLE}


async def test_that_grey_is_compared_as_it_is_and_inverted() -> None:
    async with a_desk() as desk:
        await desk.open("mine.png")
        desk.editor.compare()
        await desk.editor.wait()
        rows = desk.state.recipes
        assert list(desk.state.trials) == [recipe for row in rows for recipe in row]
        assert [variant_text(recipe) for recipe in rows[0]] == ["Grey", "Inverted"]
        desk.editor.choose_recipe(rows[3][1])
        await desk.editor.wait()
        draft = desk.state.draft
        assert (draft.is_inverted, draft.mean, draft.std) == (True, (0.1307,), (0.3081,))
        assert len(desk.state.trials) == 8  # they hold for the others still
        assert desk.state.recipe == rows[3][1]


async def test_that_what_the_network_takes_is_offered_alone() -> None:
    async with a_desk() as desk:
        await desk.open("mine.png")
        assert list(desk.state.color_orders) == ["grey"]
        assert desk.state.normalisations == (
            Normalisation.NONE,
            Normalisation.MNIST,
            Normalisation.OWN,
        )
        desk.editor.choose_task("image-to-image")
        await desk.editor.wait()
        assert list(desk.state.color_orders) == ["grey", "Y"]
        desk.editor.choose_color_order("Y")
        desk.editor.choose_task("depth-estimation")
        await desk.editor.wait()
        assert (desk.state.draft.color_order, desk.state.color_orders) == ("grey", ("grey",))


@pytest.mark.parametrize(
    ("takes", "orders"),
    [
        (("1", "3", "28", "28"), ("RGB", "BGR")),
        (("n", "c", "h", "w"), ("RGB", "BGR", "grey")),
        (("n", "28", "28", "1"), ("grey",)),
    ],
)
async def test_that_the_shape_says_what_can_be_taken(
    takes: tuple[str, str, str, str], orders: tuple[str, ...]
) -> None:
    async with a_desk() as desk:
        desk.sheets.takes = takes
        desk.sheets.draft = replace(GREY, color_order=orders[0], layout="NHWC")
        await desk.open()
        assert desk.state.color_orders == orders


async def test_that_a_sheet_of_colours_for_a_network_of_grey_is_seen_and_told_of() -> None:
    async with a_desk() as desk:
        desk.sheets.draft = replace(GREY, color_order="BGR", mean=(0.1, 0.2, 0.3))
        await desk.open("mine.png")
        assert desk.state.color_orders == ("BGR", "grey")
        assert desk.state.objection == "The network takes one channel: choose grey."
        assert not desk.state.can_save
        desk.editor.choose_color_order("grey")
        await desk.editor.wait()
        assert desk.state.draft.mean == pytest.approx((0.2,))
        assert desk.state.can_save


async def test_that_other_channels_make_a_comparison_void() -> None:
    async with a_desk() as desk:
        desk.sheets.takes = ("n", "c", "28", "28")
        await desk.open("mine.png")
        desk.editor.compare()
        await desk.editor.wait()
        desk.editor.choose_scaling(Scaling.BYTE)
        assert desk.state.trials
        desk.editor.choose_color_order("RGB")
        assert not desk.state.trials
        assert len(desk.state.recipes) == 6
        await desk.editor.wait()


def test_that_the_example_is_a_picture_of_the_demonstration() -> None:
    assert PurePath(EXAMPLE_PICTURE).name == "bench-1.jpg"
