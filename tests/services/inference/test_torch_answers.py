"""Networks that pick an answer to a question, on PyTorch and as ONNX."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.loaded_model import LoadedModel, load_model
from ailab.services.inference.open_model import open_model
from ailab.services.inference.pipeline import BatchPipeline
from ailab.services.inference.predictions import Classification
from ailab.services.inference.prompt import NO_PROMPT, Prompt
from ailab.services.inference.prompt_kind import PromptKind

torch = pytest.importorskip("torch", reason="the extra torch is not installed")

from tiny_networks.answers import ANSWERS, AnswerCase  # noqa: E402 - needs PyTorch

pytestmark = pytest.mark.filterwarnings("ignore")  # of PyTorch and transformers themselves

CATS = Prompt(question="two cat near the dog")


@pytest.fixture(scope="module")
def picture() -> npt.NDArray[np.uint8]:
    small = np.random.default_rng(3).integers(0, 256, (9, 13, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(small).resize((131, 97), Image.Resampling.BICUBIC))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("vilt")
    AnswerCase().save(folder)
    return folder


@pytest.fixture(scope="module")
def loaded(folder: Path) -> LoadedModel:
    return load_model(open_model(folder))


def scores(loaded: LoadedModel, picture: npt.NDArray[np.uint8], prompt: Prompt) -> dict[str, float]:
    found = loaded.predict(picture, prompt).prediction
    assert isinstance(found, Classification)
    return {each.label: each.score for each in found.scores}


def test_that_a_persons_question_is_answered_as_by_transformers(
    tmp_path: Path, picture: npt.NDArray[np.uint8]
) -> None:
    case = AnswerCase(prompt=CATS)
    compare = case.save(tmp_path)
    model = open_model(tmp_path)
    assert (model.task, model.asks_for) == ("visual-question-answering", PromptKind.QUESTION)
    assert model.labels == ANSWERS
    found = load_model(model).predict(picture, CATS).prediction
    assert all(each.is_small for each in compare(Image.fromarray(picture), found))


def test_that_the_question_decides_and_is_told_whether_typed_or_the_usual_one(
    loaded: LoadedModel, picture: npt.NDArray[np.uint8]
) -> None:
    usual = scores(loaded, picture, NO_PROMPT)
    assert usual != scores(loaded, picture, CATS)
    assert usual == scores(loaded, picture, Prompt(question="What is in the picture?"))
    assert loaded.asked(CATS) == CATS.question
    assert loaded.asked(NO_PROMPT) == "What is in the picture?"


def test_that_answers_are_judged_each_by_itself(
    loaded: LoadedModel, picture: npt.NDArray[np.uint8]
) -> None:
    assert sum(scores(loaded, picture, NO_PROMPT).values()) > 1.01


def test_that_a_question_that_is_too_long_is_refused_not_cut(
    loaded: LoadedModel, picture: npt.NDArray[np.uint8]
) -> None:
    # With its two marks a question of 38 words is as long as the network reads.
    assert scores(loaded, picture, Prompt(question="cat " * 38))
    with pytest.raises(ModelFileError, match="more words and signs") as told:
        scores(loaded, picture, Prompt(question="cat " * 39))
    assert "40 at most" in told.value.message
    assert "fewer words" in told.value.advice


def test_that_all_of_a_picture_is_seen_and_always_in_the_same_order(
    folder: Path, tmp_path: Path, loaded: LoadedModel, picture: npt.NDArray[np.uint8]
) -> None:
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    config = json.loads((tmp_path / "config.json").read_text(encoding="utf-8"))
    config["max_image_length"] = 5  # of 64 patches and more
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    bounded = load_model(open_model(tmp_path))
    whole = scores(loaded, picture, NO_PROMPT)
    assert scores(loaded, picture, NO_PROMPT) == whole
    assert scores(bounded, picture, NO_PROMPT) == whole


def test_that_several_pictures_are_asked_at_once(
    loaded: LoadedModel, picture: npt.NDArray[np.uint8]
) -> None:
    pipeline = loaded.pipeline
    assert isinstance(pipeline, BatchPipeline)
    other = np.ascontiguousarray(picture[:, ::-1])
    prepared = [pipeline.prepare(each, CATS) for each in (picture, other)]
    assert pipeline.batch_key(prepared[0]) == pipeline.batch_key(prepared[1]) is not None
    together = [pipeline.finish(answer) for answer in pipeline.run_all(prepared)]
    for each, found in zip((picture, other), together, strict=True):
        assert isinstance(found, Classification)
        alone = scores(loaded, each, CATS)
        assert all(abs(alone[one.label] - one.score) < 1e-5 for one in found.scores)


def test_that_answers_without_names_go_by_their_numbers(
    folder: Path, tmp_path: Path, picture: npt.NDArray[np.uint8]
) -> None:
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    config = json.loads((tmp_path / "config.json").read_text(encoding="utf-8"))
    for name in ("id2label", "label2id"):
        config.pop(name)
    config["num_labels"] = len(ANSWERS)
    config["max_position_embeddings"] = 40
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    model = open_model(tmp_path)
    assert model.labels == ()
    found = scores(load_model(model), picture, NO_PROMPT)
    assert set(found) == {f"LABEL_{number}" for number in range(len(ANSWERS))}


def test_that_a_model_without_its_tokenizer_is_refused(folder: Path, tmp_path: Path) -> None:
    for file in folder.iterdir():
        if not file.name.startswith("tokenizer"):
            (tmp_path / file.name).write_bytes(file.read_bytes())
    with pytest.raises(ModelFileError, match=r"without tokenizer\.json"):
        load_model(open_model(tmp_path))


@pytest.mark.slow
def test_that_what_is_converted_takes_pictures_and_questions_of_any_length(tmp_path: Path) -> None:
    case = AnswerCase()
    case.save(tmp_path)
    case.export(tmp_path)
    model = open_model(tmp_path, variant="fp32")
    assert (model.engine, model.asks_for) == ("onnxruntime", PromptKind.QUESTION)
    before, after = load_model(open_model(tmp_path, variant="safetensors")), load_model(model)
    chance = np.random.default_rng(5)
    for size in ((97, 131), (200, 61), (64, 64)):
        noise = chance.integers(0, 256, (*size, 3), dtype=np.uint8)
        for prompt in (NO_PROMPT, CATS, replace(CATS, question="cat")):
            theirs, ours = scores(before, noise, prompt), scores(after, noise, prompt)
            assert max(abs(ours[name] - score) for name, score in theirs.items()) < 1e-4
