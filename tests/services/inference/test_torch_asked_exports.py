"""Exports of Florence-2, PaliGemma and Pix2Struct, beside transformers' own `generate`."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from ailab.services.inference.engine import Terminated
from ailab.services.inference.florence_tasks import florence_sentence
from ailab.services.inference.model_layout import SAFETENSORS
from ailab.services.inference.network import DECODER, WITH_PAST
from ailab.services.inference.open_model import open_model
from ailab.services.inference.prompt import NO_PROMPT, Prompt
from ailab.services.inference.prompt_kind import PromptKind

torch = pytest.importorskip("torch", reason="the extra torch is not installed")
transformers = pytest.importorskip("transformers", reason="the extra torch is not installed")

from ailab.services.inference.loaded_model import load_model  # noqa: E402 - needs PyTorch
from tiny_networks.asked_exports import export_asked  # noqa: E402
from tiny_networks.reference import Compare  # noqa: E402
from tiny_networks.word_cases import WordCase, word_cases  # noqa: E402
from tiny_networks.word_exports import export_patches  # noqa: E402
from tiny_networks.word_readers import ProcessorReader  # noqa: E402
from tiny_networks.word_tokens import save_tokenizer  # noqa: E402
from tiny_networks.words import made_sure  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")  # of PyTorch and transformers themselves

PATCHES = "Pix2StructForConditionalGeneration"
FLORENCE, GEMMA, GEMMA_2 = (
    "Florence2ForConditionalGeneration",
    "PaliGemmaForConditionalGeneration",
    "PaliGemmaForConditionalGeneration (Gemma 2)",
)
SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "greedy": {},
    "florence": {
        "num_beams": 3,
        "early_stopping": True,
        "no_repeat_ngram_size": 3,
        "forced_bos_token_id": 6,
        "forced_eos_token_id": 7,
    },
    "rules": {
        "repetition_penalty": 1.7,
        "min_new_tokens": 8,
        "bad_words_ids": [[5], [6, 7], [2]],
        "begin_suppress_tokens": [10, 11],
    },
    "patient": {"num_beams": 4, "early_stopping": "never", "length_penalty": 0.5},
}
QUESTIONS = {
    FLORENCE: ("<OCR>", ProcessorReader(transformers.Florence2Processor, "<OCR>")),
    GEMMA: ("a tree", ProcessorReader(transformers.PaliGemmaProcessor, "<image>a tree")),
}


def picture() -> npt.NDArray[np.uint8]:
    small = np.random.default_rng(5).integers(0, 255, (6, 8, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(small).resize((150, 100), Image.Resampling.BICUBIC))


def case_of(name: str) -> WordCase:
    return next(each for each in word_cases() if each.name == name)


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, bool], Path]:
    """The graphs of a network, exported once for all tests."""

    @cache
    def exported(name: str, merged: bool) -> Path:
        folder = tmp_path_factory.mktemp("exported")
        network, _ = case_of(name).make()
        if name == PATCHES:
            export_patches(made_sure(network, 0), folder)
        else:
            export_asked(made_sure(network, 0), folder, merged=merged)
        return folder / "onnx"

    return exported


@pytest.fixture
def save(exports: Callable[[str, bool], Path], tmp_path: Path) -> Callable[..., Compare]:
    """Saves both forms of a network, and gives what compares words with transformers'."""

    def saved(case: WordCase, *, merged: bool = True, **settings: Any) -> Compare:
        def make() -> tuple[Any, Any]:
            network, processor = case.make()
            for key, value in settings.items():
                setattr(network.generation_config, key, value)
            return network, processor

        shutil.copytree(exports(case.name, merged), tmp_path / "onnx")
        return replace(case, make=make).save(tmp_path)

    return saved


def differences(folder: Path, compare: Compare, shown: Any, prompt: Prompt = NO_PROMPT) -> Any:
    loaded = load_model(open_model(folder))
    found = loaded.predict(shown, prompt).prediction
    return found, [each.worst for each in compare(Image.fromarray(shown), found)]


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize(
    ("name", "merged"),
    [(FLORENCE, True), (FLORENCE, False), (GEMMA, True), (GEMMA_2, True), (PATCHES, True)],
)
def test_that_an_export_in_parts_writes_what_transformers_does(
    save: Callable[..., Compare], tmp_path: Path, name: str, merged: bool, settings: str
) -> None:
    compare = save(case_of(name), merged=merged, **SETTINGS[settings])
    asked_for = PromptKind.NONE if name == PATCHES else PromptKind.QUESTION
    assert open_model(tmp_path).asks_for is asked_for
    for shown in (picture(), picture()[::-1, :61].copy()):
        found, worst = differences(tmp_path, compare, shown)
        assert (worst, bool(found.text)) == ([0], True)


@pytest.mark.parametrize("name", QUESTIONS)
def test_that_an_export_is_asked_as_transformers_asks(
    save: Callable[..., Compare], tmp_path: Path, name: str
) -> None:
    question, reader = QUESTIONS[name]
    compare = save(replace(case_of(name), reader=reader))
    found, worst = differences(tmp_path, compare, picture(), Prompt(question=question))
    assert worst == [0]
    assert found != load_model(open_model(tmp_path)).predict(picture()).prediction


def test_that_the_safetensors_beside_an_export_write_the_same(
    save: Callable[..., Compare], tmp_path: Path
) -> None:
    save(case_of(FLORENCE))
    found = [
        load_model(open_model(tmp_path, variant=variant)).predict(picture()).prediction
        for variant in ("fp32", SAFETENSORS)
    ]
    assert found[0] == found[1]


def test_that_florence_needs_no_word_for_the_picture(
    save: Callable[..., Compare], tmp_path: Path
) -> None:
    """The tokenizers of its exports have none."""
    compare = save(case_of(FLORENCE))
    path = tmp_path / "tokenizer.json"
    tokenizer = json.loads(path.read_text(encoding="utf-8"))
    kept = [each for each in tokenizer["added_tokens"] if each["content"] != "<image>"]
    path.write_text(json.dumps({**tokenizer, "added_tokens": kept}), encoding="utf-8")
    _, worst = differences(tmp_path, compare, picture())
    assert worst == [0]


@pytest.mark.parametrize("merged", [True, False])
def test_that_writing_is_stopped_between_two_tokens(
    save: Callable[..., Compare], tmp_path: Path, merged: bool
) -> None:
    save(case_of(FLORENCE), merged=merged)
    loaded: Any = load_model(open_model(tmp_path))
    assert loaded.network.has(WITH_PAST) is not merged
    run = loaded.network.run
    steps: list[str] = []

    def counted(feeds: Any, part: str) -> Any:
        if part in {DECODER, WITH_PAST}:
            steps.append(part)
            if len(steps) == 3:
                raise Terminated
        return run(feeds, part)

    loaded.network.run = counted
    with pytest.raises(Terminated):
        loaded.predict(picture())
    assert steps == [DECODER, *([DECODER] if merged else [WITH_PAST]) * 2]


FLORENCE_ASKED = (
    "<CAPTION>",
    "<OCR_WITH_REGION>",
    "<OD>",
    "<DENSE_REGION_CAPTION>",
    "<REGION_PROPOSAL>",
    "<CAPTION_TO_PHRASE_GROUNDING>a cat on a mat",
    "<REFERRING_EXPRESSION_SEGMENTATION> the {red} cat ",
    "<REGION_TO_SEGMENTATION><loc_1><loc_2><loc_3><loc_4>",
    "<OPEN_VOCABULARY_DETECTION>a cat",
    "<REGION_TO_CATEGORY><loc_1><loc_2><loc_3><loc_4>",
    "<REGION_TO_DESCRIPTION><loc_1><loc_2><loc_3><loc_4>",
    "<REGION_TO_OCR><loc_1><loc_2><loc_3><loc_4>",
    "where is the cat?",
)


@pytest.mark.parametrize("asked", FLORENCE_ASKED)
def test_that_florence_reads_the_sentence_of_its_task(tmp_path: Path, asked: str) -> None:
    save_tokenizer(tmp_path, ("<image>",), extra_special_tokens={"image_token": "<image>"})
    processor = transformers.Florence2Processor(
        transformers.CLIPImageProcessorPil(image_seq_length=1),
        transformers.AutoTokenizer.from_pretrained(tmp_path),
    )
    assert [florence_sentence(asked)] == processor._construct_prompts(asked)
