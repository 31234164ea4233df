"""Labels, points and boxes on the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ailab.cli import make_parser
from ailab.cli_commands import run_pictures
from ailab.cli_info import run_info
from ailab.exit_status import FAILED, MISUSED, OK
from ailab.services.compatibility.compatibility import Compatibility
from ailab.services.compatibility.machine import Machine
from ailab.services.conversion.converted_model import CONVERTED
from ailab.services.inference.engine_table import ONNX
from ailab.services.inference.inference_errors import MissingPackageError
from ailab.services.inference.prompt import MOST_LETTERS, NO_PROMPT, Prompt
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.local_path import local_path
from fake_sheets import FakeSheets
from fakes import a_model, details_of
from inference_lab import Lab

LABELLER, MASKER, DETECTOR = "zero-shot-image-classification", "mask-generation", "object-detection"
POSER = "keypoint-detection"
MODEL = "model.onnx"
ENGINES = frozenset({ONNX})

Output = pytest.CaptureFixture[str]


async def call(lab: Lab, *arguments: str) -> int:
    """Carry out a command on view models over fakes; returns the exit status."""
    options = make_parser().parse_args(arguments)
    commanded: Any = SimpleNamespace(
        hub=lab.hub,
        queue=lab.downloads,
        worker=lab.inference,
        inference=lab.view_model,
        sheets=FakeSheets(),
        compatibility=Compatibility(lambda: False, look=lambda: Machine(engines=ENGINES)),
    )
    try:
        command = run_info if options.command == "info" else run_pictures
        return await command(commanded, options)
    finally:
        await lab.close()


def a_lab(task: str) -> Lab:
    lab = Lab()
    lab.inference.task = task
    return lab


async def test_that_labels_are_asked_of_every_picture() -> None:
    lab = a_lab(LABELLER)
    assert await call(lab, "run", MODEL, "a.png", "b.png", "--labels", "cat, dog,cat") == OK
    assert lab.inference.prompts == [Prompt(labels=("cat", "dog"))] * 2


async def test_that_labels_are_recorded(tmp_path: Path) -> None:
    lab = a_lab(LABELLER)
    arguments = ("run", MODEL, "a.png", "--labels", "cat", "--save-to", str(tmp_path))
    assert await call(lab, *arguments) == OK
    (record,) = lab.runs.records.values()
    assert record.prompts.every == Prompt(labels=("cat",))


async def test_that_points_and_boxes_are_asked_together_and_run_once() -> None:
    lab = a_lab(MASKER)
    shapes = ("--point", "10,20.5", "--point", "1,2", "--not-point", "3,4", "--box", "5,6,50,60")
    assert await call(lab, "run", MODEL, "a.png", *shapes, "--box", "0,0,9,9") == OK
    assert lab.inference.prompts == [
        Prompt(
            inside=((10, 20.5), (1, 2)),
            outside=((3, 4),),
            boxes=((5, 6, 50, 60), (0, 0, 9, 9)),
        )
    ]


async def test_that_a_question_is_asked_of_a_network_that_writes() -> None:
    lab = a_lab("image-to-text")
    lab.inference.decoder = "asked-text"
    assert await call(lab, "run", MODEL, "a.png", "--question", "<OCR>") == OK
    assert lab.inference.prompts == [Prompt(question="<OCR>")]


async def test_that_masks_of_everything_need_no_word() -> None:
    lab = a_lab(MASKER)
    assert await call(lab, "run", MODEL, "folder") == OK
    assert lab.inference.prompts == [NO_PROMPT] * 3


async def test_that_a_question_that_is_too_long_is_refused_not_cut(capsys: Output) -> None:
    lab = a_lab("image-to-text")
    lab.inference.decoder = "asked-text"
    question = "a" * (MOST_LETTERS + 1)
    assert await call(lab, "run", MODEL, "a.png", "--question", question) == MISUSED
    assert "has 2,001 letters, and at most 2,000" in capsys.readouterr().err
    assert not lab.inference.prompts


async def test_that_what_installs_a_missing_package_is_told_once(capsys: Output) -> None:
    lab = a_lab(DETECTOR)
    lab.inference.open_failure = MissingPackageError("OpenCV is missing.", "pip install x")
    assert await call(lab, "run", MODEL, "a.png") == FAILED
    assert capsys.readouterr().err.count("pip install x") == 1


async def test_that_a_zero_shot_model_without_labels_says_what_to_add(capsys: Output) -> None:
    lab = a_lab(LABELLER)
    assert await call(lab, "run", MODEL, "a.png") == MISUSED
    told = capsys.readouterr().err
    assert "model.onnx looks for what you name, and nothing is named." in told
    assert '--labels "cat, dog"' in told
    assert not lab.inference.prompts


@pytest.mark.parametrize(
    ("task", "arguments", "told"),
    [
        (DETECTOR, ("--labels", "cat"), ("does not take labels", "nothing beside the picture")),
        (DETECTOR, ("--point", "1,2"), ("does not take points", "nothing beside the picture")),
        (MASKER, ("--labels", "cat"), ("does not take labels", "points and boxes: --point")),
        (LABELLER, ("--box", "1,2,3,4"), ("does not take boxes", "labels to look for: --labels")),
        (DETECTOR, ("--question", "why"), ("does not take a question", "nothing beside")),
        (POSER, ("--point", "1,2"), ("does not take points", "boxes around the things: --box")),
        (LABELLER, ("--labels", "cat", "--not-point", "1,2"), ("does not take points",)),
    ],
)
async def test_that_a_model_is_not_asked_what_it_does_not_take(
    capsys: Output, task: str, arguments: tuple[str, ...], told: tuple[str, ...]
) -> None:
    lab = a_lab(task)
    assert await call(lab, "run", MODEL, "a.png", *arguments) == MISUSED
    error = capsys.readouterr().err
    assert all(words in error for words in told)
    assert not lab.inference.prompts


async def test_that_a_model_that_finds_points_by_itself_takes_no_boxes(capsys: Output) -> None:
    lab = a_lab(POSER)
    lab.inference.decoder = "yunet"
    assert await call(lab, "run", MODEL, "a.png", "--box", "1,2,30,40") == MISUSED
    assert "does not take boxes" in capsys.readouterr().err
    lab = a_lab(POSER)
    lab.inference.decoder = "yunet"
    assert await call(lab, "info", MODEL) == OK
    assert "asks for" not in capsys.readouterr().out


async def test_that_a_copy_without_boxes_says_so(capsys: Output) -> None:
    lab = a_lab(MASKER)
    lab.inference.takes_boxes = False
    assert await call(lab, "run", MODEL, "a.png", "--box", "1,2,30,40") == MISUSED
    error = capsys.readouterr().err
    assert "does not take boxes" in error
    assert "points: --point, --not-point" in error


async def test_that_a_model_that_takes_names_or_shapes_is_given_one_of_them(
    capsys: Output,
) -> None:
    for arguments, asked in (
        (("--labels", "cat"), Prompt(labels=("cat",))),
        (("--point", "1,2"), Prompt(inside=((1.0, 2.0),))),
        ((), NO_PROMPT),
    ):
        lab = a_lab(MASKER)
        lab.inference.decoder = "shown-or-named"
        assert await call(lab, "run", MODEL, "a.png", *arguments) == OK
        assert lab.inference.prompts == [asked]
    lab = a_lab(MASKER)
    lab.inference.decoder = "shown-or-named"
    capsys.readouterr()
    both = ("--labels", "cat", "--point", "1,2")
    assert await call(lab, "run", MODEL, "a.png", *both) == MISUSED
    assert "takes labels, or points and boxes, and is given both" in capsys.readouterr().err
    lab = a_lab(MASKER)
    lab.inference.decoder = "shown-or-named"
    assert await call(lab, "info", MODEL) == OK
    assert "labels to look for: --labels" in capsys.readouterr().out


async def test_that_more_labels_than_are_looked_for_at_once_are_refused(capsys: Output) -> None:
    lab = a_lab(LABELLER)
    labels = ",".join(map(str, range(1001)))
    assert await call(lab, "run", MODEL, "a.png", "--labels", labels) == MISUSED
    assert "At most 1,000 labels" in capsys.readouterr().err


async def test_that_points_are_refused_for_several_pictures(capsys: Output) -> None:
    lab = a_lab(MASKER)
    assert await call(lab, "run", MODEL, "folder", "--point", "1,2") == MISUSED
    assert "belong to one picture, and 3 are named" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "text", "told"),
    [
        ("--point", "1", "'1' is not X,Y in pixels"),
        ("--point", "1,a", "'1,a' is not X,Y in pixels"),
        ("--not-point", "1,nan", "'1,nan' is not X,Y in pixels"),
        ("--box", "1,2,3", "'1,2,3' is not X0,Y0,X1,Y1 in pixels"),
        ("--box", "5,5,5,9", "5,5,5,9 is no box"),
    ],
)
def test_that_what_is_no_point_or_box_is_told(
    capsys: Output, option: str, text: str, told: str
) -> None:
    with pytest.raises(SystemExit) as leaving:
        make_parser().parse_args(("run", MODEL, "a.png", option, text))
    assert leaving.value.code == MISUSED
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("task", "line", "name"),
    [
        (LABELLER, 'asks for      labels to look for: --labels "cat, dog"', '"prompt": "labels"'),
        (MASKER, "asks for      points and boxes: --point", '"prompt": "shapes"'),
        (DETECTOR, "classes       nucleus, mitosis", '"prompt": null'),
    ],
)
async def test_that_info_says_what_a_model_asks_for(
    capsys: Output, task: str, line: str, name: str
) -> None:
    assert await call(a_lab(task), "info", MODEL) == OK
    assert line in capsys.readouterr().out
    assert await call(a_lab(task), "info", MODEL, "--json") == OK
    assert name in capsys.readouterr().out


async def test_that_info_tells_of_what_was_made_of_a_folder(
    capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = a_lab(DETECTOR)
    opened = lab.inference.open

    async def open_made(_: str) -> RunnableModel:
        return replace(await opened("/data/converted/own/onnx/model.onnx"), variant=CONVERTED)

    monkeypatch.setattr(lab.inference, "open", open_made)
    assert await call(lab, "info", MODEL, "--json") == OK
    told = json.loads(capsys.readouterr().out)
    assert (told["path"], told["variant"]) == (str(local_path(MODEL)), CONVERTED)


async def test_that_info_lists_what_is_needed_of_other_repositories(capsys: Output) -> None:
    lab = Lab()
    files = ("config.json", "preprocessor_config.json", "vocab.json", "onnx/model.onnx")
    told = {}
    for architecture in ("MgpstrForSceneTextRecognition", "ViTForImageClassification"):
        model = replace(a_model("acme/reader", task="image-to-text"), library="transformers")
        details = details_of(model, *files)
        lab.hub.details[model.id] = replace(details, architectures=(architecture,))
        assert await call(lab, "info", model.id, "--json") == OK
        told[architecture] = json.loads(capsys.readouterr().out)["companions"]
    assert told["MgpstrForSceneTextRecognition"] == [
        {"id": "openai-community/gpt2", "files": ["tokenizer.json"]},
        {"id": "google-bert/bert-base-uncased", "files": ["tokenizer.json"]},
    ]
    assert told["ViTForImageClassification"] == []


async def test_that_info_lists_the_answers_of_a_model_that_is_asked(capsys: Output) -> None:
    lab = a_lab("visual-question-answering")
    lab.inference.decoder = "answer-scores"
    assert await call(lab, "info", MODEL) == OK
    told = capsys.readouterr().out
    assert "answers       nucleus, mitosis" in told
    assert "classes" not in told


async def test_that_info_tells_no_classes_of_a_model_that_writes(
    capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = a_lab("image-to-text")
    opened = lab.inference.open

    async def open_without(path: str) -> RunnableModel:
        return replace(await opened(path), labels=())

    monkeypatch.setattr(lab.inference, "open", open_without)
    assert await call(lab, "info", MODEL) == OK
    assert "classes" not in capsys.readouterr().out


async def test_that_info_says_what_a_model_of_the_hub_asks_for(capsys: Output) -> None:
    lab = Lab()
    lab.hub = type(lab.hub)(a_model(task=MASKER))
    assert await call(lab, "info", "acme/nuclei") == OK
    assert "asks for      points and boxes" in capsys.readouterr().out
