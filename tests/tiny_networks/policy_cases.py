"""Pictures judged by rules in words, compared with transformers' own processor."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
import transformers
from PIL import Image

from ailab.services.inference.predictions import Prediction
from ailab.services.inference.prompt import NO_PROMPT, Prompt
from tiny_networks.chats import GEMMA
from tiny_networks.reference import Compare, Difference, scores_apart
from tiny_networks.tiny_chat import SIGLIP, SQUARE, TEXT, numbers, words
from tiny_networks.word_tokens import save_tokenizer
from tiny_networks.words import made_sure

_TEMPLATE = (
    "{% for message in messages %}{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}<start_of_image>{% else %} the dog {{ part['text'] }} in the "
    "park {% endif %}{% endfor %}{% endfor %}"
)


@dataclass(frozen=True, slots=True)
class PolicyCase:
    """ShieldGemma 2; the fields are those of `FidelityCase`."""

    name: str = "ShieldGemma2ForImageClassification"
    task: str = "image-classification"
    prompt: Prompt = NO_PROMPT
    skips: Mapping[str, str] = field(default_factory=dict)
    keeps_its_size: bool = False

    def save(self, folder: Path) -> Compare:
        """See `FidelityCase.save`."""
        network = made_sure(_network(), 0)
        network.save_pretrained(folder)
        pictures = transformers.Gemma3ImageProcessorPil(size=SQUARE)
        pictures.save_pretrained(folder)
        named = dict(zip(("image_token", "boi_token", "eoi_token"), GEMMA, strict=True))
        save_tokenizer(folder, GEMMA, extra_special_tokens=named)
        own = {"processor_class": "ShieldGemma2Processor", "image_seq_length": 4}
        (folder / "processor_config.json").write_text(json.dumps(own), encoding="utf-8")
        (folder / "chat_template.jinja").write_text(_TEMPLATE, encoding="utf-8")
        processor = transformers.ShieldGemma2Processor(
            pictures,
            transformers.AutoTokenizer.from_pretrained(folder),
            chat_template=_TEMPLATE,
            image_seq_length=4,
        )

        def compare(picture: Image.Image, found: Prediction) -> list[Difference]:
            inputs = processor(images=[picture.convert("RGB")], return_tensors="pt")
            with torch.inference_mode():
                yes = network(**inputs).probabilities[:, 0].tolist()
            theirs = dict(zip(processor.policy_definitions, yes, strict=True))
            return scores_apart(found, theirs)

        return compare

    def export(self, folder: Path, picture: Path | None = None) -> None:
        """See `FidelityCase.export`."""
        raise NotImplementedError("ailab runs no export of networks that chat")


def policy_cases() -> Sequence[PolicyCase]:
    """The one network of its kind."""
    return [PolicyCase()]


def _network() -> Any:
    soft, begin, end = numbers(GEMMA).values()
    config = transformers.ShieldGemma2Config(
        text_config={**TEXT, **words(GEMMA), "sliding_window": 64},
        vision_config=SIGLIP,
        image_token_index=soft,
        boi_token_index=begin,
        eoi_token_index=end,
        mm_tokens_per_image=4,
        yes_token_index=7,
        no_token_index=9,
    )
    return transformers.ShieldGemma2ForImageClassification(config)
