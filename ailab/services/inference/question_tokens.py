"""A question as the tokens that a network is given to read.

Source: the processors of transformers 5 that are named at each form. The tokens that stand for the
picture are written out, as many as the network makes of a picture.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ailab.services.inference.answer_models import USUAL_QUESTION
from ailab.services.inference.florence_tasks import florence_sentence
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.kosmos_tasks import kosmos_command, without_places
from ailab.services.inference.text_files import QFORMER_FOLDER, TOKENIZER
from ailab.services.inference.tokenizer_file import library_failures
from ailab.services.inference.writing_models import (
    BLIP_2,
    BLIP_VQA,
    CHART_2_TABLE,
    DONUT,
    FLORENCE_2,
    GOT_OCR_2,
    INSTRUCT_BLIP,
    KOSMOS_2,
    KOSMOS_2_5,
    PALI_GEMMA,
)

if TYPE_CHECKING:
    from ailab.services.inference.question import Question

    Feeds = Mapping[str, Sequence[int]]

BEGINNING = "decoder_input_ids"
"""The input that holds what an answer begins with."""

ENDS = "eos_token_id"
"""The input that holds tokens that end an answer, beside those that the network's files name."""

_READ, _SEEN = "input_ids", "attention_mask"
_TURN, _TURN_END = "<|im_start|>", "<|im_end|>"
_IN_PIECES = "upon the patch reference"
_MARK = re.compile("<.*?>")
_TASKS = ("cord-v2", "cord-v1", "rvlcdip", "zhtrainticket", "synthdog")
"""Donut's tasks that ask for the picture alone, as its authors' own models name them."""


class QuestionTokens:
    """Makes tokens of what is asked.

    Args:
        question: how it goes in.
        tokenizer: of the library `tokenizers`.
        mark: what `bos_token` and `eos_token` are called; empty where there is none.
        qformer: the tokenizer of the part that looks at the picture; None where it reads nothing.

    Raises:
        ModelFileError: that part reads the question, and its tokenizer is missing.
    """

    def __init__(
        self,
        question: Question,
        tokenizer: Any,
        mark: Callable[[str], str],
        qformer: Any = None,
    ) -> None:
        if question.form == INSTRUCT_BLIP and qformer is None:
            raise ModelFileError(
                "The part of the model that looks at the picture reads the question too, and its "
                f"words are missing: {QFORMER_FOLDER}/{TOKENIZER}.",
                "Download the model again, or choose another one.",
            )
        self._question = question
        self._tokenizer = tokenizer
        self._qformer = qformer
        self._mark = mark
        self._begin, self._end = mark("bos_token"), mark("eos_token")
        self._form = _FORMS[question.form]

    def wants_pieces(self, asked: str) -> bool:
        """True for a question about a picture that is cut into pieces, as GOT-OCR 2 is asked it."""
        return self._question.form == GOT_OCR_2 and _IN_PIECES in asked

    def about(self, pictures: int) -> QuestionTokens:
        """The same for several pictures, each with tokens of its own."""
        question = replace(self._question, places=self._question.places * pictures)
        return QuestionTokens(question, self._tokenizer, self._mark, self._qformer)

    def feeds(self, asked: str = "") -> Feeds:
        """The inputs of the network by their names; none where it begins by itself.

        Args:
            asked: what a person typed; empty for the usual question.

        Raises:
            ModelFileError: the tokenizer lacks what the form needs.
        """
        return self._form(self, asked.strip())

    @property
    def form(self) -> str:
        """Which kind of question it is, one of those in `writing_models.py`."""
        return self._question.form

    def answer(self, written: str) -> str:
        """What a network wrote, without what is left of the question's marks in it.

        Source: `Kosmos2Processor.post_process_generation`; of others but Kosmos-2.5 it is all.
        """
        if self._question.form == KOSMOS_2_5:
            return without_places(written)
        if self._question.form != KOSMOS_2:
            return written
        return _MARK.sub("", written.rpartition("</image>")[2]).strip()

    def donut(self, asked: str) -> Feeds:
        """`DonutProcessor`: the task, or whatever an answer shall begin with."""
        if asked:
            return {BEGINNING: self._tokens(asked)}
        start = self._question.begins_with
        said = self._tokenizer.id_to_token(start) if start is not None else None
        if said is not None and said.startswith("<s_"):
            return {}
        found = (self._tokenizer.token_to_id(f"<s_{task}>") for task in _TASKS)
        task = next((number for number in found if number is not None), None)
        return {} if task is None else {BEGINNING: [task]}

    def florence_2(self, asked: str) -> Feeds:
        """`Florence2Processor`: a sentence, after the picture."""
        sentence = florence_sentence(asked)
        return _read(self._tokens(f"{self._places()}{self._begin}{sentence}{self._end}"))

    def blip_2(self, asked: str) -> Feeds:
        """`Blip2Processor`: the picture comes before the mark of the beginning, too."""
        if not asked:
            return {}
        return _read([*self._tokens(self._places()), *self._tokens(asked, whole=True)])

    def instruct_blip(self, asked: str) -> Feeds:
        """`InstructBlipProcessor`: as BLIP-2, and the question alone for its Q-Former.

        Asked nothing, it describes the picture as its authors had it do that (the paper
        “InstructBLIP”, the appendix on instructions).
        """
        text = asked or "A short image description."
        seen = self._short(self._tokens(text, whole=True, by=self._qformer))
        return {
            **self.blip_2(text),
            "qformer_input_ids": seen,
            "qformer_attention_mask": [1] * len(seen),
        }

    def blip_vqa(self, asked: str) -> Feeds:
        """`BlipProcessor`: a question as it stands, which is read while the picture is looked at.

        There is no answer without one, so that the usual one is put where nothing is asked.
        """
        return _read(self._short(self._tokens(asked or USUAL_QUESTION, whole=True)))

    def got_ocr_2(self, asked: str) -> Feeds:
        """`GotOcr2Processor`: a command within a conversation, whose turn's end ends the answer."""
        return self._conversation(f" {asked or 'OCR:'} ")

    def chart_2_table(self, asked: str) -> Feeds:
        """PP-Chart2Table: the same conversation, with the command of PaddleX's own processor."""
        return self._conversation(asked or "Chart to table")

    def _conversation(self, command: str) -> Feeds:
        end = self._tokenizer.token_to_id(_TURN_END)
        if end is None:
            raise _lacks(_TURN_END)
        text = (
            f"{_TURN}system\nYou should follow the instructions carefully and explain your answers "
            f"in detail.{_TURN_END}{_TURN}user\n<img>{self._places()}</img>\n"
            f"{command}{_TURN_END}{_TURN}assistant\n"
        )
        return {**_read(self._tokens(text, whole=True)), ENDS: [end]}

    def kosmos_2(self, asked: str) -> Feeds:
        """`Kosmos2Processor`: the beginning of a sentence, whose words the picture's tokens are.

        The picture's own tokens follow that of what is unknown.
        """
        count, unknown = self._question.places, self._tokenizer.token_to_id("<unk>")
        if unknown is None:
            raise _lacks("<unk>")
        places = " ".join(["<image>"] * (count + 1))
        beginning = asked or "<grounding>An image of"
        tokens = self._tokens(f"{self._begin}{places} </image> {beginning}")
        tokens[2 : 2 + count] = range(unknown + 1, unknown + 1 + count)
        is_place = [0, 0, *[1] * count, *[0] * (len(tokens) - count - 2)]
        return {**_read(tokens), "image_embeds_position_mask": is_place}

    def kosmos_2_5(self, asked: str) -> Feeds:
        """`Kosmos2_5Processor`: a command behind the picture, for which the first mark stands.

        The feeds leave out how the picture's patches are masked, which its network does not read.
        """
        count = self._question.places
        begin = self._begin or "<s>"
        text = f"{begin}<image>{begin * count}</image>{kosmos_command(asked)}"
        tokens = self._tokens(text, whole=True)
        is_place = [0, -1, *[1] * count, -1]
        is_place += [0] * (len(tokens) - len(is_place))
        return {**_read(tokens), "image_embeds_position_mask": is_place}

    def pali_gemma(self, asked: str) -> Feeds:
        """`PaliGemmaProcessor`: a command and a new line, all of which is read at once."""
        text = f"{self._places()}{self._begin}{asked or 'caption en'}\n"
        tokens = self._tokens(text)
        return {**_read(tokens), "token_type_ids": [0] * len(tokens)}

    def _places(self) -> str:
        if not self._question.places:
            return ""
        place = self._question.place
        word = "<image>" if place is None else self._tokenizer.id_to_token(place)
        if word is None or self._tokenizer.token_to_id(word) is None:
            raise _lacks(word or f"token {place}")
        return str(word) * self._question.places

    def _short(self, tokens: list[int]) -> list[int]:
        """The same tokens, where there are no more than the network reads."""
        if len(tokens) > self._question.longest:
            raise too_long(self._question.longest, len(tokens))
        return tokens

    def _tokens(self, text: str, *, whole: bool = False, by: Any = None) -> list[int]:
        with library_failures(
            "The model's tokenizer.json cannot turn the question into what its network reads.",
            "Ask something else, or choose another model.",
        ):
            tokenizer = self._tokenizer if by is None else by
            return list(tokenizer.encode(text, add_special_tokens=whole).ids)


_FORMS: Mapping[str, Callable[[QuestionTokens, str], Feeds]] = MappingProxyType(
    {
        BLIP_2: QuestionTokens.blip_2,
        BLIP_VQA: QuestionTokens.blip_vqa,
        CHART_2_TABLE: QuestionTokens.chart_2_table,
        DONUT: QuestionTokens.donut,
        FLORENCE_2: QuestionTokens.florence_2,
        GOT_OCR_2: QuestionTokens.got_ocr_2,
        INSTRUCT_BLIP: QuestionTokens.instruct_blip,
        KOSMOS_2: QuestionTokens.kosmos_2,
        KOSMOS_2_5: QuestionTokens.kosmos_2_5,
        PALI_GEMMA: QuestionTokens.pali_gemma,
    }
)


def _read(tokens: list[int]) -> Feeds:
    return {_READ: tokens, _SEEN: [1] * len(tokens)}


def too_long(longest: int, length: int | None = None) -> ModelFileError:
    """The error of a question of more tokens than a network reads; None for any number more."""
    many = "more" if length is None else f"{length}"
    return ModelFileError(
        f"What is asked has {many} words and signs, as the model counts them, and it takes "
        f"{longest} at most.",
        "Ask in fewer words.",
    )


def _lacks(word: str) -> ModelFileError:
    return ModelFileError(
        f"The model's tokenizer.json has no word that stands for the picture ({word}).",
        "Download the model again, or choose another one.",
    )
