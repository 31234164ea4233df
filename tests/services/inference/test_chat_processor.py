"""What networks that answer in a conversation are given to read, by transformers' processors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

pytest.importorskip("torch", reason="the extra torch is not installed")
pytest.importorskip("transformers", reason="the extra torch is not installed")

from ailab.services.inference import chat_processor
from ailab.services.inference.chat_processor import ChatProcessor
from tiny_networks.chat_cases import save_chat
from tiny_networks.chats import idefics2, llava, qwen2_vl

pytestmark = pytest.mark.filterwarnings("ignore")  # of PyTorch and transformers themselves

Feeds = dict[str, npt.NDArray[Any]]
LARGEST = np.random.default_rng(5).integers(0, 256, (60, 90, 3), dtype=np.uint8)


def feeds_of_pillow(
    processor: ChatProcessor, pixels: npt.NDArray[np.uint8], patched: pytest.MonkeyPatch
) -> Feeds:
    """What the processor makes of a picture that is always Pillow's."""
    messages = chat_processor._messages
    with patched.context() as patch:
        patch.setattr(
            chat_processor,
            "_messages",
            lambda picture, question: messages(Image.fromarray(np.asarray(picture)), question),
        )
        return processor.feeds(pixels, "What is this?")


@pytest.mark.parametrize("make", [idefics2, llava, qwen2_vl], ids=lambda make: make.__name__)
@pytest.mark.parametrize("shape", [(60, 90), (3, 40), (40, 4)], ids=str)
def test_that_pictures_go_in_as_if_they_were_pillows(
    tmp_path: Path, make: Any, shape: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    save_chat(make(), tmp_path)
    processor = ChatProcessor(tmp_path)
    pixels = LARGEST[: shape[0], : shape[1]]
    found = processor.feeds(pixels, "What is this?")
    expected = feeds_of_pillow(processor, pixels, monkeypatch)
    assert found.keys() == expected.keys()
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], values)
        assert found[name].dtype == values.dtype
    np.testing.assert_array_equal(pixels, LARGEST[: shape[0], : shape[1]])
