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
from tiny_networks.asked_exports import ASKED, export_asked
from tiny_networks.asked_words import (
    GOT,
    IMAGE,
    KOSMOS,
    blip_2,
    florence_2,
    got_ocr_2,
    instruct_blip,
    instruct_blip_t5,
    kosmos_2,
    pali_gemma,
    pali_gemma_2,
    pp_chart_2_table,
)
from tiny_networks.conversion import convert
from tiny_networks.page_words import (
    KOSMOS_2_5,
    donut,
    kosmos_2_5,
    nougat,
    pix2struct,
    pp_formula_net,
)
from tiny_networks.reference import Compare, Difference
from tiny_networks.word_exports import export_onnx, export_patches
from tiny_networks.word_readers import (
    Blip2Reader,
    BlipAnswerReader,
    ChartReader,
    DonutReader,
    FormulaReader,
    GotReader,
    InstructBlipReader,
    Kosmos25Reader,
    KosmosReader,
    ProcessorReader,
    WordReader,
)
from tiny_networks.word_tokens import FIELDS, save_tokenizer
from tiny_networks.words import blip, blip_vqa, git, made_sure, trocr, vit_gpt2

_CONVERTED = (transformers.BlipForConditionalGeneration, transformers.GitForCausalLM)
"""Those of which the Hub has no usual export: exported as the lab converts them."""


@dataclass(frozen=True, slots=True)
class WordCase:
    """A network that writes; the fields are those of `FidelityCase`, and:

    Attributes:
        make: the network and its image processor.
        marks: tokens of its tokenizer that are no words.
        reader: how transformers asks it, and reads what it writes.
    """

    name: str
    make: Callable[[], tuple[Any, Any]]
    marks: Sequence[str] = ()
    reader: WordReader = field(default_factory=WordReader)
    task: str = "image-to-text"
    prompt: Prompt = NO_PROMPT
    skips: Mapping[str, str] = field(default_factory=dict)
    keeps_its_size: bool = False

    def save(self, folder: Path) -> Compare:
        """See `FidelityCase.save`."""
        network, processor = self.make()
        made_sure(network, 0).save_pretrained(folder)
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        config["architectures"] = [type(network).__name__]
        (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
        processor.save_pretrained(folder)
        save_tokenizer(folder, self.marks, **self.reader.settings)
        self.reader.save(folder)
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
        other = type(network).from_pretrained(folder)

        def compare(picture: Image.Image, found: Prediction) -> list[Difference]:
            assert isinstance(found, GeneratedText)
            inputs = self.reader.inputs(processor, tokenizer, picture.convert("RGB"))
            with torch.inference_mode():
                tokens = other.generate(**inputs, **self.reader.length)
            text = self.reader.said(processor, tokenizer, inputs, tokens[0])
            return [Difference("words", 0.0 if text == found.text else np.inf, 0.0)]

        return compare

    def export(self, folder: Path, picture: Path | None = None) -> None:
        """See `FidelityCase.export`."""
        network, _ = self.make()
        if isinstance(network, transformers.VisionEncoderDecoderModel):
            export_onnx(made_sure(network, 0), folder, cache=True)
        elif isinstance(network, transformers.Pix2StructForConditionalGeneration):
            export_patches(made_sure(network, 0), folder)
        elif isinstance(network, ASKED):
            export_asked(made_sure(network, 0), folder)
        elif isinstance(network, _CONVERTED):
            convert(folder)
        else:
            raise NotImplementedError("ailab runs no usual export of it")


def word_cases() -> Sequence[WordCase]:
    """All networks that write."""
    return [
        WordCase("VisionEncoderDecoderModel (ViT, GPT-2)", vit_gpt2),
        WordCase("VisionEncoderDecoderModel (ViT, TrOCR)", trocr),
        WordCase("VisionEncoderDecoderModel (Donut)", donut, FIELDS, DonutReader()),
        WordCase("VisionEncoderDecoderModel (Nougat)", nougat),
        WordCase("Blip2ForConditionalGeneration (OPT)", blip_2, IMAGE, Blip2Reader()),
        WordCase("BlipForConditionalGeneration", blip),
        WordCase("BlipForQuestionAnswering", blip_vqa, reader=BlipAnswerReader()),
        WordCase(
            "Florence2ForConditionalGeneration",
            florence_2,
            IMAGE,
            ProcessorReader(transformers.Florence2Processor, "<CAPTION>"),
        ),
        WordCase("GitForCausalLM", git),
        WordCase("GotOcr2ForConditionalGeneration", got_ocr_2, GOT, GotReader()),
        WordCase(
            "GotOcr2ForConditionalGeneration, in pieces",
            got_ocr_2,
            GOT,
            GotReader(crop_to_patches=True),
            prompt=Prompt(question="OCR upon the patch reference:"),
        ),
        WordCase(
            "GotOcr2ForConditionalGeneration (PP-Chart2Table)",
            pp_chart_2_table,
            GOT,
            ChartReader(),
        ),
        WordCase(
            "InstructBlipForConditionalGeneration (OPT)",
            instruct_blip,
            IMAGE,
            InstructBlipReader(),
        ),
        WordCase(
            "InstructBlipForConditionalGeneration (T5)",
            instruct_blip_t5,
            IMAGE,
            InstructBlipReader(),
        ),
        WordCase("Kosmos2ForConditionalGeneration", kosmos_2, KOSMOS, KosmosReader()),
        WordCase("Kosmos2_5ForConditionalGeneration", kosmos_2_5, KOSMOS_2_5, Kosmos25Reader()),
        WordCase(
            "PaliGemmaForConditionalGeneration",
            pali_gemma,
            IMAGE,
            ProcessorReader(transformers.PaliGemmaProcessor, "<image>caption en"),
        ),
        WordCase(
            "PaliGemmaForConditionalGeneration (Gemma 2)",
            pali_gemma_2,
            IMAGE,
            ProcessorReader(transformers.PaliGemmaProcessor, "<image>caption en"),
        ),
        WordCase("PPFormulaNetForConditionalGeneration", pp_formula_net, reader=FormulaReader()),
        WordCase("Pix2StructForConditionalGeneration", pix2struct),
    ]
