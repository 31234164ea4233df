"""Networks that are told in words what to look for, by ailab and by transformers' pipelines."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.open_model import open_model
from ailab.services.inference.predictions import Classification, Detections, Segmentation
from ailab.services.inference.prompt import Prompt

torch = pytest.importorskip("torch", reason="the extra torch is not installed")
transformers = pytest.importorskip("transformers", reason="the extra torch is not installed")

from ailab.services.inference.loaded_model import LoadedModel, load_model  # noqa: E402
from tiny_networks.label_scorers import MAPPERS  # noqa: E402 - needs PyTorch
from tiny_networks.zero_shot import (  # noqa: E402 - needs PyTorch
    CLASSIFIERS,
    DETECTORS,
    GROUNDED,
    LABELS,
    Make,
    Tiny,
)
from tiny_networks.zero_shot_exports import export_grounding_dino, export_zero_shot  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")  # of PyTorch and transformers themselves

Pixels = npt.NDArray[np.uint8]
ASKED = Prompt(labels=LABELS)


def _picture(height: int, width: int, mode: str = "RGB") -> Image.Image:
    random = np.random.default_rng(height)
    small = random.integers(0, 255, (6, 8, len(mode)), dtype=np.uint8).squeeze()
    return Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC)


PICTURES = {
    "landscape": _picture(101, 150),
    "portrait": _picture(151, 97),
    "grey": _picture(64, 64, "L"),
    "transparent": _picture(33, 47, "RGBA"),
}


@pytest.fixture
def save(tmp_path: Path) -> Callable[[Make], Tiny]:
    def made(make: Make) -> Tiny:
        if "owlv2" in make.__name__:
            pytest.importorskip("scipy", reason="OWLv2's processor needs SciPy")
        return make(tmp_path)

    return made


def _load(folder: Path) -> LoadedModel:
    return load_model(open_model(folder))


def _pixels(picture: Image.Image) -> Pixels:
    return np.asarray(picture.convert("RGB"))


@pytest.mark.parametrize("family", CLASSIFIERS)
def test_that_labels_score_as_in_the_pipeline(
    save: Callable[[Make], Tiny], tmp_path: Path, family: str
) -> None:
    save(CLASSIFIERS[family])
    pipeline = transformers.pipeline(
        "zero-shot-image-classification", model=str(tmp_path), device="cpu"
    )
    loaded = _load(tmp_path)
    for name, picture in PICTURES.items():
        expected = pipeline(picture.convert("RGB"), candidate_labels=list(LABELS))
        found = loaded.predict(_pixels(picture), ASKED).prediction
        assert isinstance(found, Classification)
        assert [each.label for each in found.scores] == [each["label"] for each in expected], name
        for ours, theirs in zip(found.scores, expected, strict=True):
            assert ours.score == pytest.approx(theirs["score"], abs=1e-5)
            assert LABELS[ours.class_id] == ours.label


@pytest.mark.parametrize("family", DETECTORS)
def test_that_boxes_for_labels_are_those_of_the_pipeline(
    save: Callable[[Make], Tiny], tmp_path: Path, family: str
) -> None:
    save(DETECTORS[family])
    pipeline = transformers.pipeline(
        "zero-shot-object-detection", model=str(tmp_path), device="cpu"
    )
    model = open_model(tmp_path)
    assert model.default_threshold == 0.1
    loaded = load_model(model)
    for name, picture in PICTURES.items():
        expected = pipeline(picture.convert("RGB"), candidate_labels=list(LABELS), threshold=0.1)
        found = loaded.predict(_pixels(picture), ASKED).prediction
        assert isinstance(found, Detections)
        ours = [each for each in found.items if each.score > 0.1]
        assert len(ours) == len(expected) > 0, name
        _compare(
            [(each.label, each.score, each.box) for each in ours],
            [
                (each["label"], each["score"], tuple(each["box"].values()))  # whole pixels
                for each in expected
            ],
            pixels=1.01,
        )


@pytest.mark.parametrize("family", GROUNDED)
def test_that_boxes_for_phrases_are_those_of_the_processor(
    save: Callable[[Make], Tiny], tmp_path: Path, family: str
) -> None:
    tiny = save(GROUNDED[family])
    processor = transformers.GroundingDinoProcessor(tiny.image_processor, tiny.tokenizer)
    loaded = _load(tmp_path)
    for name, picture in PICTURES.items():
        inputs = processor(images=picture.convert("RGB"), text=[list(LABELS)], return_tensors="pt")
        with torch.no_grad():
            outputs = tiny.network(**inputs)
        expected = processor.post_process_grounded_object_detection(
            outputs,
            inputs["input_ids"],
            threshold=0.06,
            text_threshold=0.06,
            target_sizes=[(picture.height, picture.width)],
        )[0]
        found = loaded.predict(_pixels(picture), ASKED).prediction
        assert isinstance(found, Detections)
        ours = [each for each in found.items if each.score > 0.06]
        assert len(ours) == len(expected["scores"]) > 0, name
        owners = _owners(inputs["input_ids"][0])
        assert owners.max() == len(LABELS) - 1
        kept = np.flatnonzero(outputs.logits[0].sigmoid().max(dim=-1).values.numpy() > 0.06)
        order = np.argsort(-expected["scores"].numpy(), kind="stable")
        for one, index in zip(ours, order, strict=True):
            assert one.score == pytest.approx(float(expected["scores"][index]), abs=1e-5)
            assert np.abs(np.array(one.box) - expected["boxes"][index].numpy()).max() < 0.01
            # There, what tokens of whatever labels say together; here, the best one's label.
            tokens = outputs.logits[0, kept[index], : len(owners)].numpy()
            assert one.class_id == owners[int(np.where(owners < 0, -np.inf, tokens).argmax())]


def _owners(ids: Any) -> npt.NDArray[np.intp]:
    """The label of each token of a text; -1 for full stops, [CLS] and [SEP]."""
    owners, label = [], 0
    for token in ids.tolist():
        owners.append(-1 if token in _STOPS else label)
        label += token == _FULL_STOP
    return np.array(owners)


_FULL_STOP = 1012
_STOPS = {101, 102, _FULL_STOP}


Found = list[tuple[str, float, tuple[float, ...]]]


def _compare(ours: Found, theirs: Found, *, pixels: float) -> None:
    """Detections in any order: those that score alike may change places."""
    left = list(theirs)
    for label, score, box in ours:
        near = [
            other
            for other in left
            if other[0] == label
            and abs(other[1] - score) < 1e-3
            and np.abs(np.array(other[2]) - box).max() < pixels
        ]
        assert near, (label, score, box)
        left.remove(min(near, key=lambda other: abs(other[1] - score)))
    assert not left


@pytest.mark.parametrize("family", ["CLIP", "SigLIP 2", "OWL-ViT", "Grounding DINO", *MAPPERS])
def test_that_a_second_picture_is_not_told_anew_and_answered_the_same(
    save: Callable[[Make], Tiny],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    family: str,
) -> None:
    save({**CLASSIFIERS, **DETECTORS, **GROUNDED, **MAPPERS}[family])
    first, second = (_pixels(PICTURES[name]) for name in ("landscape", "portrait"))
    alone = _load(tmp_path).predict(second, ASKED).prediction
    loaded = _load(tmp_path)
    network: Any = loaded.network._network  # type: ignore[attr-defined]  # counted from within
    names = ("text_model", "text_backbone")
    encoder = next(m for n, m in network.named_modules() if n.rpartition(".")[2] in names)
    layer = next(
        m
        for n, m in encoder.named_modules()
        if n.endswith("layers.0" if family != "Grounding DINO" else "layer.0")
    )
    runs: list[int] = []
    layer.register_forward_pre_hook(lambda *_: runs.append(1))
    loaded.predict(first, ASKED)
    tokens: Any = loaded.pipeline._words.tokens  # type: ignore[attr-defined]  # watched from within
    monkeypatch.setattr(tokens, "encodings", lambda _: pytest.fail("tokenised anew"))
    assert loaded.predict(second, ASKED).prediction == alone
    assert len(runs) == 1
    monkeypatch.undo()
    other = loaded.predict(second, Prompt(labels=("debris",))).prediction
    assert len(runs) == 2
    assert other != alone


def test_that_many_labels_are_told_apart_as_few_and_by_files_as_old_as_clipseg_s(
    save: Callable[[Make], Tiny], tmp_path: Path
) -> None:
    save(MAPPERS["CLIPSegForImageSegmentation"])
    picture = _pixels(PICTURES["portrait"])
    few = _load(tmp_path).predict(picture, ASKED).prediction
    assert isinstance(few, Segmentation)
    assert {each.label for each in few.segments} == set(LABELS)
    written = json.loads((described := tmp_path / "preprocessor_config.json").read_text("utf-8"))
    kept = {key: written[key] for key in ("do_normalize", "do_resize", "image_mean", "image_std")}
    old = {"feature_extractor_type": "ViTFeatureExtractor", "resample": 2, "size": 48}
    described.write_text(json.dumps({**kept, **old}), encoding="utf-8")
    loaded = _load(tmp_path)
    many = loaded.predict(picture, Prompt(labels=(*LABELS, *LABELS, *LABELS))).prediction
    assert isinstance(many, Segmentation)
    assert many.label_map == few.label_map  # of equals the first
    ours, theirs = (np.frombuffer(each.confidence.unpack(), np.uint8) for each in (many, few))
    assert np.abs(np.subtract(ours, theirs, dtype=int)).max() <= 1  # the last bits may differ
    with pytest.raises(ModelFileError, match="what to look for"):
        loaded.predict(picture, Prompt())


def test_that_a_vocabulary_stands_in_for_a_missing_tokenizer(
    save: Callable[[Make], Tiny], tmp_path: Path
) -> None:
    save(DETECTORS["OWL-ViT"])
    picture = _pixels(PICTURES["landscape"])
    expected = _load(tmp_path).predict(picture, ASKED).prediction
    whole = json.loads((tmp_path / "tokenizer.json").read_text(encoding="utf-8"))
    words = {**whole["model"]["vocab"], **{t["content"]: t["id"] for t in whole["added_tokens"]}}
    (tmp_path / "vocab.json").write_text(json.dumps(words), encoding="utf-8")
    pairs = [" ".join(pair) for pair in whole["model"]["merges"]]
    (tmp_path / "merges.txt").write_text("\n".join(["#version: 0.2", *pairs]), encoding="utf-8")
    (tmp_path / "tokenizer.json").unlink()
    assert _load(tmp_path).predict(picture, ASKED).prediction == expected


def test_that_words_of_bert_stand_in_for_a_missing_tokenizer(
    save: Callable[[Make], Tiny], tmp_path: Path
) -> None:
    save(GROUNDED["Grounding DINO"])
    picture = _pixels(PICTURES["landscape"])
    expected = _load(tmp_path).predict(picture, ASKED).prediction
    whole = json.loads((tmp_path / "tokenizer.json").read_text(encoding="utf-8"))
    words = whole["model"]["vocab"]
    listed = sorted(words, key=lambda word: words[word])
    (tmp_path / "vocab.txt").write_text("\n".join(listed), encoding="utf-8")
    (tmp_path / "tokenizer.json").unlink()
    assert _load(tmp_path).predict(picture, ASKED).prediction == expected


@pytest.mark.parametrize("family", [*CLASSIFIERS, *DETECTORS, "Grounding DINO"])
def test_that_onnx_answers_as_the_network_it_was_made_of(
    save: Callable[[Make], Tiny], tmp_path: Path, family: str
) -> None:
    pytest.importorskip("onnx", reason="the exporter needs it")
    tiny = save({**CLASSIFIERS, **DETECTORS, **GROUNDED}[family])
    if family in GROUNDED:
        export_grounding_dino(tiny.network, tmp_path, 128)
        path = tmp_path / "preprocessor_config.json"
        square = {"size": {"height": 128, "width": 128}}
        path.write_text(json.dumps(json.loads(path.read_text()) | square))
    else:
        without = ("attention_mask",) if family.startswith("SigLIP") else ()
        export_zero_shot(
            tiny.network, tmp_path, is_classifier=family in CLASSIFIERS, without=without
        )
    engines = [load_model(open_model(tmp_path, variant=name)) for name in ("fp32", "safetensors")]
    for name, picture in PICTURES.items():
        onnx, expected = (each.predict(_pixels(picture), ASKED).prediction for each in engines)
        if isinstance(expected, Classification):
            assert isinstance(onnx, Classification)
            assert [each.label for each in onnx.scores] == [e.label for e in expected.scores], name
            for ours, theirs in zip(onnx.scores, expected.scores, strict=True):
                assert ours.score == pytest.approx(theirs.score, abs=1e-3)
        else:
            assert isinstance(onnx, Detections)
            assert isinstance(expected, Detections)
            assert expected.items
            found: list[Found] = [
                [(each.label, each.score, each.box) for each in it.above(0.06).items]
                for it in (onnx, expected)
            ]
            _compare(found[0], found[1], pixels=1)
