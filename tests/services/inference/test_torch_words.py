"""Tiny networks that write, run by ailab and by transformers' own `generate`."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from ailab.services.inference import generation_settings
from ailab.services.inference.engine import Terminated
from ailab.services.inference.flattened_patches import flattened_patches
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.open_model import open_model
from ailab.services.inference.picture_grid import picture_grid
from ailab.services.inference.preprocessing import PatchSteps
from ailab.services.inference.preprocessor_config import parse_preprocessor_config
from ailab.services.inference.prompt import NO_PROMPT, Prompt
from ailab.services.inference.prompt_kind import PromptKind
from ailab.services.inference.written_fields import fields_text
from tiny_networks.word_tokens import FIELDS, VOCABULARY, save_tokenizer

torch = pytest.importorskip("torch", reason="the extra torch is not installed")
transformers = pytest.importorskip("transformers", reason="the extra torch is not installed")

from ailab.services.inference.loaded_model import load_model  # noqa: E402 - needs PyTorch
from ailab.services.inference.network import GENERATE  # noqa: E402
from ailab.services.inference.torch_generation import generated  # noqa: E402
from tiny_networks.word_cases import word_cases  # noqa: E402
from tiny_networks.word_exports import export_onnx  # noqa: E402
from tiny_networks.word_readers import (  # noqa: E402
    Blip2Reader,
    BlipAnswerReader,
    DonutReader,
    InstructBlipReader,
    Kosmos25Reader,
    KosmosReader,
    ProcessorReader,
)
from tiny_networks.words import blip, git, made_sure, trocr, vit_gpt2  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")  # of PyTorch and transformers themselves

Make = Callable[[], tuple[Any, Any]]
SETTINGS: dict[str, dict[str, Any]] = {
    "greedy": {},
    "beams": {"num_beams": 4, "max_length": 16},
    "trocr": {
        "num_beams": 3,
        "length_penalty": 2.0,
        "early_stopping": True,
        "no_repeat_ngram_size": 3,
        "max_length": 24,
    },
    "rules": {
        "repetition_penalty": 1.7,
        "forced_eos_token_id": 2,
        "min_length": 8,
        "bad_words_ids": [[5], [6, 7], [2]],
    },
    "patient": {
        "num_beams": 3,
        "early_stopping": "never",
        "length_penalty": 0.5,
        "suppress_tokens": [10, 11],
        "begin_suppress_tokens": [2],
    },
    "forced": {
        "num_beams": 2,
        "forced_bos_token_id": 7,
        "min_new_tokens": 4,
        "max_new_tokens": 9,
    },
}


def pictures() -> list[npt.NDArray[np.uint8]]:
    noise = np.random.default_rng(5)
    found = []
    for size in ((150, 100), (61, 90)):
        small = noise.integers(0, 255, (6, 8, 3), dtype=np.uint8)
        found.append(np.asarray(Image.fromarray(small).resize(size, Image.Resampling.BICUBIC)))
    return found


def save_config(network: Any, processor: Any, folder: Path, **settings: Any) -> None:
    """All but the weights."""
    for key, value in settings.items():
        setattr(network.generation_config, key, value)
    network.config.save_pretrained(folder)
    network.generation_config.save_pretrained(folder)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["architectures"] = [type(network).__name__]
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    processor.save_pretrained(folder)
    save_tokenizer(folder)


def reference(network: Any, processor: Any, folder: Path, picture: Any) -> str:
    with torch.no_grad():
        inputs = processor(Image.fromarray(picture), return_tensors="pt")
        tokens = network.generate(**inputs)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    text: str = tokenizer.decode(tokens[0], skip_special_tokens=True)
    return text.strip()


def text_of(prediction: Any) -> str:
    assert isinstance(prediction, GeneratedText)
    return prediction.text


@pytest.mark.parametrize("make", [vit_gpt2, trocr, blip, git], ids=lambda make: make.__name__)
@pytest.mark.parametrize("beams", [1, 3])
def test_that_the_text_is_that_of_transformers(tmp_path: Path, make: Make, beams: int) -> None:
    network, processor = make()
    made_sure(network, 0)
    folder = tmp_path / "model"
    network.save_pretrained(folder, safe_serialization=True)
    if make is not blip:
        save_config(network, processor, folder, num_beams=beams)
    processor.save_pretrained(folder)
    save_tokenizer(folder)
    model = open_model(folder)
    assert (model.task, model.engine) == ("image-to-text", "torch")
    loaded = load_model(model)
    other = transformers.AutoModelForImageTextToText.from_pretrained(folder)
    for picture in pictures():
        found = text_of(loaded.predict(picture).prediction)
        assert found == reference(other, processor, folder, picture)
        assert found


OTHERS = (
    *(
        "Donut",
        "Nougat",
        "Pix2Struct",
        "Blip2",
        "BlipForQuestion",
        "Florence2",
        "Kosmos2For",
        "Kosmos2_5",
        "PaliGemma",
    ),
    "PPFormulaNet",
    *("GotOcr2ForConditionalGeneration", "in pieces", "PP-Chart2Table"),
    *("InstructBlipForConditionalGeneration (OPT)", "InstructBlipForConditionalGeneration (T5)"),
)


@pytest.fixture
def short_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generation_settings, "ASKED_NEW_TOKENS", 12)


@pytest.mark.usefixtures("short_texts")
@pytest.mark.parametrize("name", OTHERS)
def test_that_a_network_with_a_processor_of_its_own_is_asked_as_by_it(
    tmp_path: Path, name: str
) -> None:
    case = next(each for each in word_cases() if name in each.name)
    compare = case.save(tmp_path)
    loaded = load_model(open_model(tmp_path))
    for picture in pictures():
        found = loaded.predict(picture, case.prompt).prediction
        assert [each.worst for each in compare(Image.fromarray(picture), found)] == [0]


@pytest.mark.parametrize(
    ("kind", "settings", "bound"),
    [
        ("Florence2ForConditionalGeneration", {}, {"max_new_tokens": 1024}),
        ("Florence2ForConditionalGeneration", {"max_length": 77}, {}),
        ("Florence2ForConditionalGeneration", {"max_new_tokens": 10**6}, {"max_new_tokens": 4096}),
        ("BlipForQuestionAnswering", {}, {}),
        ("GitForCausalLM", {}, {}),
        ("Kosmos2_5ForConditionalGeneration", {}, {"max_new_tokens": 1024}),
        ("VisionEncoderDecoderModel", {}, {"max_new_tokens": 1535}),
    ],
)
def test_that_a_text_is_as_long_as_the_pipeline_lets_it_be(
    kind: str, settings: dict[str, int], bound: dict[str, int]
) -> None:
    asked: dict[str, Any] = {}

    def generate(**given: Any) -> Any:
        asked.update(given)
        return torch.tensor([[1, 2]])

    network = type(kind, (), {})()
    page = {"encoder": {"model_type": "donut-swin"}, "decoder": {"max_position_embeddings": 1536}}
    is_page = kind == "VisionEncoderDecoderModel"
    network.config = SimpleNamespace(to_dict=lambda: page if is_page else {})
    network.generation_config = transformers.GenerationConfig(**settings)
    network.generate = generate
    generated(network, {})
    assert asked == {"do_sample": False, **bound}


ASKED = {
    "Blip2For": ("two red dog", Blip2Reader("two red dog")),
    "BlipForQuestion": ("two red dog", BlipAnswerReader("two red dog")),
    "Florence2": ("<OCR>", ProcessorReader(transformers.Florence2Processor, "<OCR>")),
    "InstructBlipForConditionalGeneration (OPT)": (
        "two red dog",
        InstructBlipReader("two red dog"),
    ),
    "InstructBlipForConditionalGeneration (T5)": ("the cat", InstructBlipReader("the cat")),
    "Kosmos2_5": ("<md>", Kosmos25Reader("<md>")),
    "Kosmos2For": ("the cat", KosmosReader("the cat")),
    "PaliGemma": ("a tree", ProcessorReader(transformers.PaliGemmaProcessor, "<image>a tree")),
    "Donut": ("<s_name>cat", DonutReader("<s_name>cat")),
}


@pytest.mark.usefixtures("short_texts")
@pytest.mark.parametrize("name", ASKED)
def test_that_a_question_of_a_persons_is_put_as_transformers_puts_it(
    tmp_path: Path, name: str
) -> None:
    case = next(each for each in word_cases() if name in each.name)
    question, reader = ASKED[name]
    compare = replace(case, reader=reader).save(tmp_path)
    model = open_model(tmp_path)
    assert model.asks_for is PromptKind.QUESTION
    found = load_model(model).predict(pictures()[0], Prompt(question=question)).prediction
    assert [each.worst for each in compare(Image.fromarray(pictures()[0]), found)] == [0]


def test_that_an_export_of_donut_begins_with_its_task_too(tmp_path: Path) -> None:
    (case,) = (each for each in word_cases() if "Donut" in each.name)
    compare = case.save(tmp_path)
    case.export(tmp_path)
    found = load_model(open_model(tmp_path)).predict(pictures()[1]).prediction
    assert [each.worst for each in compare(Image.fromarray(pictures()[1]), found)] == [0]


def test_that_a_start_of_the_models_own_counts_before_a_known_task(tmp_path: Path) -> None:
    (case,) = (each for each in word_cases() if "Donut" in each.name)
    case.save(tmp_path)
    said = json.loads((tmp_path / "generation_config.json").read_text(encoding="utf-8"))
    said["decoder_start_token_id"] = VOCABULARY + FIELDS.index("<s_price>")
    (tmp_path / "generation_config.json").write_text(json.dumps(said), encoding="utf-8")
    prepared = load_model(open_model(tmp_path)).pipeline.prepare(pictures()[0], NO_PROMPT)
    assert "pixel_values" in prepared.feeds
    assert "decoder_input_ids" not in prepared.feeds


FROM_DONUT = (
    "<s_name> cat</s_name><s_price>2",
    "<s_name>a<sep/>b</s_name><s_price><yes/></s_price>",
    "<s_menu><s_name>a</s_name><sep/><s_name>b</s_name><s_price>3</s_price></s_menu>",
    "<s_name>a</s_name><sep/><s_name>b</s_name>",
    "<s_name>a</s_name><sep/>",
    "<s_menu><s_name>a</s_name></s_menu> the rest",
    "</s_name> a <s_name> b",
    "<s_menu><s_x</s_menu>",
    "a text alone",
    "<s_name>",
    "<s_Name>a</s_name><s_name>b</s_Name>",
)


@pytest.mark.parametrize("written", FROM_DONUT)
def test_that_fields_are_those_of_transformers(tmp_path: Path, written: str) -> None:
    save_tokenizer(tmp_path, FIELDS)
    tokenizer = transformers.AutoTokenizer.from_pretrained(tmp_path)
    processor = transformers.DonutProcessor(transformers.DonutImageProcessorPil(), tokenizer)
    fields = processor.token2json(written)
    found = fields_text(written, FIELDS)
    if "text_sequence" in fields:
        assert found == fields["text_sequence"].strip()
    else:
        assert json.loads(found) == fields


@pytest.mark.parametrize("most", [12, 300])
def test_that_patches_are_those_of_transformers(most: int) -> None:
    for picture in (*pictures(), np.full((9, 40, 3), 7, np.uint8)):
        found, is_patch = flattened_patches(picture, PatchSteps(most, 8, 8))
        processor = transformers.Pix2StructImageProcessorPil(
            patch_size={"height": 8, "width": 8}, max_patches=most
        )
        wanted = processor(Image.fromarray(picture), return_tensors="np")
        assert np.allclose(found, wanted["flattened_patches"], atol=1e-4)
        assert (is_patch == wanted["attention_mask"]).all()


@pytest.fixture(scope="module", params=[vit_gpt2, trocr], ids=lambda make: make.__name__)
def exported(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Any, Any, dict[bool, Path]]:
    """A network and its exports, with and without a cache."""
    network, processor = request.param()
    made_sure(network, 0)
    folders = {cache: tmp_path_factory.mktemp("exported") for cache in (False, True)}
    for cache, folder in folders.items():
        export_onnx(network, folder, cache=cache)
    return network, processor, folders


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("cache", [False, True])
def test_that_an_export_writes_what_transformers_does(
    exported: tuple[Any, Any, dict[bool, Path]], settings: str, cache: bool
) -> None:
    network, processor, folders = exported
    network.generation_config = type(network.generation_config).from_model_config(network.config)
    save_config(network, processor, folders[cache], **SETTINGS[settings])
    model = open_model(folders[cache])
    assert model.engine == "onnxruntime"
    loaded = load_model(model)
    for picture in pictures():
        found = text_of(loaded.predict(picture).prediction)
        assert found == reference(network, processor, folders[cache], picture)


def test_that_writing_is_stopped_at_the_next_layer(tmp_path: Path) -> None:
    network, processor = vit_gpt2()
    folder = tmp_path / "model"
    made_sure(network, 0).save_pretrained(folder, safe_serialization=True)
    processor.save_pretrained(folder)
    save_tokenizer(folder)
    loaded = load_model(open_model(folder))
    steps = 0

    def count(*_: object) -> None:
        nonlocal steps
        steps += 1
        if steps == 3:
            loaded.terminate()

    loaded.network._network.decoder.register_forward_hook(count)  # type: ignore[attr-defined]
    with pytest.raises(Terminated):
        loaded.predict(pictures()[0])
    assert steps == 3
    assert loaded.network.has(GENERATE)


def test_that_too_many_beams_are_refused(tmp_path: Path) -> None:
    network, processor = vit_gpt2()
    folder = tmp_path / "model"
    made_sure(network, 0).save_pretrained(folder, safe_serialization=True)
    save_config(network, processor, folder, num_beams=1000)
    with pytest.raises(ModelFileError, match="more than 32 texts"):
        load_model(open_model(folder)).predict(pictures()[0])


LEGACY = {
    "max_length": 12,
    "num_beams": 3,
    "no_repeat_ngram_size": 3,
    "early_stopping": True,
    "length_penalty": 2.0,
    "do_sample": False,
    "temperature": 1.0,
}


@pytest.mark.parametrize("place", ["top", "decoder"])
def test_that_older_files_say_in_their_configuration_how_to_write(
    exported: tuple[Any, Any, dict[bool, Path]], tmp_path: Path, place: str
) -> None:
    network, processor, folders = exported
    whole = tmp_path / "model"
    network.save_pretrained(whole, safe_serialization=True)
    save_config(network, processor, whole)
    config = json.loads((whole / "config.json").read_text(encoding="utf-8"))
    (config if place == "top" else config["decoder"]).update(LEGACY)
    for folder in (whole, folders[True]):
        (folder / "generation_config.json").unlink(missing_ok=True)
        (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
        processor.save_pretrained(folder)
        save_tokenizer(folder)
    other = transformers.AutoModelForImageTextToText.from_pretrained(whole)
    for picture in pictures()[:1]:
        expected = reference(other, processor, whole, picture)
        for folder in (whole, folders[True]):
            assert text_of(load_model(open_model(folder)).predict(picture).prediction) == expected
        assert 1 <= len(expected.split()) <= 12


@pytest.mark.parametrize(
    "size", [(64, 64), (128, 128), (100, 300), (300, 100), (90, 400), (61, 90), (700, 64)]
)
def test_that_pieces_of_a_picture_are_those_of_transformers(size: tuple[int, int]) -> None:
    noise = Image.fromarray(np.random.default_rng(5).integers(0, 255, (*size, 3), np.uint8))
    processor = transformers.GotOcr2ImageProcessorPil(size={"height": 64, "width": 64})
    wanted = processor(noise, crop_to_patches=True, return_tensors="np")
    found = picture_grid(noise, parse_preprocessor_config(json.loads(processor.to_json_string())))
    assert found is not None
    assert np.abs(found - wanted["pixel_values"]).max() < 1e-5
