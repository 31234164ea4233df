"""Labels on ONNX Runtime: small graphs whose answers are reckoned by hand, without PyTorch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import helper, numpy_helper

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.inference_service import InferenceService
from ailab.services.inference.loaded_model import LoadedModel, load_model
from ailab.services.inference.open_model import open_model
from ailab.services.inference.predictions import Classification, Detections, Segmentation
from ailab.services.inference.prompt import NO_PROMPT, Prompt
from colour_words import (
    BOXES,
    WORDS,
    Shape,
    colour_finder,
    colour_mapper,
    colour_scorer,
    colour_vectors,
    describe,
    save_graph,
    word_parts,
    write_tokenizer,
)

PIXELS = np.zeros((20, 40, 3), np.uint8)
PIXELS[..., 0], PIXELS[..., 1] = 255, 51  # means: 1, 0.2, 0


def phrase_finder(folder: Path) -> Path:
    """Each token of one text scores 2 times the mean of its colour, less 1 for the second box;
    what follows the text is no token."""
    inputs, nodes, constants = word_parts([1, "length"], None)
    nodes += [
        helper.make_node("Transpose", ["colours"], ["column"], perm=[1, 0]),
        helper.make_node("MatMul", ["tokens", "column"], ["scores"]),
        helper.make_node("Transpose", ["scores"], ["row"], perm=[0, 2, 1]),
        helper.make_node("Mul", ["row", "two"], ["doubled"]),
        helper.make_node("Add", ["doubled", "less"], ["boxed"]),
        helper.make_node("Pad", ["boxed", "pads", "nothing"], ["logits"]),
        helper.make_node("Identity", ["boxes"], ["pred_boxes"]),
    ]
    constants += [
        numpy_helper.from_array(np.array(2, np.float32), "two"),
        numpy_helper.from_array(np.array([[[0], [-1]]], np.float32), "less"),
        numpy_helper.from_array(np.array([0, 0, 0, 0, 0, 5]), "pads"),
        numpy_helper.from_array(np.array(-np.inf, np.float32), "nothing"),
        numpy_helper.from_array(BOXES, "boxes"),
    ]
    write_tokenizer(folder)
    describe(folder, "GroundingDinoForObjectDetection", max_text_len=12)
    return save_graph(folder, nodes, inputs, ("logits", "pred_boxes"), constants)


def load(folder: Path) -> LoadedModel:
    return load_model(open_model(folder))


def scores(loaded: LoadedModel, *labels: str) -> dict[str, float]:
    found = loaded.predict(PIXELS, Prompt(labels=labels)).prediction
    assert isinstance(found, Classification)
    assert list(found.scores) == sorted(found.scores, key=lambda each: -each.score)
    return {each.label: each.score for each in found.scores}


def sigmoid(value: float) -> float:
    return float(1 / (1 + np.exp(-value)))


@pytest.mark.parametrize(
    ("ids", "mask"),
    [
        (["labels", "length"], "attention_mask"),
        (["labels", 30], "attention_mask"),
        ([2, "length"], "attention_mask"),
        ([1, 30], "attention_mask"),
    ],
)
def test_that_labels_score_by_softmax(tmp_path: Path, ids: Shape, mask: str) -> None:
    loaded = load(colour_scorer(tmp_path, ids=ids, mask=mask))
    found = scores(loaded, "Green", "red", "dark blue")
    # Colour means 1, 0.2, 0: green 0.2, red 1, dark 0.6 + blue 0.
    weights = {"Green": np.exp(0.2), "red": np.exp(1.0), "dark blue": np.exp(0.6)}
    total = sum(weights.values())
    assert found == pytest.approx({each: w / total for each, w in weights.items()}, rel=1e-5)
    assert list(found) == ["red", "dark blue", "Green"]


def test_that_places_stay_those_in_which_labels_were_typed(tmp_path: Path) -> None:
    loaded = load(colour_scorer(tmp_path))
    found = loaded.predict(PIXELS, Prompt(labels=("green", " red ", "  "))).prediction
    assert isinstance(found, Classification)
    assert {each.label: each.class_id for each in found.scores} == {"green": 0, "red": 1}


def test_that_siglip_scores_each_label_by_itself_in_texts_of_64_tokens(tmp_path: Path) -> None:
    loaded = load(colour_scorer(tmp_path, "SiglipModel", mask=None))
    # 5 words around the label and 58 fillers of 9 (1 + 0.2 + 0) each.
    filled = 58 * 9 * 1.2
    assert loaded.pipeline.prepare(PIXELS, Prompt(labels=("red",))).batches[0].feeds[
        "input_ids"
    ].shape == (1, 64)
    assert scores(loaded, "red") == pytest.approx({"red": sigmoid(1 + filled)})


def test_that_vectors_without_scores_are_compared_by_their_cosine(tmp_path: Path) -> None:
    model = open_model(colour_vectors(tmp_path))
    assert "relative" in model.note
    found = scores(load_model(model), "dark red", "green red")
    picture, words = np.array([1, 0.2, 0]), np.array([[1.5, 0.5, 0.5], [1, 1, 0]])
    cosines = words @ picture / np.linalg.norm(words, axis=1) / np.linalg.norm(picture)
    weights = np.exp(100 * (cosines - cosines.max()))
    shares = (weights / weights.sum()).tolist()
    expected = dict(zip(("dark red", "green red"), shares, strict=True))
    assert found == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("ids", [["labels", "length"], [1, 16], [2, 16]])
def test_that_every_label_is_looked_for_in_every_box(tmp_path: Path, ids: Shape) -> None:
    model = open_model(colour_finder(tmp_path, ids=ids))
    assert model.task == "zero-shot-object-detection"
    assert model.default_threshold == 0.1
    found = load_model(model).predict(PIXELS, Prompt(labels=("blue", "red", "dark"))).prediction
    assert isinstance(found, Detections)
    whole, left = (10, 5, 30, 15), (0, 0, 20, 20)
    assert [(each.label, each.class_id) for each in found.items] == [
        ("red", 1), ("dark", 2), ("blue", 0), ("red", 1), ("dark", 2), ("blue", 0),
    ]  # fmt: skip
    expected = [(1, whole), (0.6, whole), (0, whole), (0, left), (-0.4, left), (-1, left)]
    order = sorted(expected, key=lambda each: -each[0])
    for one, (logit, box) in zip(found.items, order, strict=True):
        assert one.score == pytest.approx(sigmoid(logit), rel=1e-5)
        assert one.box == pytest.approx(box)


def test_that_phrases_share_a_text_and_get_their_tokens_boxes(tmp_path: Path) -> None:
    model = open_model(phrase_finder(tmp_path))
    assert model.default_threshold == 0.25
    loaded = load_model(model)
    prompt = Prompt(labels=("Green. thing", "dark", "blue red"))
    prepared = loaded.pipeline.prepare(PIXELS, prompt)
    tokens = [WORDS[number] for number in prepared.text.feeds["input_ids"][0]]
    assert tokens == ["green", "[UNK]", ".", "dark", ".", "blue", "red", "."]
    assert list(prepared.text.owners) == [0, 0, -1, 1, -1, 2, 2, -1]
    found = loaded.predict(PIXELS, prompt).prediction
    assert isinstance(found, Detections)
    # The best token is red, 2 × 1, in either box.
    assert [(each.label, each.class_id) for each in found.items] == [("blue red", 2)] * 2
    assert [each.score for each in found.items] == pytest.approx([sigmoid(2), sigmoid(1)])
    assert found.items[0].box == pytest.approx((10, 5, 30, 15))


@pytest.mark.parametrize("ids", [["labels", "length"], [1, 16], [2, 16]])
def test_that_every_label_has_a_region_where_it_is_seen(tmp_path: Path, ids: Shape) -> None:
    model = open_model(colour_mapper(tmp_path, ids=ids))
    assert (model.task, model.default_threshold) == ("image-segmentation", 0.5)
    pixels = np.zeros((16, 32, 3), np.uint8)
    pixels[:8, :16, 0], pixels[:8, 16:, 1] = 255, 204  # red, a darker green, and black below
    found = load_model(model).predict(pixels, Prompt(labels=("blue", "green", "red"))).prediction
    assert isinstance(found, Segmentation)
    assert {each.label: each.class_id for each in found.segments} == {"red": 2, "green": 1}
    scores = {each.label: each.score for each in found.segments}
    assert 0.5 < scores["green"] <= sigmoid(0.3) < scores["red"] <= sigmoid(0.5)
    index = {each.label: each.index for each in found.segments}
    labels = np.frombuffer(found.label_map.unpack(), np.uint8).reshape(16, 32)
    assert (labels[:6, :14] == index["red"]).all()
    assert (labels[:6, 18:] == index["green"]).all()
    assert not labels[10:].any()


def test_that_the_one_map_of_a_single_label_may_stand_alone(tmp_path: Path) -> None:
    loaded = load(colour_mapper(tmp_path, is_squeezed=True))
    found = loaded.predict(PIXELS, Prompt(labels=("red",))).prediction
    assert isinstance(found, Segmentation)
    assert [(each.label, each.area) for each in found.segments] == [("red", 1)]


@pytest.mark.parametrize("make", [colour_scorer, colour_finder, colour_mapper, phrase_finder])
@pytest.mark.parametrize("prompt", [NO_PROMPT, Prompt(labels=("", "  "))])
def test_that_a_model_without_labels_says_what_to_type(
    tmp_path: Path, make: Any, prompt: Prompt
) -> None:
    loaded = load(make(tmp_path))
    with pytest.raises(ModelFileError) as caught:
        loaded.predict(PIXELS, prompt)
    assert "what to look for" in caught.value.message
    assert "Type labels" in caught.value.advice


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (("red",) * 5 + ("green thing",), "takes a text of 12 tokens"),
        (("red", "..."), "no word in the label “...”"),
        (("red",) * 1001, "1001 labels"),
    ],
)
def test_that_what_does_not_fit_into_a_text_is_told(
    tmp_path: Path, labels: tuple[str, ...], said: str
) -> None:
    loaded = load(phrase_finder(tmp_path))
    with pytest.raises(ModelFileError, match=said):
        loaded.predict(PIXELS, Prompt(labels=labels))


def test_that_labels_are_tokenised_once_for_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = load(colour_scorer(tmp_path))
    before = scores(loaded, "red", "green")
    tokens: Any = loaded.pipeline._words.tokens  # type: ignore[attr-defined]  # watched from within
    monkeypatch.setattr(tokens, "encodings", lambda _: pytest.fail("tokenised anew"))
    assert scores(loaded, "red", "green") == before


def test_that_odd_labels_do_no_harm(tmp_path: Path) -> None:
    odd = ("red\nred", "\ud800", "{}", "x" * 5000, "🐈")
    found = scores(load(colour_scorer(tmp_path)), *odd)
    assert len(found) == len(odd)
    assert all(len(label) <= 200 for label in found)
    assert max(found, key=lambda label: found[label]) == "red red"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (None, "without tokenizer.json"),
        ("{", "tokenizer.json, which turns words into numbers, is damaged"),
        ('{"version": "1.0", "model": {"type": "Evil"}}', "is damaged or of a kind"),
        ("[" * 100_000, "is damaged"),
        ('{"model": 1e999}', "is damaged"),
    ],
)
def test_that_a_tokenizer_that_cannot_be_read_is_told(
    tmp_path: Path, written: str | None, said: str
) -> None:
    folder = colour_scorer(tmp_path)
    tokenizer = folder / "tokenizer.json"
    tokenizer.unlink() if written is None else tokenizer.write_text(written)
    with pytest.raises(ModelFileError) as caught:
        load(folder)
    assert said in caught.value.message
    assert caught.value.advice


def test_that_a_network_without_words_is_refused(tmp_path: Path) -> None:
    write_tokenizer(tmp_path)
    describe(tmp_path, "CLIPModel")
    save_graph(tmp_path, [], [], ("colours",), [])
    with pytest.raises(ModelFileError, match="takes no words"):
        load(tmp_path)


def test_that_answers_of_another_kind_are_refused(tmp_path: Path) -> None:
    folder = colour_scorer(tmp_path)
    describe(folder, "OwlViTForObjectDetection")
    loaded = load(folder)
    with pytest.raises(ModelFileError, match="expected logits and pred_boxes"):
        loaded.predict(PIXELS, Prompt(labels=("red",)))
    describe(folder, "CLIPSegForImageSegmentation")
    with pytest.raises(ModelFileError, match="expected one map per label"):
        load(folder).predict(PIXELS, Prompt(labels=("red",)))


async def test_that_the_worker_looks_for_labels(tmp_path: Path) -> None:
    from PIL import Image  # noqa: PLC0415

    folder = tmp_path / "model"
    folder.mkdir()
    picture = tmp_path / "red.png"
    Image.fromarray(PIXELS).save(picture)
    service = InferenceService()
    try:
        model = await service.open(str(colour_scorer(folder)))
        result = await service.predict(
            model, str(picture), threshold=0.1, save_to=None, prompt=Prompt(labels=("green", "red"))
        )
        assert isinstance(result.prediction, Classification)
        assert result.prediction.scores[0].label == "red"
        with pytest.raises(ModelFileError, match="what to look for"):
            await service.predict(model, str(picture), threshold=0.1, save_to=None)
    finally:
        await service.close()
