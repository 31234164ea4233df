"""What is asked of a model beside the pictures: typed, drawn, remembered, run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ailab.services.inference.engine_table import ONNX, TORCH
from ailab.services.inference.inference_errors import WorkerError
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.prompt import NO_PROMPT, Prompt
from ailab.services.inference.prompt_kind import PromptKind, prompt_kind
from ailab.services.inference.prompts import NO_PROMPTS, Prompts
from ailab.services.inference.typed_labels import MOST_LABELS, typed_labels
from ailab.viewmodels.asked_by import asked_by, task_of
from ailab.viewmodels.inference_state import Fitness, ModelSource
from ailab.viewmodels.prompt import PromptViewModel
from ailab.viewmodels.prompt_shapes import PromptTool, Shape, ShownBox, ShownPoint
from ailab.viewmodels.prompt_state import PromptState
from fakes import a_model, details_of, two_nuclei, until
from inference_lab import Lab

LABELLER, MASKER, DETECTOR, SEGMENTER = (
    "zero-shot-object-detection",
    "mask-generation",
    "object-detection",
    "image-segmentation",
)


async def choose(lab: Lab, task: str, *inputs: str, name: str = "model.onnx") -> None:
    """A local model of a task and pictures are chosen."""
    lab.inference.task = task
    lab.view_model.set_model_source(ModelSource.LOCAL)
    lab.view_model.set_local_path(f"/models/{task}/{name}")
    if inputs:
        lab.view_model.set_inputs(inputs)
    await lab.view_model.wait()


async def run(lab: Lab) -> None:
    lab.view_model.run()
    await lab.view_model.wait()


def prompt_of(lab: Lab) -> PromptViewModel:
    return lab.view_model.prompt


def shown_in(lab: Lab) -> tuple[Shape, ...]:
    """The shapes in the picture on the screen."""
    return prompt_of(lab).state.shown


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("cat, dog", ("cat", "dog")),
        ("  a  red   car \n\n, bus,,\r\nbus , tram", ("a red car", "bus", "tram")),
        ("Us, us", ("Us", "us")),
        (" \n , ", ()),
        ("Straße, 猫", ("Straße", "猫")),
    ],
)
def test_that_typed_labels_are_trimmed_and_kept_once_in_order(
    text: str, labels: tuple[str, ...]
) -> None:
    assert typed_labels(text) == labels


def test_that_no_more_labels_are_looked_for_than_memory_holds() -> None:
    few = PromptState(text=",".join(map(str, range(MOST_LABELS))))
    many = replace(few, text=f"{few.text}, more")
    assert (few.has_too_many, many.has_too_many) == (False, True)
    assert few.labels == many.labels


def test_that_each_task_is_asked_for_what_it_takes() -> None:
    assert prompt_kind("zero-shot-image-classification") is PromptKind.LABELS
    assert prompt_kind(LABELLER) is PromptKind.LABELS
    assert prompt_kind(MASKER) is PromptKind.SHAPES
    assert prompt_kind(DETECTOR) is prompt_kind(None) is PromptKind.NONE
    assert prompt_kind(SEGMENTER) is prompt_kind(SEGMENTER, decoder="label-map") is PromptKind.NONE
    assert prompt_kind(SEGMENTER, decoder="label-masks") is PromptKind.LABELS
    assert PromptKind.LABELS.is_needed
    assert not PromptKind.SHAPES.is_needed


async def test_that_a_zero_shot_model_waits_for_labels_and_gets_them() -> None:
    lab = Lab()
    await choose(lab, LABELLER, "a.png")
    assert prompt_of(lab).state.kind is PromptKind.LABELS
    assert not lab.view_model.state.can_run
    assert lab.view_model.state.why_not_run == "Type what to look for."
    lab.view_model.run()
    assert not lab.view_model.state.is_running
    prompt_of(lab).set_text("cat,\ndog")
    assert lab.view_model.state.can_run
    await run(lab)
    assert lab.inference.prompts == [Prompt(labels=("cat", "dog"))]
    prompt_of(lab).set_text(" , ")
    assert not lab.view_model.state.can_run


async def test_that_labels_typed_once_stay_for_other_zero_shot_models() -> None:
    lab = Lab()
    await choose(lab, LABELLER, "a.png")
    prompt_of(lab).set_text("cat")
    await choose(lab, DETECTOR)
    assert prompt_of(lab).state.kind is PromptKind.NONE
    assert lab.view_model.state.can_run
    await run(lab)
    await choose(lab, "zero-shot-image-classification")
    assert prompt_of(lab).state.labels == ("cat",)
    await run(lab)
    assert lab.inference.prompts == [NO_PROMPT, Prompt(labels=("cat",))]


@pytest.mark.parametrize(
    "name", ["SegformerForSemanticSegmentation", "CLIPSegForImageSegmentation"]
)
def test_that_the_architecture_tells_whether_a_segmentation_needs_labels(name: str) -> None:
    details = replace(details_of(a_model(task=SEGMENTER)), architectures=(name,))
    kind = PromptKind.LABELS if name.startswith("CLIPSeg") else PromptKind.NONE
    assert asked_by(details, TORCH) is asked_by(details, ONNX) is kind


async def test_that_a_segmentation_by_labels_waits_for_them_and_repeats_them() -> None:
    lab = Lab()
    lab.inference.decoder = "label-masks"
    await choose(lab, SEGMENTER, "a.png")
    assert lab.view_model.state.why_not_run == "Type what to look for."
    prompt_of(lab).set_text("cat, dog")
    lab.view_model.set_save_to("results")
    await run(lab)
    assert lab.inference.prompts == [Prompt(labels=("cat", "dog"))]
    (record,) = lab.runs.records.values()
    other = PromptViewModel()
    other.repeat(record)
    assert other.state.labels == ("cat", "dog")
    await lab.close()


async def test_that_what_is_asked_for_is_not_forgotten_while_the_model_is_looked_up() -> None:
    lab = Lab()
    await choose(lab, LABELLER, "a.png")
    lab.view_model.check_again()
    assert lab.view_model.state.status.fitness is Fitness.CHECKING
    assert prompt_of(lab).state.kind is PromptKind.LABELS
    lab.view_model.set_local_path("")
    assert prompt_of(lab).state.kind is PromptKind.NONE


async def test_that_a_hub_model_tells_what_it_asks_for_before_it_is_here() -> None:
    lab = Lab()
    await lab.choose("a.png")
    status = lab.view_model.state.status
    assert (status.task, status.is_here) == ("object-detection", False)
    await lab.run("a.png")
    assert lab.view_model.state.status.is_here


async def test_that_a_model_that_turns_out_to_need_labels_says_so_before_it_is_loaded() -> None:
    lab = Lab()
    await choose(lab, DETECTOR, "a.png")
    lab.inference.task = LABELLER  # another file lies there now
    await run(lab)
    problem = lab.view_model.state.problem
    assert problem is not None
    assert "looks for what you name" in problem.message
    assert not lab.inference.loaded
    assert lab.view_model.state.why_not_run == "Type what to look for."


async def test_that_shapes_belong_to_the_picture_they_were_drawn_in() -> None:
    lab = Lab()
    await choose(lab, MASKER, "folder")
    prompt = prompt_of(lab)
    prompt.add_point(10, 20, is_inside=True)
    prompt.add_point(30, 40, is_inside=False)
    lab.view_model.results.go_to(2)
    assert shown_in(lab) == ()
    prompt.add_box(50, 60, 5, 6)
    assert shown_in(lab) == (ShownBox(5, 6, 50, 60),)
    lab.view_model.results.go_to(0)
    assert len(shown_in(lab)) == 2
    assert not lab.inference.prompts, "a folder is run when Run is pressed"
    await run(lab)
    assert lab.inference.prompts == [
        Prompt(inside=((10, 20),), outside=((30, 40),)),
        NO_PROMPT,
        Prompt(boxes=((5, 6, 50, 60),)),
    ]


async def test_that_shapes_are_undone_one_by_one_and_cleared() -> None:
    lab = Lab()
    await choose(lab, MASKER, "a.png")
    prompt = prompt_of(lab)
    prompt.set_runs_as_shown(is_on=False)
    prompt.add_point(1, 2, is_inside=True)
    prompt.add_box(1, 2, 3, 4)
    prompt.add_box(1, 2, 1, 40)
    assert shown_in(lab) == (ShownPoint(1, 2), ShownBox(1, 2, 3, 4))
    prompt.undo()
    assert shown_in(lab) == (ShownPoint(1, 2),)
    prompt.clear()
    prompt.undo()
    assert shown_in(lab) == ()
    await run(lab)
    assert lab.inference.prompts == [NO_PROMPT]


async def test_that_nothing_is_drawn_for_a_model_that_takes_no_shapes() -> None:
    lab = Lab()
    prompt_of(lab).add_point(1, 2, is_inside=True)
    await choose(lab, LABELLER, "a.png")
    prompt_of(lab).add_point(1, 2, is_inside=True)
    assert not any(prompt_of(lab).state.shapes.values())


async def test_that_each_point_runs_the_one_picture_and_saves_nothing() -> None:
    lab = Lab()
    await choose(lab, MASKER, "a.png")
    lab.view_model.set_save_to("results")
    prompt_of(lab).add_point(1, 2, is_inside=True)
    await lab.view_model.wait()
    results = lab.view_model.results.state
    assert (results.title, results.folder) == ("model.onnx", "")
    assert results.current_result is not None
    prompt_of(lab).add_point(3, 4, is_inside=False)
    await lab.view_model.wait()
    assert lab.inference.prompts == [
        Prompt(inside=((1, 2),)),
        Prompt(inside=((1, 2),), outside=((3, 4),)),
    ]
    assert not lab.runs.records
    assert len(lab.view_model.results.state.results) == 1
    assert not prompt_of(lab).state.is_running


async def test_that_points_wait_for_the_look_at_the_picture_and_the_last_is_shown() -> None:
    lab = Lab()
    await choose(lab, MASKER, "a.png")
    lab.inference.gate.shut()
    prompt = prompt_of(lab)
    prompt.add_point(1, 2, is_inside=True)
    await until(lambda: len(lab.inference.prompts) == 1)
    assert prompt.state.is_running
    prompt.add_point(3, 4, is_inside=True)
    prompt.add_point(5, 6, is_inside=True)
    shown: list[tuple[PictureResult, ...]] = []
    lab.view_model.results.changed.connect(lambda _, new: shown.append(new.results))
    lab.inference.gate.open()
    await lab.view_model.wait()
    assert [len(each.inside) for each in lab.inference.prompts] == [1, 3]
    assert [len(each) for each in shown if each] == [1]
    assert not prompt.state.is_running


async def test_that_undoing_the_only_point_takes_its_mask_away_without_another_run() -> None:
    lab = Lab()
    await choose(lab, MASKER, "a.png")
    prompt_of(lab).add_point(1, 2, is_inside=True)
    await lab.view_model.wait()
    prompt_of(lab).undo()
    await lab.view_model.wait()
    assert len(lab.inference.prompts) == 1
    assert lab.view_model.results.state.current_result is None
    assert lab.view_model.results.state.title == "model.onnx"


async def test_that_points_run_nothing_while_that_is_switched_off() -> None:
    lab = Lab()
    await choose(lab, MASKER, "a.png")
    prompt = prompt_of(lab)
    prompt.set_runs_as_shown(is_on=False)
    prompt.add_point(1, 2, is_inside=True)
    await lab.view_model.wait()
    assert not lab.inference.prompts
    prompt.set_runs_as_shown(is_on=True)
    await lab.view_model.wait()
    assert lab.inference.prompts == [Prompt(inside=((1, 2),))]


async def test_that_switching_off_drops_what_is_being_found() -> None:
    lab = Lab()
    await choose(lab, MASKER, "a.png")
    lab.inference.gate.shut()
    prompt_of(lab).add_point(1, 2, is_inside=True)
    await until(lambda: prompt_of(lab).state.is_running)
    prompt_of(lab).set_runs_as_shown(is_on=False)
    assert not prompt_of(lab).state.is_running
    lab.inference.gate.open()
    await lab.view_model.wait()
    assert lab.view_model.results.state.current_result is None


async def test_that_a_point_downloads_nothing_unasked() -> None:
    lab = Lab()
    await lab.choose("a.png")  # a model of the Hub, not on this disk
    prompt_of(lab).set_kind(PromptKind.SHAPES)
    prompt_of(lab).add_point(1, 2, is_inside=True)
    await lab.view_model.wait()
    assert not lab.downloads.asked
    assert not lab.inference.prompts


async def test_that_run_takes_over_from_what_a_point_began() -> None:
    lab = Lab()
    await choose(lab, MASKER, "a.png")
    lab.inference.gate.shut()
    prompt_of(lab).add_point(1, 2, is_inside=True)
    await until(lambda: prompt_of(lab).state.is_running)
    lab.view_model.run()
    assert not prompt_of(lab).state.is_running
    prompt_of(lab).add_point(3, 4, is_inside=True)  # during a run nothing else is begun
    lab.inference.gate.open()
    await lab.view_model.wait()
    assert [len(each.inside) for each in lab.inference.prompts] == [1, 1]
    assert lab.view_model.state.notice.startswith("Ran 1 picture")


async def test_that_another_picture_drops_what_is_being_found_in_the_one_before() -> None:
    lab = Lab()
    await choose(lab, MASKER, "a.png")
    lab.inference.gate.shut()
    prompt_of(lab).add_point(1, 2, is_inside=True)
    await until(lambda: prompt_of(lab).state.is_running)
    lab.view_model.set_inputs(("b.png",))
    lab.inference.gate.open()
    await lab.view_model.wait()
    assert lab.view_model.results.state.pictures == ("b.png",)
    assert lab.view_model.results.state.current_result is None


async def test_that_a_point_that_cannot_be_run_says_why_and_the_next_one_tries_again() -> None:
    lab = Lab()
    await choose(lab, MASKER, "a.png")
    lab.inference.failures["a.png"] = WorkerError("The inference process ended.", "Again.")
    prompt_of(lab).add_point(1, 2, is_inside=True)
    await lab.view_model.wait()
    problem = lab.view_model.state.problem
    assert problem is not None
    assert problem.message == "The inference process ended."
    assert not prompt_of(lab).state.is_running
    lab.inference.failures.clear()
    prompt_of(lab).add_point(3, 4, is_inside=True)
    await lab.view_model.wait()
    assert lab.view_model.state.problem is None
    assert lab.view_model.results.state.current_result is not None


async def test_that_the_record_keeps_what_was_asked_and_loading_it_asks_the_same() -> None:
    lab = Lab()
    await choose(lab, MASKER, "folder")
    prompt_of(lab).add_point(10, 20, is_inside=True)
    prompt_of(lab).set_text("cat")  # typed for another model
    lab.view_model.set_save_to("results")
    await run(lab)
    ((folder, record),) = lab.runs.records.items()
    asked = Prompt(inside=((10, 20),))
    assert record.prompts == Prompts(own=(("a.png", asked),))
    lab.runs.results[folder] = tuple(
        PictureResult(path, 320, 240, two_nuclei()) for path in record.pictures
    )
    prompt_of(lab).clear()
    lab.view_model.results.go_to(1)
    prompt_of(lab).add_box(1, 2, 3, 4)
    lab.view_model.load_results(str(folder))
    await lab.view_model.wait()
    assert shown_in(lab) == (ShownPoint(10, 20),)
    assert prompt_of(lab).state.labels == ("cat",)
    await run(lab)
    assert lab.inference.prompts[-3:] == [asked, NO_PROMPT, NO_PROMPT]


@pytest.mark.parametrize(
    ("task", "decoder"),
    [("image-to-text", "asked-text"), ("visual-question-answering", "answer-scores")],
)
async def test_that_a_loaded_run_brings_its_question_to_its_own_model(
    task: str, decoder: str
) -> None:
    lab = Lab()
    lab.inference.decoder = decoder
    lab.view_model.set_save_to("results")
    await choose(lab, task, "a.png")
    await run(lab)
    prompt_of(lab).set_question("<OCR>")
    await run(lab)
    unasked, asked = lab.runs.records
    await choose(lab, task, name="other.onnx")
    prompt_of(lab).set_question("What is it?")
    for folder, question in ((unasked, ""), (asked, "<OCR>")):
        lab.view_model.load_results(str(folder))
        await lab.view_model.wait()
        assert prompt_of(lab).state.question == question
    await choose(lab, task, name="other.onnx")
    assert prompt_of(lab).state.question == "What is it?"


async def test_that_a_loaded_run_brings_its_labels_and_runs_nothing_by_itself() -> None:
    lab = Lab()
    await choose(lab, LABELLER, "a.png")
    prompt_of(lab).set_text("cat, dog")
    lab.view_model.set_save_to("results")
    await run(lab)
    ((folder, record),) = lab.runs.records.items()
    assert record.prompts == Prompts(Prompt(labels=("cat", "dog")))
    prompt_of(lab).set_text("bird")
    lab.view_model.load_results(str(folder))
    await lab.view_model.wait()
    assert prompt_of(lab).state.text == "cat, dog"
    assert len(lab.inference.prompts) == 1


async def test_that_a_run_of_a_model_that_asks_nothing_keeps_no_prompt() -> None:
    lab = Lab()
    await choose(lab, DETECTOR, "a.png")
    prompt_of(lab).set_text("cat")
    lab.view_model.set_save_to("results")
    await run(lab)
    assert lab.runs.records[Path("results/run 1")].prompts == NO_PROMPTS


def test_that_a_model_that_takes_boxes_gets_no_points() -> None:
    kind = prompt_kind("keypoint-detection")
    assert (kind, kind.takes_shapes, kind.is_needed) == (PromptKind.BOXES, True, False)
    drawn = Prompt(labels=("cat",), inside=((1, 2),), outside=((3, 4),), boxes=((5, 6, 7, 8),))
    taken = Prompts(drawn, (("a.png", drawn),)).taken_by(kind, ("a.png",))
    assert taken == Prompts(Prompt(boxes=drawn.boxes), (("a.png", Prompt(boxes=drawn.boxes)),))


@pytest.mark.parametrize(
    ("decoder", "architecture", "kind"),
    [
        ("pose-heatmaps", "", PromptKind.BOXES),
        ("", "VitPoseForPoseEstimation", PromptKind.BOXES),
        ("sapiens-heatmaps", "", PromptKind.BOXES),
        ("", "Sapiens2ForPoseEstimation", PromptKind.BOXES),
        ("yunet", "", PromptKind.NONE),
        ("yolo-pose-columns", "", PromptKind.NONE),
        ("interest-points", "", PromptKind.NONE),
        ("", "SuperPointForKeypointDetection", PromptKind.NONE),
    ],
)
def test_that_boxes_are_asked_for_only_where_they_count(
    decoder: str, architecture: str, kind: PromptKind
) -> None:
    found = prompt_kind("keypoint-detection", decoder=decoder, architecture=architecture)
    assert found is kind
    assert prompt_kind(MASKER, decoder="masks") is PromptKind.SHAPES


@pytest.mark.parametrize("decoder", ["pose-heatmaps", "yunet"])
async def test_that_a_model_that_finds_by_itself_is_not_asked_and_gets_no_boxes(
    decoder: str,
) -> None:
    lab = Lab()
    lab.inference.decoder = "pose-heatmaps"
    await choose(lab, "keypoint-detection", "a.png")
    prompt_of(lab).add_box(1, 2, 30, 40)
    lab.inference.decoder = decoder
    lab.view_model.check_again()
    await lab.view_model.wait()
    takes = decoder == "pose-heatmaps"
    assert (prompt_of(lab).state.kind is PromptKind.BOXES) is takes
    await run(lab)
    (prompt,) = lab.inference.prompts
    assert bool(prompt.boxes) is takes


@pytest.mark.parametrize(
    ("decoder", "architecture", "kind"),
    [
        ("asked-text", "", PromptKind.QUESTION),
        ("text", "", PromptKind.NONE),
        ("", "Florence2ForConditionalGeneration", PromptKind.QUESTION),
        ("", "BlipForConditionalGeneration", PromptKind.NONE),
        ("", "", PromptKind.NONE),
    ],
)
def test_that_only_networks_that_read_too_are_asked_questions(
    decoder: str, architecture: str, kind: PromptKind
) -> None:
    assert prompt_kind("image-to-text", decoder=decoder, architecture=architecture) is kind
    assert not kind.is_needed


@pytest.mark.parametrize(
    ("decoder", "architecture"), [("answer-scores", ""), ("", "ViltForQuestionAnswering")]
)
@pytest.mark.parametrize("task", ["visual-question-answering", "image-classification", None])
def test_that_networks_that_pick_answers_are_asked_questions(
    decoder: str, architecture: str, task: str | None
) -> None:
    assert prompt_kind(task, decoder=decoder, architecture=architecture) is PromptKind.QUESTION


@pytest.mark.parametrize(
    ("task", "decoder"),
    [("image-to-text", "asked-text"), ("visual-question-answering", "answer-scores")],
)
async def test_that_a_question_is_asked_and_may_be_left_out(task: str, decoder: str) -> None:
    lab = Lab()
    lab.inference.decoder = decoder
    await choose(lab, task, "a.png")
    await run(lab)
    prompt_of(lab).set_question(" <OCR> ")
    await run(lab)
    await choose(lab, DETECTOR)
    lab.inference.decoder = "detr"
    await run(lab)
    assert lab.inference.prompts == [NO_PROMPT, Prompt(question="<OCR>"), NO_PROMPT]


async def test_that_each_model_keeps_its_own_question() -> None:
    lab = Lab()
    lab.inference.decoder = "asked-text"
    await choose(lab, "image-to-text", "a.png", name="florence.onnx")
    prompt_of(lab).set_question("<OCR>")
    await choose(lab, "image-to-text", name="donut.onnx")
    assert prompt_of(lab).state.question == ""
    await run(lab)
    prompt_of(lab).set_question("What is the total?")
    await choose(lab, "image-to-text", name="florence.onnx")
    assert prompt_of(lab).state.question == "<OCR>"
    await run(lab)
    await choose(lab, "image-to-text", name="donut.onnx")
    assert prompt_of(lab).state.question == "What is the total?"
    prompt_of(lab).set_question("")
    await run(lab)
    assert lab.inference.prompts == [NO_PROMPT, Prompt(question="<OCR>"), NO_PROMPT]


async def test_that_no_model_that_is_still_looked_up_is_asked_the_question_of_another() -> None:
    lab = Lab()
    lab.inference.decoder = "asked-text"
    await choose(lab, "image-to-text", "a.png")
    prompt_of(lab).set_question("<OCR>")
    lab.view_model.set_local_path("/models/image-to-text/other.onnx")
    assert prompt_of(lab).state.question == ""
    await lab.view_model.wait()


async def test_that_a_model_of_the_hub_keeps_its_question_however_it_is_named() -> None:
    lab = Lab()
    lab.view_model.set_model_text("acme/florence")
    prompt_of(lab).set_question("<OCR>")
    for text, question in (
        ("acme/florence@v1:fp16", "<OCR>"),
        (f"{lab.hub.endpoint}/acme/florence/tree/main", "<OCR>"),
        ("acme/donut", ""),
        ("no model at all", ""),
    ):
        lab.view_model.set_model_text(text)
        assert prompt_of(lab).state.question == question
    await lab.close()


async def test_that_a_donut_of_the_hub_is_told_by_its_names() -> None:
    for name, kind in (("acme/donut-base", PromptKind.QUESTION), ("acme/ocr", PromptKind.NONE)):
        details = details_of(replace(a_model(task="image-text-to-text"), id=name))
        details = replace(details, architectures=("VisionEncoderDecoderModel",))
        assert (asked_by(details, TORCH), task_of(details)) == (kind, "image-to-text")


async def test_that_the_architecture_of_a_hub_model_tells_whether_it_takes_boxes() -> None:
    for architecture, kind in (
        ("VitPoseForPoseEstimation", PromptKind.BOXES),
        ("SuperPointForKeypointDetection", PromptKind.NONE),
    ):
        lab = Lab()
        details = details_of(a_model(task="keypoint-detection"))
        lab.hub.details["acme/nuclei"] = replace(details, architectures=(architecture,))
        await lab.choose("a.png")
        assert lab.view_model.state.status.fitness is Fitness.RUNS
        assert prompt_of(lab).state.kind is kind
        await lab.close()


async def test_that_a_copy_without_boxes_takes_points_alone() -> None:
    lab = Lab()
    lab.inference.takes_boxes = False
    await choose(lab, MASKER, "a.png")
    prompt = prompt_of(lab)
    prompt.set_runs_as_shown(is_on=False)
    assert (prompt.state.kind, PromptTool.BOX in prompt.state.tools) == (PromptKind.POINTS, False)
    prompt.choose_tool(PromptTool.BOX)
    assert prompt.state.tool is PromptTool.INSIDE
    prompt.add_point(10, 20, is_inside=True)
    await run(lab)
    assert lab.inference.prompts == [Prompt(inside=((10, 20),))]
    await lab.close()


async def test_that_boxes_of_another_model_do_not_become_everything_by_one_without() -> None:
    lab = Lab()
    await choose(lab, MASKER, "a.png")
    prompt_of(lab).set_runs_as_shown(is_on=False)
    prompt_of(lab).add_box(1, 2, 30, 40)
    lab.inference.takes_boxes = False
    lab.view_model.check_again()
    await lab.view_model.wait()
    assert prompt_of(lab).state.shown
    assert not prompt_of(lab).state.taken
    await run(lab)
    problem = lab.view_model.state.problem
    assert problem is not None
    assert "takes points, but no boxes" in problem.message
    assert not lab.inference.prompts
    await lab.close()


def test_that_an_export_of_sam_is_not_expected_to_take_boxes() -> None:
    for architecture, takes_boxes in (("SamModel", False), ("Sam2Model", True)):
        details = replace(details_of(a_model(task=MASKER)), architectures=(architecture,))
        assert asked_by(details, ONNX).takes_boxes is takes_boxes
        assert asked_by(details, TORCH).takes_boxes
        assert asked_by(details, ONNX, "converted").takes_boxes


@pytest.mark.parametrize(
    ("decoder", "architecture", "kind"),
    [
        ("label-things", "", PromptKind.LABELS),
        ("", "Sam3Model", PromptKind.LABELS),
        ("", "Sam3LiteTextModel", PromptKind.LABELS),
        ("shown-or-named", "", PromptKind.SHAPES_OR_LABELS),
        ("", "Sam3VideoModel", PromptKind.SHAPES_OR_LABELS),
        ("masks", "Sam3VideoModel", PromptKind.SHAPES),
    ],
)
def test_that_masks_are_asked_for_by_names_where_the_network_reads_them(
    decoder: str, architecture: str, kind: PromptKind
) -> None:
    found = prompt_kind(MASKER, decoder=decoder, architecture=architecture)
    assert found is kind
    assert found.takes_labels is (kind is not PromptKind.SHAPES)


async def test_that_what_is_drawn_in_a_picture_counts_before_what_is_named() -> None:
    lab = Lab()
    lab.inference.decoder = "shown-or-named"
    await choose(lab, MASKER, "a.png", "b.png")
    prompt = prompt_of(lab)
    assert not prompt.state.is_missing
    prompt.set_text("cat, dog")
    prompt.set_runs_as_shown(is_on=False)
    prompt.add_point(10, 20, is_inside=True)
    lab.view_model.set_save_to("results")
    await run(lab)
    named, shown = Prompt(labels=("cat", "dog")), Prompt(inside=((10, 20),))
    assert lab.inference.prompts == [shown, named]
    other = PromptViewModel()
    (record,) = lab.runs.records.values()
    other.repeat(record)
    assert other.state.labels == ("cat", "dog")
    assert other.state.shapes["a.png"] == (ShownPoint(10, 20, True),)
