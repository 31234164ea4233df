"""The networks of transformers that write about a picture, by their architectures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ailab.services.inference.generation_settings import USUAL_NEW_TOKENS
from ailab.services.inference.network import DECODER, ENCODER, TOKENS, VISION

WRITES = "image-to-text"
"""Their task."""

BLIP_2, BLIP_VQA, CHART_2_TABLE, DONUT = "blip-2", "blip-vqa", "chart-2-table", "donut"
FLORENCE_2 = "florence-2"
GOT_OCR_2, INSTRUCT_BLIP, KOSMOS_2 = "got-ocr-2", "instruct-blip", "kosmos-2"
KOSMOS_2_5, PALI_GEMMA = "kosmos-2.5", "pali-gemma"
"""Forms in which a question is put, each as one family reads it; see `question_tokens.py`."""

_PIXELS = ("pixel_values",)
_PATCHES = ("flattened_patches", "attention_mask")
_SEES_AND_READS = (VISION, TOKENS)


@dataclass(frozen=True, slots=True)
class WritingModel:
    """What a network that writes takes.

    Attributes:
        picture: names of the inputs that are made of the picture.
        form: how a question is put to it; empty where none can be.
        places: where its files say how many tokens of the question stand for the picture.
        usual_places: how many they are where the files say nothing.
        place: where `config.json` says which token that is.
        writer: the part that writes, with settings of its own; empty for the whole.
        forms: by their types in `config.json`, forms of those that are asked otherwise.
        goes_on: True where an answer goes on with the question's words, which belong to it then.
        export: the parts of its export to ONNX, where that takes a question or patches.
        decoder: what its words are read by.
        new_tokens: how many its authors let it write, where its files say nothing; 0 for as many as
            others.
    """

    picture: tuple[str, ...] = _PIXELS
    form: str = ""
    places: tuple[str, ...] = ()
    usual_places: int = 0
    place: tuple[str, ...] = ()
    writer: str = ""
    forms: tuple[tuple[str, str], ...] = ()
    goes_on: bool = False
    export: tuple[str, ...] = ()
    decoder: str = "text"
    new_tokens: int = 0

    @property
    def has_no_export(self) -> bool:
        """True where it takes more than a picture, and no export says how that goes in."""
        return (bool(self.form) or self.picture != _PIXELS) and not self.export

    @property
    def is_seen_first(self) -> bool:
        """True where an export is given the picture before the question, which has no place for it.

        Source: `Florence2ForConditionalGeneration` of transformers.js.
        """
        return {VISION, ENCODER} <= set(self.export)


WRITING_MODELS: Mapping[str, WritingModel] = MappingProxyType(
    {
        "Blip2ForConditionalGeneration": WritingModel(
            form=BLIP_2,
            places=("num_query_tokens",),
            usual_places=32,
            place=("image_token_index", "image_token_id"),
            writer="language_model",
        ),
        "BlipForConditionalGeneration": WritingModel(writer="text_decoder"),
        "BlipForQuestionAnswering": WritingModel(
            form=BLIP_VQA,
            writer="text_decoder",
            new_tokens=USUAL_NEW_TOKENS,  # answers of a word or two, by `generate` alone
        ),
        "Florence2ForConditionalGeneration": WritingModel(
            form=FLORENCE_2,
            places=("image_seq_length",),
            usual_places=577,
            place=("image_token_id",),
            export=(*_SEES_AND_READS, ENCODER, DECODER),
            new_tokens=1024,  # a place takes four or eight of them beside its words
        ),
        "GitForCausalLM": WritingModel(),
        "GotOcr2ForConditionalGeneration": WritingModel(
            form=GOT_OCR_2,
            forms=(("pp_chart2table", CHART_2_TABLE),),
            places=("num_image_tokens",),
            usual_places=256,
            place=("image_token_index", "image_token_id"),
        ),
        "InstructBlipForConditionalGeneration": WritingModel(
            form=INSTRUCT_BLIP,
            places=("num_query_tokens",),
            usual_places=32,
            place=("image_token_index", "image_token_id"),
            writer="language_model",
        ),
        "Kosmos2ForConditionalGeneration": WritingModel(
            form=KOSMOS_2,
            places=("latent_query_num",),
            usual_places=64,
            writer="text_model",
            goes_on=True,
        ),
        "Kosmos2_5ForConditionalGeneration": WritingModel(
            _PATCHES,
            form=KOSMOS_2_5,
            places=("latent_query_num",),
            usual_places=2048,
            new_tokens=1024,
        ),
        "PPFormulaNetForConditionalGeneration": WritingModel(decoder="formula"),
        "PaliGemmaForConditionalGeneration": WritingModel(
            form=PALI_GEMMA,
            places=("image_seq_length", "num_image_tokens"),
            usual_places=256,
            place=("image_token_index", "image_token_id"),
            export=(*_SEES_AND_READS, DECODER),
        ),
        "Pix2StructForConditionalGeneration": WritingModel(_PATCHES, export=(ENCODER, DECODER)),
        "VisionEncoderDecoderModel": WritingModel(),
    }
)
"""Names as they stand in `config.json`."""
