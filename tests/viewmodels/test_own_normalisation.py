"""A mean and a deviation of one's own in the sheet editor, and the words of a comparison."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from ailab.services.inference.keypoints import Keypoint, Keypoints, Pose
from ailab.services.inference.normalisation import RECIPES, Normalisation, Recipe, Scaling
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import Detection, Detections, Prediction
from ailab.services.problem import Problem
from ailab.viewmodels.sheet_editor import SheetEditorViewModel
from ailab.viewmodels.sheet_editor_state import SheetEditorState
from ailab.viewmodels.sheet_words import trial_of
from fake_pictures import FakePictures
from fake_sheets import FakeSheets
from fakes import FakeInference


class Desk:
    """An editor over fakes."""

    def __init__(self) -> None:
        self.inference = FakeInference()
        self.editor = SheetEditorViewModel(FakeSheets(), self.inference, FakePictures(), debounce=0)

    @property
    def state(self) -> SheetEditorState:
        return self.editor.state


@asynccontextmanager
async def a_desk() -> AsyncIterator[Desk]:
    desk = Desk()
    desk.editor.open("net.onnx", "a.png")
    await desk.editor.wait()
    yield desk
    await desk.editor.close()


@pytest.mark.parametrize("usual", [Normalisation.IMAGENET, Normalisation.CLIP, Normalisation.CAFFE])
async def test_that_own_values_can_be_chosen_from_any_and_begin_with_them(
    usual: Normalisation,
) -> None:
    async with a_desk() as desk:
        desk.editor.choose_normalisation(usual)
        before = desk.state.draft
        desk.editor.choose_normalisation(Normalisation.OWN)
        assert desk.state.normalisation is Normalisation.OWN
        assert desk.state.draft.mean == before.mean
        desk.editor.choose_normalisation(usual)
        assert desk.state.normalisation is usual
        assert desk.state.draft == before
        await desk.editor.wait()


async def test_that_own_values_can_be_chosen_from_mnists() -> None:
    async with a_desk() as desk:
        desk.editor.choose_color_order("grey")
        desk.editor.choose_normalisation(Normalisation.MNIST)
        desk.editor.choose_normalisation(Normalisation.OWN)
        assert desk.state.normalisation is Normalisation.OWN
        assert desk.state.draft.mean == (0.1307,)
        await desk.editor.wait()


async def test_that_own_values_can_be_chosen_from_minus_one_to_one() -> None:
    async with a_desk() as desk:
        desk.editor.choose_scaling(Scaling.SIGNED)
        desk.editor.choose_normalisation(Normalisation.OWN)
        own = (Scaling.UNIT, Normalisation.OWN)
        assert (desk.state.scaling, desk.state.normalisation) == own
        assert desk.state.draft.mean == desk.state.draft.std == (0.5, 0.5, 0.5)
        desk.editor.choose_scaling(Scaling.SIGNED)
        signed = (Scaling.SIGNED, Normalisation.NONE)
        assert (desk.state.scaling, desk.state.normalisation) == signed
        desk.editor.choose_normalisation(Normalisation.OWN)
        desk.editor.choose_normalisation(Normalisation.NONE)
        assert desk.state.recipe == Recipe(Scaling.UNIT, Normalisation.NONE, "RGB")
        await desk.editor.wait()


async def test_that_own_values_stay_whatever_they_happen_to_be() -> None:
    async with a_desk() as desk:
        desk.editor.type_channels((0.1, 0.456, 0.406), (0.229, 0.224, 0.225))
        desk.editor.type_channels((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
        assert desk.state.normalisation is Normalisation.OWN, "the fields do not go while one types"
        desk.editor.choose_color_order("BGR")
        desk.editor.choose_scaling(Scaling.BYTE)
        assert desk.state.draft.mean == (0.485, 0.456, 0.406)
        assert desk.state.draft.scale == 1
        assert desk.state.normalisation is Normalisation.OWN
        desk.editor.choose_recipe(RECIPES[0])
        assert desk.state.recipe == RECIPES[0]
        assert not desk.state.has_own
        await desk.editor.wait()


async def test_that_choosing_own_values_alone_is_no_change_of_the_sheet() -> None:
    async with a_desk() as desk:
        desk.editor.choose_normalisation(Normalisation.IMAGENET)
        await desk.editor.wait()
        tried = len(desk.inference.predicted)
        desk.editor.choose_normalisation(Normalisation.OWN)
        await desk.editor.wait()
        assert len(desk.inference.predicted) == tried


def words(prediction: Prediction) -> str:
    return trial_of(PictureResult("a.png", 10, 10, prediction), 0.5).text


def test_that_a_comparison_tells_nothing_found_in_one_way() -> None:
    unsure = Detection(0, "class 0", 0.26, (0.0, 0.0, 1.0, 1.0))
    assert words(Detections((unsure,))) == "0 objects, best 26% class 0"
    assert words(Detections(())) == "0 objects"
    pose = Pose(0.3, (Keypoint(1.0, 1.0, 0.3),), label="person")
    assert words(Keypoints((pose,), ("nose",))) == "0 poses, best 30% person"
    assert words(Keypoints((), ("nose",))) == "0 poses"


def test_that_a_comparison_tells_what_did_not_run_in_one_way() -> None:
    trial = trial_of(PictureResult("a.png", problem=Problem("It is damaged.", "Check it.")), 0.5)
    assert (trial.text, trial.detail) == ("did not run", "It is damaged.")
