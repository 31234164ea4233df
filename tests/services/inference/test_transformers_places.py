"""Places as transformers' own processors read them from the same texts."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ailab.services.inference.flattened_patches import patch_grid
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.open_model import open_model
from ailab.services.inference.placement import Placement
from ailab.services.inference.places.florence import read_florence
from ailab.services.inference.places.kosmos_2 import read_kosmos_2
from ailab.services.inference.places.kosmos_2_5 import read_kosmos_2_5
from ailab.services.inference.places.place import Place
from ailab.services.inference.preprocess import preprocess
from ailab.services.inference.preprocessing import PatchSteps
from ailab.services.inference.preprocessor_config import parse_preprocessor_config
from ailab.services.inference.prompt import Prompt
from tiny_networks.word_tokens import save_tokenizer

torch = pytest.importorskip("torch", reason="the extra torch is not installed")
transformers = pytest.importorskip("transformers", reason="the extra torch is not installed")

from transformers.models.kosmos2 import processing_kosmos2  # noqa: E402 - needs transformers

from ailab.services.inference.loaded_model import load_model  # noqa: E402 - needs PyTorch
from tiny_networks.word_cases import word_cases  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")  # of PyTorch and transformers themselves

WIDTH, HEIGHT = 1003, 677
STRETCHED = Placement(WIDTH, HEIGHT, 768, 768, 768 / WIDTH, 768 / HEIGHT)
QUAD = r"(.+?)" + r"<loc_(\d+)>" * 8
KINDS = (
    *("phrase_grounding", "pure_text", "description_with_bboxes", "description_with_polygons"),
    *("polygons", "bboxes", "description_with_bboxes_or_polygons"),
)
WORDS = ("a car", "wheel", "NO ENTRY", "the image", "it", "a man, with a hat", "1 > 2", "x")
TEXTS = 200


@pytest.fixture(scope="module")
def florence(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("florence")
    save_tokenizer(folder, ("<image>",), extra_special_tokens={"image_token": "<image>"})
    pictures = transformers.CLIPImageProcessorPil(image_seq_length=5)
    config: dict[str, Any] = {kind: {} for kind in KINDS}
    config["ocr"] = {"pattern": QUAD, "area_threshold": 0.0}
    config["phrase_grounding"] = {"banned_grounding_tokens": ["the image", "it"]}
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    return transformers.Florence2Processor(pictures, tokenizer, post_processor_config=config)


def same(ours: Sequence[float], theirs: Sequence[float]) -> bool:
    """Theirs are cut to whole pixels."""
    return len(ours) == len(theirs) and all(
        0 <= our - their < 1.001 for our, their in zip(ours, theirs, strict=True)
    )


def corners(place: Place) -> list[list[float]]:
    """Of each shape, one number after the other."""
    left, top, right, bottom = place.box
    whole = (((left, top), (right, top), (right, bottom), (left, bottom)),)
    return [[side for corner in shape for side in corner] for shape in place.outlines or whole]


def random_box(chance: random.Random) -> list[int]:
    (x0, x1), (y0, y1) = (sorted(chance.choices(range(1000), k=2)) for _ in range(2))
    return [x0, y0, x1, y1]


def steps(numbers: Sequence[int]) -> str:
    return "".join(f"<loc_{number}>" for number in numbers)


def boxes(chance: random.Random, *, words: bool = True) -> str:
    found = ""
    for _ in range(chance.randint(0, 5)):
        found += chance.choice(WORDS) if words else ""
        count = chance.randint(0, 3)
        for _ in range(count):
            found += steps(random_box(chance))
        if count and words and chance.random() < 0.2:
            found += steps([7])  # one that is left over
    return f"</s><s>{found}</s><pad>"


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ("<OD>", ""),
        ("<DENSE_REGION_CAPTION>", ""),
        ("<REGION_PROPOSAL>", ""),
        ("<CAPTION_TO_PHRASE_GROUNDING>", "a car"),
        ("<OPEN_VOCABULARY_DETECTION>", "a car"),
    ],
)
def test_that_boxes_are_those_of_transformers(florence: Any, task: str, words: str) -> None:
    chance = random.Random(task)
    number = 0
    for _ in range(TEXTS):
        written = boxes(chance, words=task != "<REGION_PROPOSAL>")
        wanted = florence.post_process_generation(written, task=task, image_size=(WIDTH, HEIGHT))
        labels = wanted[task].get("labels", wanted[task].get("bboxes_labels"))
        found = read_florence(written, f"{task}{words}", STRETCHED).places
        assert [place.label for place in found] == labels
        assert all(map(same, [place.box for place in found], wanted[task]["bboxes"]))
        number += len(found)
    assert number > TEXTS


def test_that_words_lie_where_transformers_finds_them(florence: Any) -> None:
    chance = random.Random(3)
    task = "<OCR_WITH_REGION>"
    for _ in range(TEXTS):
        parts = [
            chance.choice(WORDS) + steps(chance.choices(range(1000), k=8))
            for _ in range(chance.randint(0, 6))
        ]
        written = f"</s>{''.join(parts)}</s>"
        wanted = florence.post_process_generation(written, task=task, image_size=(WIDTH, HEIGHT))
        found = read_florence(written, task, STRETCHED).places
        assert [place.label for place in found] == wanted[task]["labels"]
        ours = [corners(place)[0] for place in found]
        assert all(map(same, ours, wanted[task]["quad_boxes"]))


@pytest.mark.parametrize("is_gathered", [False, True])
@pytest.mark.parametrize(
    "task", ["<REFERRING_EXPRESSION_SEGMENTATION>", "<OPEN_VOCABULARY_DETECTION>"]
)
def test_that_polygons_are_those_of_transformers(
    florence: Any, task: str, *, is_gathered: bool
) -> None:
    chance = random.Random(4)
    is_open = task.startswith("<OPEN")
    if is_open and not is_gathered:
        return  # boxes
    for _ in range(TEXTS):
        shapes = [
            steps(chance.choices(range(1000), k=chance.randint(6, 15)))
            for _ in range(chance.randint(1, 4))
        ]
        joined = "<sep>".join(shapes)
        written = f"<poly>{joined}</poly>" * 2 if is_gathered else joined
        written = f"</s>{'a car' if is_open else ''}{written}</s>"
        wanted = florence.post_process_generation(written, task=task, image_size=(WIDTH, HEIGHT))
        found = read_florence(written, f"{task}a car", STRETCHED).places
        assert len(found) == len(wanted[task]["polygons"]) == 1 + is_gathered
        for place, theirs in zip(found, wanted[task]["polygons"], strict=True):
            assert place.label == "a car"
            assert all(map(same, corners(place), theirs))
            assert len(corners(place)) == len(theirs)


def test_that_kosmos_2_s_phrases_are_those_of_transformers() -> None:
    chance = random.Random(5)
    number = 0
    for _ in range(TEXTS):
        written = "<grounding> An image of"
        for _ in range(chance.randint(0, 4)):
            pairs = []
            for _ in range(chance.randint(1, 3)):
                (x0, x1), (y0, y1) = (sorted(chance.choices(range(32), k=2)) for _ in range(2))
                pairs.append(f"<patch_index_{32 * y0 + x0:04}><patch_index_{32 * y1 + x1:04}>")
            named = f"<phrase> {chance.choice(WORDS)}</phrase>" if chance.random() < 0.9 else ""
            written += f"{named}<object>{'</delimiter_of_multi_objects/>'.join(pairs)}</object> and"
        _, entities = processing_kosmos2.clean_text_and_extract_entities_with_bboxes(written)
        wanted = [(name, box) for name, _, found in entities for box in found]
        found = read_kosmos_2(written, "", STRETCHED).places
        assert [place.label for place in found] == [re.sub("<.*>", "", name) for name, _ in wanted]
        for place, (_, box) in zip(found, wanted, strict=True):
            scaled = np.multiply(box, (WIDTH, HEIGHT, WIDTH, HEIGHT))
            assert np.allclose(place.box, scaled, atol=1e-6)
        number += len(found)
    assert number > TEXTS


def test_that_kosmos_2_5_s_lines_are_those_of_its_documentation() -> None:
    """The steps of the example in transformers' documentation, with its processor's size."""
    picture = Image.new("RGB", (WIDTH, HEIGHT))
    made = transformers.Kosmos2_5ImageProcessorPil(max_patches=300)(picture, return_tensors="np")
    width, height = int(made["width"][0]), int(made["height"][0])
    across, down = WIDTH / width, HEIGHT / height
    put = Placement(WIDTH, HEIGHT, width, height, width / WIDTH, height / HEIGHT)
    chance = random.Random(6)
    for _ in range(TEXTS):
        written, wanted = "", []
        for _ in range(chance.randint(0, 5)):
            x0, x1 = chance.choices(range(width), k=2)
            y0, y1 = chance.choices(range(height), k=2)
            words = chance.choice(WORDS)
            written += f"<bbox><x_{x0}><y_{y0}><x_{x1}><y_{y1}></bbox>{words}\n"
            if not (x0 >= x1 or y0 >= y1):
                box = [int(x0 * across), int(y0 * down), int(x1 * across), int(y1 * down)]
                wanted.append((words, box))
        found = read_kosmos_2_5(written, "<ocr>", put).places
        assert [place.label for place in found] == [words for words, _ in wanted]
        assert all(map(same, [place.box for place in found], [box for _, box in wanted]))


def test_that_patches_lie_where_the_processor_cuts_them() -> None:
    for size in ((WIDTH, HEIGHT), (40, 900), (16, 16)):
        processor = transformers.Kosmos2_5ImageProcessorPil(max_patches=300)
        made = processor(Image.new("RGB", size), return_tensors="np")
        rows, columns = patch_grid(size[1], size[0], PatchSteps(300, 16, 16))
        assert (16 * columns, 16 * rows) == (made["width"][0], made["height"][0])


def test_that_kosmos_2_sees_its_picture_whole() -> None:
    """Else its places would be those of the picture's middle."""
    settings = {"size": {"shortest_edge": 224}, "use_square_size": True}
    picture = np.random.default_rng(7).integers(0, 255, (90, 150, 3), dtype=np.uint8)
    how = parse_preprocessor_config({"image_processor_type": "CLIPImageProcessor", **settings})
    found, placement = preprocess(picture, how)
    processor = transformers.CLIPImageProcessorPil(**settings)
    wanted = processor(Image.fromarray(picture), return_tensors="np")["pixel_values"]
    assert np.allclose(found, wanted, atol=1e-4)
    assert placement.to_picture(224, 224) == pytest.approx((150, 90))


PYTORCH = {
    "Florence2": ("<OD>", "red cat<loc_1><loc_1><loc_1><loc_1>", "red cat"),
    "Kosmos2For": (
        "",
        "<image></image>a<phrase>red cat</phrase><object><patch_index_0000><patch_index_0003>"
        "</object>",
        "a red cat",
    ),
    "Kosmos2_5": ("", "<bbox><x_1><y_2><x_3><y_4></bbox>red cat", "red cat"),
    "PaliGemma": ("cat", "<loc0000><loc0000><loc0512><loc0512>red cat", "red cat"),
}


@pytest.mark.parametrize("name", PYTORCH)
def test_that_networks_of_pytorch_have_places_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Whatever a tiny network would write, it says what is given here."""
    question, said, words = PYTORCH[name]
    case = next(each for each in word_cases() if name in each.name)
    case.save(tmp_path)
    found = set(re.findall("<[^<>]*>", said))
    save_tokenizer(tmp_path, [*case.marks, *sorted(found - {*case.marks})], **case.reader.settings)
    tokenizer = transformers.AutoTokenizer.from_pretrained(tmp_path)
    tokens = torch.tensor([tokenizer(said, add_special_tokens=False).input_ids])
    parts = "ailab.services.inference.torch_parts.generated"
    monkeypatch.setattr(parts, lambda *_: tokens)
    model = open_model(tmp_path)
    assert model.engine == "torch"
    picture = np.zeros((100, 200, 3), np.uint8)
    answer = load_model(model).predict(picture, Prompt(question=question)).prediction
    assert isinstance(answer, GeneratedText)
    assert [place.label for place in answer.places] == ["red cat"]
    assert answer.text == words
    left, top, right, bottom = answer.places[0].box
    assert 0 <= left <= right <= 200
    assert 0 <= top <= bottom <= 100
