"""Networks that pick an answer to a question, compared with transformers' own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from PIL import Image

from ailab.services.inference.answer_models import USUAL_QUESTION
from ailab.services.inference.predictions import Classification, Prediction
from ailab.services.inference.prompt import NO_PROMPT, Prompt
from tiny_networks.conversion import convert
from tiny_networks.reference import Compare, Difference, scores_apart
from tiny_networks.word_tokens import VOCABULARY, save_tokenizer
from tiny_networks.words import made_sure

ANSWERS = ("yes", "no", "2", "a cat", "a dog", "red", "blue", "in the park", "nothing", "1", "sky")


@dataclass(frozen=True, slots=True)
class AnswerCase:
    """ViLT; the fields are those of `FidelityCase`."""

    name: str = "ViltForQuestionAnswering"
    task: str = "visual-question-answering"
    prompt: Prompt = NO_PROMPT
    skips: Mapping[str, str] = field(default_factory=dict)
    keeps_its_size: bool = False

    def save(self, folder: Path) -> Compare:
        """See `FidelityCase.save`."""
        vilt().save_pretrained(folder)
        pictures = transformers.ViltImageProcessorPil(size={"shortest_edge": 64}, size_divisor=8)
        pictures.save_pretrained(folder)
        save_tokenizer(folder, is_whole=True)
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
        processor = transformers.ViltProcessor(pictures, tokenizer)
        other = transformers.ViltForQuestionAnswering.from_pretrained(folder)
        question = self.prompt.question or USUAL_QUESTION

        def compare(picture: Image.Image, found: Prediction) -> list[Difference]:
            assert isinstance(found, Classification)
            inputs = processor(picture.convert("RGB"), question, return_tensors="pt")
            with torch.inference_mode():
                # As `VisualQuestionAnsweringPipeline` of transformers 4 did it.
                scores, numbers = other(**inputs).logits.sigmoid()[0].topk(len(ANSWERS))
            theirs = {
                ANSWERS[int(number)]: float(score)
                for score, number in zip(scores, numbers, strict=True)
            }
            if [each.label for each in found.scores] != list(theirs):
                return [Difference("score", np.inf, 1e-3)]
            return scores_apart(found, theirs)

        return compare

    def export(self, folder: Path, picture: Path | None = None) -> None:
        """See `FidelityCase.export`; there is no usual export of it, so that it is converted."""
        convert(folder)


def answer_cases() -> Sequence[AnswerCase]:
    """The one network of its kind."""
    return [AnswerCase()]


def vilt() -> Any:
    """As dandelin/vilt-b32-finetuned-vqa, tiny."""
    config = transformers.ViltConfig(
        vocab_size=VOCABULARY,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        image_size=64,
        patch_size=8,
        id2label=dict(enumerate(ANSWERS)),
        label2id={answer: number for number, answer in enumerate(ANSWERS)},
    )
    return made_sure(transformers.ViltForQuestionAnswering(config), 0)
