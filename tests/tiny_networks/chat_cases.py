"""Answers about pictures, compared with transformers' own pipeline `image-text-to-text`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import numpy as np
import transformers
from PIL import Image
from transformers.processing_utils import MODALITY_TO_AUTOPROCESSOR_MAPPING as PARTS
from transformers.processing_utils import ProcessorMixin

from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.predictions import Prediction
from ailab.services.inference.prompt import Prompt
from tiny_networks import (
    chats,
    further_chats,
    latest_chats,
    more_chats,
    newer_chats,
    newest_chats,
    page_chats,
    timm_chats,
)
from tiny_networks.case_needs import lacking
from tiny_networks.reference import Compare, Difference
from tiny_networks.tiny_chat import TinyChat
from tiny_networks.word_tokens import save_tokenizer
from tiny_networks.words import made_sure

QUESTION = "the cat sits on the mat"
_LENGTH = 12
_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}{{ message['role'] }} "
    "{% for part in message['content'] %}{% if part['type'] == 'image' %}PLACE{% else %} "
    "{{ part['text'] }} {% endif %}{% endfor %}</s>{% endfor %}"
    "{% if add_generation_prompt %} a dog {% endif %}"
)


class _NoFilms:
    """In the place of a video processor, which transformers has for torchvision alone."""

    model_input_names = ()
    num_frames = fps = valid_kwargs = slice_mode = use_image_id = downsample_mode = None

    def to_dict(self) -> dict[str, Any]:
        """Nothing to keep."""
        return {}


@dataclass(frozen=True, slots=True)
class ChatCase:
    """A network that chats; the fields are those of `FidelityCase`, and:

    Attributes:
        make: the network, and what its processor is made of.
        needs: packages that its processor or its network needs beside the extra torch.
        is_hindered_by: a package with which transformers cannot make a tiny one; empty for none.
    """

    name: str
    make: Callable[[], TinyChat]
    task: str = "image-text-to-text"
    prompt: Prompt = field(default_factory=lambda: Prompt(question=QUESTION))
    skips: Mapping[str, str] = field(default_factory=dict)
    keeps_its_size: bool = False
    needs: tuple[str, ...] = ()
    is_hindered_by: str = ""

    def save(self, folder: Path) -> Compare:
        """See `FidelityCase.save`."""
        save_chat(self.make(), folder, _SEEDS.get(self.name, 0))
        pipe = reference(folder)

        def compare(picture: Image.Image, found: Prediction) -> list[Difference]:
            assert isinstance(found, GeneratedText)
            content = [
                {"type": "image", "image": picture.convert("RGB")},
                {"type": "text", "text": self.prompt.question},
            ]
            (said,) = pipe(
                text=[{"role": "user", "content": content}],
                return_full_text=False,
                generate_kwargs={"do_sample": False},
            )
            is_same = said["generated_text"].strip() == found.text
            return [Difference("words", 0.0 if is_same and found.text else np.inf, 0.0)]

        return compare

    def export(self, folder: Path, picture: Path | None = None) -> None:
        """See `FidelityCase.export`."""
        raise NotImplementedError("ailab runs no export of networks that chat")


def save_chat(chat: TinyChat, folder: Path, seed: int = 0, **settings: Any) -> None:
    """A repository as transformers writes one; `settings` are those of how it writes."""
    network = made_sure(chat.network, seed)
    said = {"max_new_tokens": _LENGTH, "min_new_tokens": 4, **settings}
    for name, value in said.items():
        setattr(network.generation_config, name, value)
    network.save_pretrained(folder)
    chat.pictures.save_pretrained(folder)
    named: dict[str, Any] = {"extra_special_tokens": dict(chat.named)} if chat.named else {}
    save_tokenizer(folder, chat.marks, **{"clean_up_tokenization_spaces": False, **named})
    own = {"processor_class": chat.processor, **chat.settings}
    (folder / "processor_config.json").write_text(json.dumps(own), encoding="utf-8")
    template = _TEMPLATE.replace("PLACE", chat.place)
    (folder / "chat_template.jinja").write_text(template, encoding="utf-8")


def reference(folder: Path) -> Any:
    """transformers' own pipeline over a folder, with the image processor for Pillow."""
    with ExitStack() as stack:
        if find_spec("torchvision") is None:
            own = type(PARTS).__getitem__
            reader = SimpleNamespace(from_pretrained=lambda *_, **__: _NoFilms())

            def found(parts: Any, name: str) -> Any:
                return reader if name == "video_processor" else own(parts, name)

            check = "check_argument_for_proper_class"
            stack.enter_context(patch.object(type(PARTS), "__getitem__", found))
            stack.enter_context(patch.object(ProcessorMixin, check, lambda *_: object))
            stack.enter_context(patch.object(ProcessorMixin, "__repr__", object.__repr__))
        processor = transformers.AutoProcessor.from_pretrained(folder)
    processor.image_processor = transformers.AutoImageProcessor.from_pretrained(
        folder, backend="pil"
    )
    return transformers.pipeline("image-text-to-text", model=str(folder), processor=processor)


_SEEDS = {
    "Emu3ForConditionalGeneration": 1,
    "Gemma3nForConditionalGeneration": 2,
    "HyperCLOVAXVisionV2ForConditionalGeneration": 3,
}
"""Of those that else write nothing but marks, or the same of all pictures."""

_VISION = "torchvision"
_NEED_MORE: Mapping[tuple[str, ...], Sequence[Callable[[], TinyChat]]] = {
    ("num2words",): (chats.smolvlm,),
    ("timm", _VISION): (timm_chats.gemma3n, timm_chats.perception_lm),
    (_VISION,): (
        page_chats.cohere2_vision,
        page_chats.lfm2_vl,
        page_chats.mistral3,
        newer_chats.mistral_large4,
        newest_chats.minicpm_ocr,
        newest_chats.kimi_k25,
        newest_chats.unlimited_ocr,
        newest_chats.molmo2,
        newest_chats.gemma4_unified,
        newest_chats.step3p7,
    ),
}


def all_chat_cases() -> Sequence[ChatCase]:
    """All networks that chat."""
    made: list[Callable[[], TinyChat]] = [
        more_chats.aria,
        more_chats.aya_vision,
        page_chats.deepseek_ocr2,
        further_chats.deepseek_vl_hybrid,
        further_chats.exaone4_5,
        further_chats.glm4v_moe,
        further_chats.hyperclovax,
        latest_chats.granite4_vision,
        latest_chats.lfm3_vl,
        latest_chats.minicpmv4_6,
        latest_chats.minicpmv4_7,
        further_chats.qwen3_5_moe,
        further_chats.video_llava,
        more_chats.deepseek_vl,
        more_chats.gemma3,
        more_chats.gemma4,
        page_chats.glm46v,
        page_chats.glm4v,
        page_chats.glm_ocr,
        page_chats.granite_docling,
        page_chats.hunyuan_vl,
        chats.idefics2,
        chats.idefics3,
        more_chats.internvl,
        more_chats.janus,
        more_chats.lighton_ocr,
        chats.llava,
        chats.llava_next,
        chats.llava_onevision,
        more_chats.mllama,
        more_chats.ovis2,
        page_chats.paddleocr_vl,
        more_chats.qianfan_ocr,
        chats.qwen2_vl,
        chats.qwen2_5_vl,
        chats.qwen3_vl,
        chats.qwen3_vl_moe,
        chats.qwen3_5,
        more_chats.video_llama_3,
        newer_chats.qwen4_exp,
        newer_chats.hy_v4_vl,
        newer_chats.cohere_compass,
        newer_chats.glm5_next,
        newer_chats.dots3_note,
        newer_chats.emu3,
        chats.vipllava,
    ]
    found = [
        *(ChatCase(NAMES[make.__name__], make) for make in made),
        *(
            ChatCase(NAMES[make.__name__], make, needs=packages)
            for packages, makers in _NEED_MORE.items()
            for make in makers
        ),
        # Where transformers makes ERNIE's part for films, that refuses settings of a tiny network.
        ChatCase(NAMES["ernie4_5_vl_moe"], newest_chats.ernie4_5_vl_moe, is_hindered_by=_VISION),
    ]
    return sorted(found, key=lambda case: case.name)


def chat_cases() -> Sequence[ChatCase]:
    """Those of them that can be compared with what is installed here."""
    return [case for case in all_chat_cases() if not lacking(case)]


NAMES = {
    "aria": "Aria",
    "aya_vision": "AyaVision",
    "cohere2_vision": "Cohere2Vision",
    "deepseek_ocr2": "DeepseekOcr2",
    "deepseek_vl": "DeepseekVL",
    "deepseek_vl_hybrid": "DeepseekVLHybrid",
    "exaone4_5": "Exaone4_5_",
    "glm4v_moe": "Glm4vMoe",
    "hyperclovax": "HyperCLOVAXVisionV2",
    "qwen3_5_moe": "Qwen3_5Moe",
    "video_llava": "VideoLlava",
    "gemma3": "Gemma3",
    "gemma4": "Gemma4",
    "glm46v": "Glm46V",
    "glm4v": "Glm4v",
    "glm_ocr": "GlmOcr",
    "granite4_vision": "Granite4Vision",
    "granite_docling": "GraniteDocling",
    "hunyuan_vl": "HunYuanVL",
    "idefics2": "Idefics2",
    "idefics3": "Idefics3",
    "internvl": "InternVL",
    "janus": "Janus",
    "lfm2_vl": "Lfm2Vl",
    "lfm3_vl": "Lfm3Vl",
    "lighton_ocr": "LightOnOcr",
    "llava": "Llava",
    "llava_next": "LlavaNext",
    "llava_onevision": "LlavaOnevision",
    "minicpmv4_6": "MiniCPMV4_6",
    "minicpmv4_7": "MiniCPMV4_7",
    "mistral3": "Mistral3",
    "mllama": "Mllama",
    "ovis2": "Ovis2",
    "paddleocr_vl": "PaddleOCRVL",
    "qianfan_ocr": "QianfanOCR",
    "qwen2_vl": "Qwen2VL",
    "qwen2_5_vl": "Qwen2_5_VL",
    "qwen3_vl": "Qwen3VL",
    "qwen3_vl_moe": "Qwen3VLMoe",
    "qwen3_5": "Qwen3_5",
    "smolvlm": "SmolVLM",
    "video_llama_3": "VideoLlama3",
    "mistral_large4": "MistralLarge4",
    "qwen4_exp": "Qwen4Exp",
    "hy_v4_vl": "HYV4VL",
    "cohere_compass": "CohereCompass",
    "glm5_next": "Glm5Next",
    "dots3_note": "Dots3Note",
    "emu3": "Emu3",
    "minicpm_ocr": "MiniCPMOcr",
    "kimi_k25": "Kimi_K25",
    "unlimited_ocr": "UnlimitedOcr",
    "molmo2": "Molmo2",
    "gemma4_unified": "Gemma4Unified",
    "step3p7": "Step3p7",
    "ernie4_5_vl_moe": "Ernie4_5_VLMoe",
    "gemma3n": "Gemma3n",
    "perception_lm": "PerceptionLM",
    "vipllava": "VipLlava",
}
NAMES = {key: f"{name}ForConditionalGeneration" for key, name in NAMES.items()}
"""Architectures, by the functions that make them."""
