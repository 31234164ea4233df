"""How transformers' own processors ask networks that write, and read what these write."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any
from unittest.mock import patch

import transformers
from PIL import Image
from transformers.models.pp_formulanet.processing_pp_formulanet import PPFormulaNetProcessor
from transformers.processing_utils import ProcessorMixin

from ailab.services.inference import generation_settings
from tiny_networks.page_words import KOSMOS_PATCHES
from tiny_networks.word_tokens import WORDS, save_tokenizer

_READ = ("input_ids", "attention_mask")
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class WordReader:
    """For a network that is asked nothing.

    Attributes:
        settings: more of `tokenizer_config.json`.
        is_silent: True where the network's files do not say how long its text may be.
    """

    settings: Mapping[str, Any] = _NOTHING
    is_silent = False

    @property
    def length(self) -> dict[str, int]:
        """How long the text may be, as transformers' pipeline has it."""
        usual = generation_settings.ASKED_NEW_TOKENS
        return {"max_new_tokens": usual} if self.is_silent else {}

    def inputs(self, processor: Any, tokenizer: Any, picture: Image.Image) -> dict[str, Any]:
        """What `generate` is given."""
        del tokenizer
        return dict(processor(picture, return_tensors="pt"))

    def save(self, folder: Path) -> None:
        """Write what more the network's folder holds."""

    def said(self, processor: Any, tokenizer: Any, inputs: Mapping[str, Any], tokens: Any) -> str:
        """What the tokens say."""
        del processor, inputs
        return str(tokenizer.decode(tokens, skip_special_tokens=True).strip())


class DonutReader(WordReader):
    """For a network that reads documents.

    Args:
        beginning: what the text begins with.
    """

    def __init__(self, beginning: str = "<s_cord-v2>") -> None:
        self._beginning = beginning

    def inputs(self, processor: Any, tokenizer: Any, picture: Image.Image) -> dict[str, Any]:
        """See `WordReader.inputs`."""
        task = tokenizer(self._beginning, add_special_tokens=False, return_tensors="pt")
        pixels = super().inputs(processor, tokenizer, picture)
        return {**pixels, "decoder_input_ids": task.input_ids}

    def said(self, processor: Any, tokenizer: Any, inputs: Mapping[str, Any], tokens: Any) -> str:
        """See `WordReader.said`."""
        text = tokenizer.decode(tokens)
        for end in (tokenizer.eos_token, tokenizer.pad_token):
            text = text.replace(end, "")
        text = re.sub("<.*?>", "", text, count=1).strip()
        fields = transformers.DonutProcessor(processor, tokenizer).token2json(text)
        if "text_sequence" in fields:
            return str(fields["text_sequence"].strip())
        return json.dumps(fields, ensure_ascii=False, indent=2)


class ProcessorReader(WordReader):
    """For a network that answers, with the processor that puts picture and question together.

    Args:
        kind: class of the processor.
        question: what is asked.
        places: tokens of a picture, where the processor is to be told how many these are.
    """

    settings: Mapping[str, Any] = {"extra_special_tokens": {"image_token": "<image>"}}

    def __init__(self, kind: Any, question: str, *places: int) -> None:
        self._kind = kind
        self._places = places
        self.is_silent = bool(places)
        self._question = question

    def inputs(self, processor: Any, tokenizer: Any, picture: Image.Image) -> dict[str, Any]:
        """See `WordReader.inputs`."""
        whole = self._kind(processor, tokenizer, *self._places)
        inputs = whole(images=picture, text=self._question, return_tensors="pt")
        return {name: values for name, values in inputs.items() if name != "labels"}

    def said(self, processor: Any, tokenizer: Any, inputs: Mapping[str, Any], tokens: Any) -> str:
        """See `WordReader.said`."""
        given = inputs["input_ids"][0]
        is_repeated = len(tokens) >= len(given) and bool((tokens[: len(given)] == given).all())
        answer = tokens[len(given) :] if is_repeated else tokens
        return WordReader.said(self, processor, tokenizer, inputs, answer)


class Blip2Reader(ProcessorReader):
    """For BLIP-2, which captions where it is asked nothing.

    Args:
        question: what is asked.
    """

    settings: Mapping[str, Any] = _NOTHING

    def __init__(self, question: str = "") -> None:
        super().__init__(transformers.Blip2Processor, question, 6)

    def inputs(self, processor: Any, tokenizer: Any, picture: Image.Image) -> dict[str, Any]:
        """See `WordReader.inputs`."""
        if self._question:
            return super().inputs(processor, tokenizer, picture)
        return WordReader.inputs(self, processor, tokenizer, picture)

    def said(self, processor: Any, tokenizer: Any, inputs: Mapping[str, Any], tokens: Any) -> str:
        """See `WordReader.said`; the picture's tokens are none that are read out."""
        if self._question:
            return super().said(processor, tokenizer, inputs, tokens)
        return WordReader.said(self, processor, tokenizer, inputs, tokens)


class BlipAnswerReader(ProcessorReader):
    """For BLIP that answers questions, and nothing else.

    Args:
        question: what is asked.
    """

    settings: Mapping[str, Any] = MappingProxyType({"is_whole": True})

    def __init__(self, question: str = "What is in the picture?") -> None:
        super().__init__(transformers.BlipProcessor, question)

    def said(self, processor: Any, tokenizer: Any, inputs: Mapping[str, Any], tokens: Any) -> str:
        """See `WordReader.said`; the question is none of the part that writes."""
        return WordReader.said(self, processor, tokenizer, inputs, tokens)


class InstructBlipReader(Blip2Reader):
    """For InstructBLIP, whose question goes through two tokenizers.

    Args:
        question: what is asked.
    """

    def __init__(self, question: str = "A short image description.") -> None:
        super().__init__(question)

    def save(self, folder: Path) -> None:
        """See `WordReader.save`; words with other numbers than the first tokenizer's."""
        save_tokenizer(folder / "qformer_tokenizer", words=WORDS[::-1], is_whole=True)

    def inputs(self, processor: Any, tokenizer: Any, picture: Image.Image) -> dict[str, Any]:
        """See `WordReader.inputs`."""
        second = transformers.AutoTokenizer.from_pretrained(
            Path(tokenizer.name_or_path) / "qformer_tokenizer"
        )
        whole = transformers.InstructBlipProcessor(processor, tokenizer, second, 6)
        return dict(whole(images=picture, text=self._question, return_tensors="pt"))


class GotReader(ProcessorReader):
    """For GOT-OCR 2, which is told to read without a word of ours."""

    settings: Mapping[str, Any] = _NOTHING

    def __init__(self, **how: bool) -> None:
        super().__init__(transformers.GotOcr2Processor, "")
        self._how = how

    def inputs(self, processor: Any, tokenizer: Any, picture: Image.Image) -> dict[str, Any]:
        """See `WordReader.inputs`."""
        whole = self._kind(processor, tokenizer)
        inputs = whole(images=picture, num_image_tokens=4, return_tensors="pt", **self._how)
        return _ending_its_turn(inputs, tokenizer)


class ChartReader(ProcessorReader):
    """For PP-Chart2Table, whose command its repository's template holds, as PaddleX's code does."""

    settings: Mapping[str, Any] = _NOTHING

    def __init__(self) -> None:
        super().__init__(transformers.PPChart2TableProcessor, "Chart to table")

    def inputs(self, processor: Any, tokenizer: Any, picture: Image.Image) -> dict[str, Any]:
        """See `WordReader.inputs`."""
        text = (
            "<|im_start|>system\nYou should follow the instructions carefully and explain your "
            f"answers in detail.<|im_end|><|im_start|>user\n<img>{'<imgpad>' * 4}</img>\n"
            f"{self._question}<|im_end|><|im_start|>assistant\n"
        )
        inputs = self._kind(processor, tokenizer)(images=picture, text=text, return_tensors="pt")
        return _ending_its_turn(inputs, tokenizer)


class Kosmos25Reader(ProcessorReader):
    """For Kosmos-2.5, which is told to read the words.

    Args:
        command: what it is told.
    """

    settings: Mapping[str, Any] = {
        "extra_special_tokens": {
            "image_token": "<s>",
            "boi_token": "<image>",
            "eoi_token": "</image>",
        }
    }

    def __init__(self, command: str = "<ocr>") -> None:
        super().__init__(transformers.Kosmos2_5Processor, command)

    def inputs(self, processor: Any, tokenizer: Any, picture: Image.Image) -> dict[str, Any]:
        """See `WordReader.inputs`; its processor does not ask the image processor how many."""
        whole = self._kind(processor, tokenizer, num_image_tokens=8)
        made = whole(images=picture, text=self._question, max_patches=KOSMOS_PATCHES)
        return {name: made[name] for name in made if name not in {"width", "height"}}

    def said(self, processor: Any, tokenizer: Any, inputs: Mapping[str, Any], tokens: Any) -> str:
        """See `WordReader.said`."""
        del processor
        text = tokenizer.decode(tokens[inputs["input_ids"].shape[1] :], skip_special_tokens=True)
        return re.sub(r"<bbox>.*?</bbox>", "", text).strip()


def _ending_its_turn(inputs: Mapping[str, Any], tokenizer: Any) -> dict[str, Any]:
    kept = {n: v for n, v in inputs.items() if n in {*_READ, "pixel_values"}}
    # The model's card asks for `stop_strings`, which cannot be made of a tokenizer this tiny.
    ends = tokenizer.convert_tokens_to_ids(["</s>", "<|im_end|>"])
    return {**kept, "eos_token_id": ends}


class FormulaReader(WordReader):
    """For PP-FormulaNet, which writes LaTeX."""

    def said(self, processor: Any, tokenizer: Any, inputs: Mapping[str, Any], tokens: Any) -> str:
        """See `WordReader.said`."""
        with patch.object(ProcessorMixin, "check_argument_for_proper_class"):  # it is a stand-in's
            whole = PPFormulaNetProcessor(processor, tokenizer)
        (text,) = whole.post_process(tokens[None])
        return str(text.strip())


class KosmosReader(ProcessorReader):
    """For Kosmos-2, whose answer goes on with the question."""

    settings: Mapping[str, Any] = _NOTHING

    def __init__(self, question: str = "<grounding>An image of") -> None:
        super().__init__(transformers.Kosmos2Processor, question, 4)

    def inputs(self, processor: Any, tokenizer: Any, picture: Image.Image) -> dict[str, Any]:
        """See `WordReader.inputs`."""
        whole = self._kind(processor, tokenizer, *self._places)
        return dict(
            whole(images=picture, text=self._question, num_image_tokens=8, return_tensors="pt")
        )

    def said(self, processor: Any, tokenizer: Any, inputs: Mapping[str, Any], tokens: Any) -> str:
        """See `WordReader.said`."""
        whole = self._kind(processor, tokenizer, *self._places)
        text, _ = whole.post_process_generation(tokenizer.decode(tokens, skip_special_tokens=True))
        return str(text.strip())
