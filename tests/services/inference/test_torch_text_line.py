"""Tiny networks that read a line of text, on PyTorch and as ONNX, on lines of any length."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from page_models import a_page, page_models
from PIL import Image

from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.inference_errors import DescriptionError, ModelFileError
from ailab.services.inference.line_crop import line_crop
from ailab.services.inference.line_reading import with_reader
from ailab.services.inference.loaded_model import load_model
from ailab.services.inference.onnx_file import check_onnx_file
from ailab.services.inference.open_model import open_model

torch = pytest.importorskip("torch", reason="the extra torch is not installed")
pytest.importorskip("transformers", reason="the extra torch is not installed")

from ailab.services.images.image_reader import read_picture  # noqa: E402
from ailab.services.inference.converter import Converter  # noqa: E402
from ailab.services.inference.json_fields import Fields  # noqa: E402
from tiny_networks.fidelity_case import cases  # noqa: E402
from tiny_networks.text_readers import NETWORKS  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")  # of PyTorch and transformers themselves

SIZES = ((64, 40), (321, 48), (900, 41), (1201, 77), (3999, 30))
SMALL = "PPOCRV6TinyRecForTextRecognition"


def saved(name: str, folder: Path) -> Any:
    return next(case for case in cases() if case.name == name).save(folder)


def lines() -> list[Image.Image]:
    chance = np.random.default_rng(5)
    return [
        Image.fromarray(chance.integers(0, 256, (5, max(5, width // 9), 3), dtype=np.uint8)).resize(
            (width, height), Image.Resampling.BICUBIC
        )
        for width, height in SIZES
    ]


def check(folder: Path, variant: str, compare: Any) -> None:
    loaded = load_model(open_model(folder, variant=variant))
    texts = set()
    for line in lines():
        found = loaded.predict(np.asarray(line)).prediction
        assert isinstance(found, GeneratedText)
        assert [each for each in compare(line, found) if not each.is_small] == []
        texts.add(found.text)
    assert len(texts) > 2


@pytest.mark.parametrize("name", NETWORKS)
def test_that_lines_of_any_length_are_read_as_by_transformers(name: str, tmp_path: Path) -> None:
    check(tmp_path, "safetensors", saved(name, tmp_path))


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
def test_that_the_network_is_converted_with_its_width_left_free(name: str, tmp_path: Path) -> None:
    compare = saved(name, tmp_path)
    model = open_model(tmp_path, variant="safetensors")
    converter, made = Converter(read_picture), tmp_path / "onnx"
    made.mkdir()
    fields = Fields({"save_to": str(made)})
    converter.step("load", model, fields)
    export = converter.step("export", model, fields)
    assert export == {"is_size_free": True, "reason": ""}
    check_onnx_file(made / "model.onnx")
    names = [each["name"] for each in converter.step("check", model, fields)["figures"]]
    assert names == ["other words", "difference of scores"]
    check(tmp_path, "fp32", compare)


def test_that_a_folder_without_characters_is_refused(tmp_path: Path) -> None:
    saved(SMALL, tmp_path)
    rewrite(tmp_path, character_list=None)
    with pytest.raises(ModelFileError, match="do not say which characters"):
        open_model(tmp_path)


def test_that_characters_of_another_network_are_refused(tmp_path: Path) -> None:
    saved(SMALL, tmp_path)
    rewrite(tmp_path, character_list=["blank", "a"])
    loaded = load_model(open_model(tmp_path))
    with pytest.raises(DescriptionError, match="its files name 2"):
        loaded.predict(np.asarray(lines()[0]))


def rewrite(folder: Path, **settings: Any) -> None:
    path = folder / "preprocessor_config.json"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **settings}))


def test_that_lines_found_by_onnx_runtime_are_read_by_pytorch(tmp_path: Path) -> None:
    pytest.importorskip("cv2", reason="the extra text is not installed")
    saved(SMALL, tmp_path / "reader")
    reader = open_model(tmp_path / "reader", variant="safetensors")
    finder = open_model(page_models(tmp_path).finder)
    page = a_page((60, 100, "fgh"), (60, 300, "jhf"))
    found = load_model(with_reader(finder, reader)).predict(page).prediction
    assert isinstance(found, GeneratedText)
    alone = load_model(reader)
    for place in found.places:
        left, top, right, bottom = place.box
        corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float32)
        ways = [line_crop(page, corners), line_crop(page, corners)[::-1, ::-1].copy()]
        texts = [alone.predict(each).prediction for each in ways]
        assert GeneratedText(place.label, place.score) in texts
    assert found.places
