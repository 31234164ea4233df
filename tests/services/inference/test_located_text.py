"""Answers that say where something is, by exports that always say the same."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from worker_lab import serving

from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.loaded_model import load_model
from ailab.services.inference.open_model import describe_model, open_model
from ailab.services.inference.places.place import Place
from ailab.services.inference.prompt import Prompt
from ailab.services.results.result_reader import read_result
from tiny_networks.saying_exports import FLORENCE, GEMMA, save_saying

WIDE = np.zeros((100, 200, 3), np.uint8)
STEPS = tuple(f"<loc_{number}>" for number in (0, 100, 499, 999))
LOCS = tuple(f"<loc{number:04}>" for number in (0, 256, 512, 768))
CAR = Place("red car", (0.1, 10.05, 99.9, 99.95))


def answer(folder: Path, question: str) -> GeneratedText:
    found = load_model(open_model(folder)).predict(WIDE, Prompt(question=question)).prediction
    assert isinstance(found, GeneratedText)
    return found


def near(place: Place, other: Place) -> bool:
    return place.label == other.label and np.allclose(place.box, other.box, atol=1e-6)


def test_that_florence_s_boxes_are_in_the_picture_s_pixels(tmp_path: Path) -> None:
    folder = save_saying(tmp_path, FLORENCE, ("red", "car", *STEPS, "dog"), STEPS)
    found = answer(folder, "<OD>")
    assert [near(place, CAR) for place in found.places] == [True]
    assert found.text == "red car\ndog"


@pytest.mark.parametrize("question", ["", "<CAPTION>", "<OCR>"])
def test_that_a_caption_of_florence_s_has_words_alone(tmp_path: Path, question: str) -> None:
    folder = save_saying(tmp_path, FLORENCE, ("red", "car", *STEPS, "dog"), STEPS)
    assert answer(folder, question) == GeneratedText("red car dog")


def test_that_marks_that_make_no_sense_leave_the_words(tmp_path: Path) -> None:
    folder = save_saying(tmp_path, FLORENCE, ("red", "car", *STEPS[:3], "dog"), STEPS)
    assert answer(folder, "<OD>") == GeneratedText("red car dog")


def test_that_pali_gemma_s_boxes_are_in_the_picture_s_pixels(tmp_path: Path) -> None:
    marks = ("<image>", *LOCS)
    said = (*LOCS, "cat", ";", *LOCS, "dog")
    found = answer(save_saying(tmp_path, GEMMA, said, marks, before=3), "cat")
    assert found.text == "cat\ndog"
    assert near(found.places[0], Place("cat", (50.0, 0.0, 150.0, 50.0)))
    assert near(found.places[1], Place("dog", (50.0, 0.0, 150.0, 50.0)))


@pytest.mark.parametrize(("architecture", "most"), [(FLORENCE, 1024), (GEMMA, 256)])
def test_that_an_answer_is_as_long_as_its_authors_let_it_be(
    tmp_path: Path, architecture: str, most: int
) -> None:
    folder = save_saying(tmp_path, architecture, ("red",), ("<image>",))
    file = folder / "generation_config.json"
    said = json.loads(file.read_text(encoding="utf-8"))
    del said["max_new_tokens"]
    file.write_text(json.dumps(said), encoding="utf-8")
    settings = describe_model(folder).generation
    assert settings is not None
    assert settings.max_length == most + 1


async def test_that_places_are_saved_with_the_text(green_picture: str, tmp_path: Path) -> None:
    target = tmp_path / "saved"
    target.mkdir()
    async with serving() as service:
        folder = save_saying(tmp_path / "model", FLORENCE, ("red", "car", *STEPS), STEPS)
        model = await service.open(str(folder))
        result = await service.predict(
            model, green_picture, threshold=0.5, save_to=target, prompt=Prompt(question="<OD>")
        )
    found = result.prediction
    assert isinstance(found, GeneratedText)
    assert found.question == "<OD>"
    assert [place.label for place in found.places] == ["red car"]
    assert read_result(Path(result.files[0])).prediction == found
    names = {Path(file).suffixes[-1] for file in result.files}
    assert names == {".json", ".txt", ".jpg"}
    (text,) = target.glob("*.txt")
    assert text.read_text(encoding="utf-8") == "red car\n"
    (file,) = target.glob("*.json")
    saved = json.loads(file.read_text(encoding="utf-8"))["prediction"]
    assert saved["places"][0]["label"] == "red car"
    assert "score" not in saved
