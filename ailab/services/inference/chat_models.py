"""The networks of transformers that answer in a conversation, by their architectures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

CHAT, POLICIES = "chat", "policies"
"""The decoders that stand for them, and for those that judge a picture by rules in words."""

USUAL_QUESTION = "Describe this image."
"""What is asked where a person asks nothing."""

TORCHVISION, NUM2WORDS = "torchvision", "num2words"

_CHATS = """
    Aria AyaVision Cohere2Vision CohereCompass DeepseekOcr2 DeepseekVL DeepseekVLHybrid
    Dots3Note Emu3 Ernie4_5_VLMoe Exaone4_5_ Gemma3 Gemma3n Gemma4 Gemma4Unified Glm46V Glm4v
    Glm4vMoe Glm5Next GlmOcr Granite4Vision GraniteDocling HunYuanVL HyperCLOVAXVisionV2 HYV4VL
    Idefics2 Idefics3 InternVL Janus Kimi_K25 Lfm2Vl Lfm3Vl LightOnOcr Llava LlavaNext
    LlavaOnevision MiniCPMOcr MiniCPMV4_6 MiniCPMV4_7 Mistral3 MistralLarge4 Mllama Molmo2 Ovis2
    PaddleOCRVL PerceptionLM QianfanOCR Qwen2_5_VL Qwen2VL Qwen3_5 Qwen3_5Moe Qwen3VL Qwen3VLMoe
    Qwen4Exp SmolVLM Step3p7 UnlimitedOcr VideoLlama3 VideoLlava VipLlava"""

CHAT_MODELS = frozenset(f"{name}ForConditionalGeneration" for name in _CHATS.split())
"""Names as they stand in `config.json`."""

JUDGES = frozenset({"ShieldGemma2ForImageClassification"})
"""Those that answer yes or no to each of a few rules, which their own processors bring."""

_NEEDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Cohere2VisionForConditionalGeneration": (TORCHVISION,),
        "Gemma4UnifiedForConditionalGeneration": (TORCHVISION,),
        "Kimi_K25ForConditionalGeneration": (TORCHVISION,),
        "Lfm2VlForConditionalGeneration": (TORCHVISION,),
        "MiniCPMOcrForConditionalGeneration": (TORCHVISION,),
        "Mistral3ForConditionalGeneration": (TORCHVISION,),
        "MistralLarge4ForConditionalGeneration": (TORCHVISION,),
        "Molmo2ForConditionalGeneration": (TORCHVISION,),
        "SmolVLMForConditionalGeneration": (NUM2WORDS,),
        "Step3p7ForConditionalGeneration": (TORCHVISION,),
        "UnlimitedOcrForConditionalGeneration": (TORCHVISION,),
    }
)
_READERS = ("ocr", "docling")


def chats(architectures: Iterable[str]) -> bool:
    """True for a network that answers in a conversation, if only by yes and no."""
    return any(name in CHAT_MODELS or name in JUDGES for name in architectures)


def reads_text(architecture: str) -> bool:
    """True for one of these that was made to read whole pages, by its name."""
    name = architecture.lower()
    return architecture in CHAT_MODELS and any(word in name for word in _READERS)


def packages_for(architectures: Iterable[str]) -> tuple[str, ...]:
    """What transformers' processor of such a network needs beside PyTorch."""
    return next((_NEEDS[name] for name in architectures if name in _NEEDS), ())
