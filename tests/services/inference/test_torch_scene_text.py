"""A tiny MGP-STR: each kind of pieces as transformers reads it, and the network as ONNX."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

torch = pytest.importorskip("torch", reason="the extra torch is not installed")
pytest.importorskip("transformers", reason="the extra torch is not installed")

from ailab.services.conversion.conversion_service import ConversionService  # noqa: E402
from ailab.services.conversion.converted_store import ConvertedStore  # noqa: E402
from ailab.services.inference.generated_text import GeneratedText  # noqa: E402
from ailab.services.inference.inference_service import InferenceService  # noqa: E402
from ailab.services.inference.loaded_model import load_model  # noqa: E402
from ailab.services.inference.open_model import open_model  # noqa: E402
from ailab.services.inference.tasks.scene_text import PIECES, read_pieces  # noqa: E402
from tiny_networks.scene_text import (  # noqa: E402
    SceneTextCase,
    reference_processor,
    scene_reader,
)

pytestmark = pytest.mark.filterwarnings("ignore")  # of PyTorch and transformers themselves

SIZES = ((197, 131), (91, 203), (300, 40), (64, 64), (30, 200), (500, 90), (12, 12))
DECODERS = ("char_decode", "bpe_decode", "wp_decode")
KINDS = ("char", "bpe", "wp")
REVISION = "a" * 40


def pictures() -> list[Image.Image]:
    chance = np.random.default_rng(7)
    rough = (Image.fromarray(chance.integers(0, 256, (5, 9, 3), dtype=np.uint8)) for _ in SIZES)
    resized = [
        each.resize(size, Image.Resampling.BICUBIC) for each, size in zip(rough, SIZES, strict=True)
    ]
    return [*resized, resized[0].convert("L"), resized[1].convert("RGBA")]


def test_that_words_of_pictures_of_any_shape_are_those_of_transformers(tmp_path: Path) -> None:
    compare = SceneTextCase().save(tmp_path)
    loaded = load_model(open_model(tmp_path))
    texts = set()
    for picture in pictures():
        found = loaded.predict(np.asarray(picture.convert("RGB"))).prediction
        assert isinstance(found, GeneratedText)
        assert [each for each in compare(picture, found) if not each.is_small] == []
        texts.add(found.text)
    assert len(texts) > 3


def test_that_each_kind_of_pieces_is_read_as_by_transformers(tmp_path: Path) -> None:
    SceneTextCase().save(tmp_path)
    processor, network = reference_processor(tmp_path), scene_reader()
    noise = torch.rand(12, 3, 4, 9, generator=torch.Generator().manual_seed(3))
    tensor = torch.nn.functional.interpolate(noise, (32, 128), mode="bicubic")
    with torch.no_grad():
        answers = [each.clone() for each in network(tensor).logits]
    for logits, pieces in zip(answers, PIECES.values(), strict=True):
        logits[::3, :, pieces.end] = -50  # some words do not end
    ended = 0
    for kind, decoder, logits, pieces in zip(
        KINDS, DECODERS, answers, PIECES.values(), strict=True
    ):
        texts, scores = processor._decode_helper(logits, kind)

        def say(numbers: Any, decoder: str = decoder) -> str:
            (text,) = getattr(processor, decoder)(torch.tensor([numbers]))
            return str(text)

        for text, score, row in zip(texts, scores, logits, strict=True):
            found = read_pieces(row.numpy(), pieces, say)
            assert found.text == text
            assert found.score == pytest.approx(float(score), abs=1e-6)
            ended += bool(found.score)
    assert 12 < ended <= 24


@pytest.mark.slow
def test_that_it_is_converted_with_its_tokenizers(tmp_path: Path) -> None:
    asyncio.run(_convert_and_run(tmp_path))


async def _convert_and_run(tmp_path: Path) -> None:
    folder = tmp_path / "reader"
    folder.mkdir()
    SceneTextCase().save(folder)
    picture = tmp_path / "own.png"
    pictures()[0].save(picture)
    inference = InferenceService()
    service = ConversionService(ConvertedStore(tmp_path / "converted"))
    try:
        model = await inference.open(str(folder), model_id="acme/tiny", revision=REVISION)
        before = await inference.predict(model, str(picture), threshold=0.0, save_to=None)
        kept = await service.convert(model, str(picture), lambda _: None)
        converted = await inference.open(str(kept.weights))
        after = await inference.predict(converted, str(picture), threshold=0.0, save_to=None)
    finally:
        await inference.close()
    assert (converted.engine, converted.note) == ("onnxruntime", "")
    assert (kept.folder / "gpt2" / "tokenizer.json").is_file()
    assert isinstance(before.prediction, GeneratedText)
    assert isinstance(after.prediction, GeneratedText)
    assert after.prediction.text == before.prediction.text
    assert after.prediction.score == pytest.approx(before.prediction.score, abs=1e-3)
