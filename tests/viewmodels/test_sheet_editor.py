"""Describing a bare `.onnx` file."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from ailab.services.images.picture_error import PictureError
from ailab.services.inference.inference_errors import DescriptionError, ModelFileError, WorkerError
from ailab.services.inference.model_sheet import DECODERS_BY_TASK
from ailab.services.inference.normalisation import RECIPES, Normalisation, Scaling
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import Classification, ClassScore, Prediction
from ailab.services.inference.prompt import NO_PROMPT, Prompt
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.inference.sheet_draft import ACTIVATIONS, SheetDraft
from ailab.services.lab_error import LabError
from ailab.services.problem import Problem
from ailab.services.served.served_error import ServerError
from ailab.viewmodels.sheet_editor import SheetEditorViewModel
from ailab.viewmodels.sheet_editor_state import SheetEditorState
from ailab.viewmodels.sheet_words import ACTIVATIONS as ACTIVATION_WORDS
from ailab.viewmodels.sheet_words import DECODERS, recipe_text
from ailab.viewmodels.typed_names import text_of_names, typed_names
from fake_pictures import FakePictures
from fake_sheets import GUESS, FakeSheets
from fakes import FakeInference, a_depth_map, until


class SheetInference(FakeInference):
    """Remembers the sheets that it was run with."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[SheetDraft | dict[str, object]] = []
        self.answer: Callable[[dict[str, object]], Prediction] = lambda _: self.prediction

    async def predict(
        self,
        model: RunnableModel,
        picture: str,
        *,
        threshold: float,
        save_to: Path | None,
        prompt: Prompt = NO_PROMPT,
    ) -> PictureResult:
        assert save_to is None
        sheet = json.loads(model.sheet)
        self.sheets.append(sheet)
        self.prediction = self.answer(sheet)
        return await super().predict(model, picture, threshold=threshold, save_to=save_to)


@dataclass
class Desk:
    """An editor over fakes."""

    sheets: FakeSheets = field(default_factory=FakeSheets)
    inference: SheetInference = field(default_factory=SheetInference)
    pictures: FakePictures = field(default_factory=FakePictures)

    def __post_init__(self) -> None:
        self.editor = SheetEditorViewModel(self.sheets, self.inference, self.pictures, debounce=0)

    @property
    def state(self) -> SheetEditorState:
        return self.editor.state

    async def open(self, picture: str = "a.png") -> None:
        self.editor.open("net.onnx", picture)
        await self.editor.wait()

    async def edit(self, **changes: object) -> None:
        self.editor.edit(replace(self.state.draft, **changes))  # type: ignore[arg-type]  # a test names real fields
        await self.editor.wait()


@asynccontextmanager
async def a_desk() -> AsyncIterator[Desk]:
    desk = Desk()
    yield desk
    await desk.editor.close()


async def test_that_the_suggested_sheet_is_tried_on_the_picture_at_once() -> None:
    async with a_desk() as desk:
        await desk.open()
        assert (desk.state.draft, desk.state.can_save) == (GUESS, True)
        assert desk.inference.predicted == ["a.png"]
        shown = desk.editor.results.state
        assert shown.current_path == "a.png"
        assert shown.current_result is not None
        assert shown.current_result.prediction is desk.inference.prediction


async def test_that_each_change_is_tried_and_the_picture_is_read_once() -> None:
    async with a_desk() as desk:
        await desk.open()
        await desk.edit(color_order="BGR")
        assert [s["input"]["color_order"] for s in desk.inference.sheets] == ["RGB", "BGR"]  # type: ignore[index]  # JSON
        assert len(desk.pictures.read_paths) == 1
        assert desk.sheets.saved == []


async def test_that_a_late_older_trial_is_never_shown() -> None:
    async with a_desk() as desk:
        await desk.open()
        desk.inference.gate.shut()
        desk.editor.edit(replace(GUESS, color_order="BGR"))
        await until(lambda: desk.inference.gate.waiting == 1)
        desk.inference.answer = lambda _: Classification((ClassScore(0, "newer", 0.5),))
        desk.editor.edit(GUESS)
        assert desk.state.is_checking
        await until(lambda: len(desk.inference.sheets) == 3)
        desk.inference.gate.open()
        await desk.editor.wait()
        result = desk.editor.results.state.current_result
        assert result is not None
        assert isinstance(result.prediction, Classification)
        assert result.prediction.scores[0].label == "newer"


async def test_that_a_draft_that_says_too_little_is_told_of_and_not_saved() -> None:
    async with a_desk() as desk:
        desk.sheets.draft = SheetDraft(width=416, height=416)
        await desk.open()
        assert desk.state.fault is not None
        assert not desk.state.can_save
        assert desk.inference.predicted == []
        desk.editor.save()
        await desk.editor.wait()
        assert desk.sheets.saved == []
        desk.editor.choose_task("object-detection")
        await desk.editor.wait()
        assert desk.state.draft.decoder == "yolox"
        assert desk.state.can_save


async def test_that_strides_that_are_none_are_told_of_and_change_nothing() -> None:
    async with a_desk() as desk:
        await desk.open()
        for typed in ("eight", "8, 16.5", "", "0", "8, 16, 1025", ", ".join("8" * 17)):
            desk.editor.type_numbers("strides", typed)
            assert desk.state.mistyped == {"strides": typed}
            assert desk.state.mistake.startswith("Strides are whole numbers from 1 to 1,024")
            assert not desk.state.can_save
            assert desk.state.has_changes
        assert desk.state.draft.strides == (8, 16, 32)
        desk.editor.type_numbers("strides", "16 8, 32")
        assert desk.state.draft.strides == (16, 8, 32)
        assert desk.state.can_save
        desk.editor.type_numbers("strides", "none")
        desk.editor.choose_task("image-classification")  # which asks for none
        await desk.editor.wait()
        assert desk.state.mistake == ""


async def test_that_a_sheet_that_the_network_does_not_run_with_is_not_saved() -> None:
    async with a_desk() as desk:
        desk.inference.failures["a.png"] = DescriptionError("It takes 224 pixels.", "Correct it.")
        await desk.open()
        assert not desk.state.can_save
        assert desk.state.can_compare
        assert desk.state.objection == "The network does not run like this: see below the picture."
        result = desk.editor.results.state.current_result
        assert result is not None
        assert result.problem == Problem(
            "It takes 224 pixels.",
            "Change what is chosen here until it runs, or cancel.",
        )
        del desk.inference.failures["a.png"]
        await desk.edit(resize="none")
        assert desk.state.can_save
        assert desk.state.has_changes
        await desk.edit(resize="stretch")
        assert not desk.state.has_changes


async def test_that_a_network_that_refuses_the_sheet_says_so_in_the_preview() -> None:
    async with a_desk() as desk:
        desk.inference.failures["a.png"] = ModelFileError("It takes 224 pixels.", "Correct it.")
        await desk.open()
        result = desk.editor.results.state.current_result
        assert result is not None
        assert result.problem is not None
        assert result.problem.message == "It takes 224 pixels."
        assert not desk.state.is_trying


@pytest.mark.parametrize(
    "error",
    [
        PictureError("No picture.", "Choose another."),
        WorkerError("It ended.", "Again."),
        ServerError("The server is away.", "Start it."),
        ModelFileError("It needs other operators.", "Update ONNX Runtime."),
    ],
)
async def test_that_what_could_not_be_tried_can_be_saved_and_is_said_to_be_untried(
    error: LabError,
) -> None:
    async with a_desk() as desk:
        desk.inference.failures["a.png"] = error
        await desk.open()
        assert desk.state.hindrance == Problem.of(error)
        assert desk.state.caution.startswith("It could not be tried: see below the picture.")
        assert desk.state.can_save
        desk.editor.set_picture("b.png")
        await desk.editor.wait()
        result = desk.editor.results.state.current_result
        assert result is not None
        assert result.prediction is not None
        assert desk.state.caution == ""
        desk.editor.set_picture("a.png")
        await desk.editor.wait()
        await desk.edit(labels=("cat", "dog"))
        assert desk.state.caution.endswith(
            "can be saved. 2 names; the network tells 80 classes apart. The others go by number."
        )
        desk.editor.save()
        await desk.editor.wait()
        assert desk.state.is_saved


async def test_that_an_untried_sheet_is_told_of_no_more_once_strides_are_wrong() -> None:
    async with a_desk() as desk:
        desk.inference.failures["a.png"] = PictureError("No picture.", "Choose another.")
        await desk.open()
        desk.editor.type_numbers("strides", "abc")
        assert desk.state.hindrance is None


async def test_that_without_a_picture_the_sheet_is_checked_alone() -> None:
    async with a_desk() as desk:
        await desk.open("")
        assert desk.state.can_save
        assert not desk.state.can_compare
        assert desk.inference.predicted == []


async def test_that_choosing_another_task_brings_a_decoder_of_it() -> None:
    async with a_desk() as desk:
        await desk.open()
        desk.editor.choose_task("image-classification")
        await desk.editor.wait()
        assert desk.state.draft.decoder == "class-scores"
        assert desk.state.draft.activation == "softmax"


async def test_that_range_mean_and_order_of_colours_go_together() -> None:
    async with a_desk() as desk:
        await desk.open()
        desk.editor.choose_normalisation(Normalisation.IMAGENET)
        desk.editor.choose_color_order("BGR")
        assert desk.state.draft.mean == (0.406, 0.456, 0.485)
        desk.editor.choose_scaling(Scaling.SIGNED)
        assert desk.state.recipe.normalisation is Normalisation.NONE
        await desk.editor.wait()


async def test_that_the_usual_normalisations_are_compared_and_one_is_chosen() -> None:
    async with a_desk() as desk:

        def by_colors(sheet: dict[str, object]) -> Prediction:
            is_bgr = sheet["input"]["color_order"] == "BGR"  # type: ignore[index]  # JSON
            return Classification((ClassScore(0, "cat" if is_bgr else "net", 0.9),))

        desk.inference.answer = by_colors
        await desk.open()
        desk.editor.compare()
        assert desk.state.is_comparing
        await desk.editor.wait()
        assert not desk.state.is_comparing
        assert list(desk.state.trials) == list(RECIPES)
        assert {r.color_order: t.text for r, t in desk.state.trials.items()} == {
            "RGB": "90% net",
            "BGR": "90% cat",
        }
        desk.editor.choose_recipe(RECIPES[1])
        await desk.editor.wait()
        assert desk.state.draft.color_order == "BGR"
        assert len(desk.state.trials) == len(RECIPES)  # they hold for the others still


async def test_that_objects_are_counted_and_the_best_is_named() -> None:
    async with a_desk() as desk:
        await desk.open()
        desk.editor.compare()
        await desk.editor.wait()
        assert desk.state.trials[RECIPES[0]].text == "1 object, best 90% nucleus"


async def test_that_another_change_makes_a_comparison_void() -> None:
    async with a_desk() as desk:
        await desk.open()
        desk.editor.compare()
        await desk.editor.wait()
        await desk.edit(resize="none")
        assert desk.state.trials == {}
        desk.inference.gate.shut()
        desk.editor.compare()
        await until(lambda: desk.inference.gate.waiting == 1)
        desk.editor.edit(replace(desk.state.draft, width=50))
        assert not desk.state.is_comparing
        desk.inference.gate.open()
        await desk.editor.wait()
        assert desk.state.trials == {}


async def test_that_depths_are_compared_by_small_pictures() -> None:
    async with a_desk() as desk:
        desk.inference.answer = lambda _: a_depth_map([[0.0, 1.0], [2.0, 3.0]])
        await desk.open()
        desk.editor.compare()
        await desk.editor.wait()
        small = desk.state.trials[RECIPES[0]].picture
        assert small is not None
        assert max(small.width, small.height) == 192
        assert small.width * 240 == small.height * 320  # the picture's shape, not the map's


async def test_that_names_come_from_a_file() -> None:
    async with a_desk() as desk:
        await desk.open()
        desk.editor.load_names("elsewhere/names.txt")
        await desk.editor.wait()
        assert desk.state.draft.labels == ("cat", "dog")
        desk.editor.load_names("coco.txt")  # beside the model: its name is kept
        await desk.editor.wait()
        assert desk.state.draft.label_file == "coco.txt"
        desk.editor.load_names("elsewhere/coco.txt")
        await desk.editor.wait()
        assert desk.state.draft.label_file == ""
        desk.editor.load_names("picture.png")
        await desk.editor.wait()
        assert desk.state.problem == Problem("picture.png is no text.", "Save it as UTF-8.")


async def test_that_a_comparison_can_be_stopped_and_keeps_what_came() -> None:
    async with a_desk() as desk:
        await desk.open()

        def hold(_: dict[str, object]) -> Prediction:
            if len(desk.inference.sheets) > 3:
                desk.inference.gate.shut()
            return desk.inference.prediction

        desk.inference.answer = hold
        desk.editor.compare()
        await until(lambda: desk.inference.gate.waiting == 1)
        desk.editor.stop_comparing()
        await desk.editor.wait()
        assert list(desk.state.trials) == list(RECIPES[:2])
        assert desk.state.can_compare


async def test_that_a_network_that_refuses_one_is_no_end_of_the_comparison() -> None:
    async with a_desk() as desk:
        await desk.open()
        desk.inference.failures["a.png"] = ModelFileError("Scores from 0 to 1 expected.", "")
        desk.editor.compare()
        await desk.editor.wait()
        assert {trial.text for trial in desk.state.trials.values()} == {"did not run"}
        assert desk.state.trials[RECIPES[0]].detail == "Scores from 0 to 1 expected."


async def test_that_a_worker_that_ends_ends_the_comparison() -> None:
    async with a_desk() as desk:
        await desk.open()
        desk.inference.failures["a.png"] = WorkerError("The process ended.", "Run it again.")
        desk.editor.compare()
        await desk.editor.wait()
        assert desk.state.problem == Problem("The process ended.", "Run it again.")
        assert not desk.state.is_comparing
        desk.editor.dismiss_problem()
        assert desk.state.problem is None


async def test_that_a_new_sheet_is_saved_without_a_question() -> None:
    async with a_desk() as desk:
        await desk.open()
        desk.editor.save()
        await desk.editor.wait()
        assert desk.state.is_saved
        assert desk.sheets.saved == [GUESS]


async def test_that_another_sheet_is_replaced_only_once_its_changes_were_agreed_to() -> None:
    async with a_desk() as desk:
        desk.sheets.there = b"by hand"
        await desk.open()
        desk.editor.save()
        await desk.editor.wait()
        assert desk.state.changes == ("input.width: 8 → 416",)
        assert desk.sheets.saved == []
        desk.editor.keep_editing()
        assert not desk.state.changes
        assert desk.state.can_save
        desk.editor.save()
        await desk.editor.wait()
        desk.editor.agree()
        await desk.editor.wait()
        assert desk.state.is_saved
        assert desk.sheets.saved == [GUESS]


async def test_that_a_sheet_changed_behind_the_question_is_asked_about_anew() -> None:
    async with a_desk() as desk:
        desk.sheets.there = b"by hand"
        await desk.open()
        desk.editor.save()
        await desk.editor.wait()
        desk.sheets.there = b"by another hand"
        desk.editor.agree()
        await desk.editor.wait()
        assert not desk.state.is_saved
        assert desk.state.problem is not None
        assert desk.state.changes
        desk.editor.agree()
        await desk.editor.wait()
        assert desk.state.is_saved


async def test_that_the_same_sheet_is_not_written_again() -> None:
    async with a_desk() as desk:
        desk.sheets.there = str(GUESS.fields()).encode()
        await desk.open()
        desk.editor.save()
        await desk.editor.wait()
        assert desk.state.is_saved
        assert desk.sheets.saved == []


async def test_that_a_sheet_that_cannot_be_written_can_be_saved_again() -> None:
    async with a_desk() as desk:
        await desk.open()
        desk.sheets.failure = ModelFileError("The folder cannot be written to.", "Move it.")
        desk.editor.save()
        await desk.editor.wait()
        assert desk.state.problem == Problem("The folder cannot be written to.", "Move it.")
        assert not desk.state.is_saved
        desk.sheets.failure = None
        desk.editor.save()
        await desk.editor.wait()
        assert desk.state.is_saved
        assert desk.state.problem is None


async def test_that_leaving_writes_nothing_and_stops_what_is_under_way() -> None:
    async with a_desk() as desk:
        await desk.open()
        desk.inference.gate.shut()
        desk.editor.edit(replace(GUESS, width=100))
        await until(lambda: desk.inference.gate.waiting == 1)
        desk.editor.leave()
        await desk.editor.wait()
        assert desk.inference.gate.waiting == 0
        assert not desk.state.is_trying
        assert desk.sheets.saved == []


async def test_that_a_file_that_cannot_be_opened_is_told_of() -> None:
    async with a_desk() as desk:
        desk.sheets.open_failure = ModelFileError("x.onnx is damaged.", "Download it again.")
        await desk.open()
        assert desk.state.problem == Problem("x.onnx is damaged.", "Download it again.")
        assert not desk.state.can_edit
        desk.editor.dismiss_problem()  # it stays: there is nothing else to show
        assert desk.state.problem is not None


async def test_that_where_no_sheet_can_help_nothing_can_be_changed() -> None:
    async with a_desk() as desk:
        desk.sheets.obstacle = Problem("It takes pictures of 1 channel.", "Choose another.")
        await desk.open()
        await desk.edit(width=100)
        assert desk.state.draft == GUESS
        assert desk.inference.predicted == []
        assert not desk.state.can_save


async def test_that_opening_another_file_forgets_the_one_before() -> None:
    async with a_desk() as desk:
        await desk.open()
        desk.editor.save()
        await desk.editor.wait()
        desk.editor.open("other.onnx")
        assert desk.state.is_opening
        assert not desk.state.is_saved
        await desk.editor.wait()
        assert desk.state.path == "other.onnx"
        assert desk.editor.results.state.pictures == ()


async def test_that_names_are_counted_against_the_classes() -> None:
    async with a_desk() as desk:
        await desk.open()
        assert desk.state.names_text.startswith("Classes go by number; the network tells 80")
        await desk.edit(labels=("cat", "dog"))
        assert desk.state.are_names_wrong
        assert desk.state.names_text == "2 names; the network tells 80 classes apart."
        assert desk.state.caution == f"{desk.state.names_text} The others go by number."
        assert desk.state.can_save
        await desk.edit(label_file="coco.txt")
        assert not desk.state.are_names_wrong
        await desk.edit(decoder="box-rows")
        assert desk.state.names_text == "80 names."


async def test_that_names_of_another_network_are_not_saved() -> None:
    async with a_desk() as desk:
        await desk.open()
        await desk.edit(labels=tuple(f"synset {number}" for number in range(1000)))
        assert desk.state.objection == (
            "1,000 names; the network tells 80 classes apart. Correct the names."
        )
        assert not desk.state.can_save
        assert desk.state.can_compare, "it runs, and boxes are right under any name"
        await desk.edit(task="image-to-image", decoder="image")  # which tells none apart
        assert desk.state.objection == ""


async def test_that_nothing_of_other_strides_is_left_beside_wrong_ones() -> None:
    async with a_desk() as desk:
        await desk.open()
        desk.editor.compare()
        await desk.editor.wait()
        assert desk.state.trials
        assert desk.editor.results.state.current_result is not None
        runs = len(desk.inference.predicted)
        desk.editor.type_numbers("strides", "abc")
        assert desk.editor.results.state.current_result is None
        assert not desk.state.trials
        await desk.edit(width=640)  # is not tried by the strides before either
        assert desk.editor.results.state.current_result is None
        assert len(desk.inference.predicted) == runs
        await desk.edit(width=416)
        desk.editor.type_numbers("strides", "8, 16, 32")
        await desk.editor.wait()
        assert desk.editor.results.state.current_result is not None
        desk.inference.failures["a.png"] = DescriptionError("3416 rows.", "Correct it.")
        desk.editor.type_numbers("strides", "8, 16, 64")
        await desk.editor.wait()
        assert desk.state.refusal is not None
        desk.editor.type_numbers("strides", "")
        assert desk.state.refusal is None
        assert desk.editor.results.state.current_result is None
        assert desk.state.mistake.startswith("Strides are whole numbers")


async def test_that_points_have_names_of_their_own() -> None:
    async with a_desk() as desk:
        await desk.open()
        await desk.edit(task="keypoint-detection", decoder="yunet")
        assert desk.state.names_text == (
            "Points have their usual names; the network finds 5 points."
        )
        await desk.edit(labels=("beak",))
        assert desk.state.are_names_wrong


async def test_that_what_finds_one_kind_of_thing_says_what_it_is_called() -> None:
    async with a_desk() as desk:
        await desk.open()
        await desk.edit(decoder="text-map")
        assert desk.state.names_text == "What is found is named “text”."
        await desk.edit(task="image-segmentation", decoder="matte")
        assert desk.state.names_text == "What is found is named “foreground”."


async def test_that_what_contradicts_the_file_is_told_of_and_not_saved() -> None:
    async with a_desk() as desk:
        await desk.open("")
        await desk.edit(width=224)
        assert desk.state.mistake == "The network takes 416 × 416 pixels: correct the size."
        assert not desk.state.can_save
        await desk.edit(width=416, layout="NHWC")
        assert desk.state.mistake == ("The network takes colours first (NCHW): correct the layout.")
        await desk.edit(layout="NCHW")
        assert desk.state.mistake == ""
        assert desk.state.can_save


def test_that_every_choice_of_a_sheet_has_words() -> None:
    decoders = {decoder for each in DECODERS_BY_TASK.values() for decoder in each}
    assert decoders == set(DECODERS)
    assert {name for each in ACTIVATIONS.values() for name in each} == set(ACTIVATION_WORDS)
    assert all(recipe_text(recipe) for recipe in RECIPES)


@pytest.mark.parametrize(
    ("text", "characters", "names"),
    [
        ("", (), ()),
        (" ", (" ",), ()),
        ("a\n ", ("a", " "), ("a",)),
        (" a \n\nb\n", (" a ", "", "b"), ("a", "", "b")),
        ("a\n\n", ("a", ""), ("a",)),
        ("a\u2003\u200d", ("a\u2003\u200d",), ("a\u2003\u200d",)),
    ],
)
def test_that_spaces_are_characters_of_a_line_and_nothing_around_a_name(
    text: str, characters: tuple[str, ...], names: tuple[str, ...]
) -> None:
    assert typed_names(text, are_characters=True) == characters
    assert typed_names(text, are_characters=False) == names
    assert typed_names(text_of_names(characters), are_characters=True) == characters
