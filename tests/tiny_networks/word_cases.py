"""Words about pictures, compared with transformers' `generate`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from PIL import Image

from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.predictions import Prediction
from ailab.services.inference.prompt import NO_PROMPT, Prompt
from tiny_networks.comparison import Compare, Difference
from tiny_networks.word_exports import export_onnx
from tiny_networks.word_tokens import save_tokenizer
from tiny_networks.words import blip, git, made_sure, trocr, vit_gpt2


@dataclass(frozen=True, slots=True)
class WordCase:
    """A network that writes; the fields are those of `FidelityCase`."""

    name: str
    make: Callable[[], tuple[Any, Any]]
    task: str = "image-to-text"
    prompt: Prompt = NO_PROMPT
    skips: Mapping[str, str] = field(default_factory=dict)
    onnx_pictures: tuple[str, ...] = ()

    def save(self, folder: Path) -> Compare:
        """See `FidelityCase.save`."""
        network, processor = self.make()
        made_sure(network, 0).save_pretrained(folder)
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        config["architectures"] = [type(network).__name__]
        (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
        processor.save_pretrained(folder)
        save_tokenizer(folder)
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
        other = transformers.AutoModelForImageTextToText.from_pretrained(folder)

        def compare(picture: Image.Image, found: Prediction) -> list[Difference]:
            assert isinstance(found, GeneratedText)
            inputs = processor(picture.convert("RGB"), return_tensors="pt")
            with torch.inference_mode():
                tokens = other.generate(**inputs)
            text = tokenizer.decode(tokens[0], skip_special_tokens=True).strip()
            return [Difference("words", 0.0 if text == found.text else np.inf, 0.0)]

        return compare

    def export(self, folder: Path) -> None:
        """See `FidelityCase.export`."""
        network, _ = self.make()
        if not isinstance(network, transformers.VisionEncoderDecoderModel):
            raise NotImplementedError("there is no usual export of it")
        export_onnx(made_sure(network, 0), folder, cache=True)


def word_cases() -> Sequence[WordCase]:
    """All networks that write."""
    return [
        WordCase("VisionEncoderDecoderModel (ViT, GPT-2)", vit_gpt2),
        WordCase("VisionEncoderDecoderModel (ViT, TrOCR)", trocr),
        WordCase("BlipForConditionalGeneration", blip),
        WordCase("GitForCausalLM", git),
    ]
