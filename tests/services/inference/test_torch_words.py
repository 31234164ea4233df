"""Tiny networks that write, run by ailab and by transformers' own `generate`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from ailab.services.inference.engine import Terminated
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.open_model import open_model
from tiny_networks.word_tokens import save_tokenizer

torch = pytest.importorskip("torch", reason="the extra torch is not installed")
transformers = pytest.importorskip("transformers", reason="the extra torch is not installed")

from ailab.services.inference.loaded_model import load_model  # noqa: E402 - needs PyTorch
from ailab.services.inference.network import GENERATE  # noqa: E402
from tiny_networks.word_exports import export_onnx  # noqa: E402
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
