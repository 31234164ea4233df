"""Verdicts on the Hub's own models and on real shapes of repositories."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ailab.services.compatibility.compatibility import Compatibility
from ailab.services.compatibility.gpu import Gpu
from ailab.services.compatibility.machine import Machine
from ailab.services.compatibility.measurement import Measurement
from ailab.services.compatibility.runnable_tasks import RUNNABLE_TASKS
from ailab.services.compatibility.verdict import Fit, Verdict
from ailab.services.hub.model_info import ModelDetails, ModelInfo, RepoFile
from fakes import COMMIT, a_model, details_of

GB = 10**9
BARE = Machine(total_memory=16 * GB, free_memory=12 * GB, cores=2)
WITH_TORCH = replace(BARE, engines=frozenset({"onnxruntime", "torch"}))
CUDA_TORCH = {"torch": frozenset({"cpu", "cuda"})}
DESCRIBED = ("config.json", "preprocessor_config.json")
WRITES = ("tokenizer.json", "tokenizer_config.json", "generation_config.json")


async def judge_on(machine: Machine, *, has_token: bool = False) -> Compatibility:
    compatibility = Compatibility(lambda: has_token, look=lambda: machine)
    await compatibility.look_around()
    return compatibility


def recorded_rows(folder: Path) -> list[ModelInfo]:
    """Every model of the recorded cards and lists, as a row."""
    raw: list[dict[str, Any]] = []
    for path in sorted(folder.glob("*.jsonl")):
        raw += [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for path in sorted(folder.glob("list__*.json")):
        found = json.loads(path.read_text(encoding="utf-8"))
        raw += found["models"] if isinstance(found, dict) else found
    return [
        ModelInfo(
            key=each["id"],
            id=each["id"],
            task=each.get("pipeline_tag"),
            library=each.get("library_name"),
            tags=tuple(each.get("tags") or (each.get("meta") or {}).get("tags") or ()),
        )
        for each in raw
    ]


async def test_that_every_recorded_model_gets_a_verdict_with_a_reason(shared_dir: Path) -> None:
    rows = recorded_rows(shared_dir / "hub" / "recorded")
    judge = await judge_on(BARE)
    assert len(rows) > 700
    fits: Counter[Fit] = Counter()
    for row in rows:
        verdict = judge.judge_row(row)
        fits[verdict.fit] += 1
        assert verdict.summary.endswith("."), row
        assert verdict.advice or verdict.fit is not Fit.WONT_RUN
        if row.task not in RUNNABLE_TASKS:
            assert verdict.fit is Fit.WONT_RUN, row
        else:
            # No list of files was recorded, so that nothing is known to run.
            assert verdict.fit in {Fit.UNKNOWN, Fit.WONT_RUN}, row
    assert fits[Fit.WONT_RUN] > 400
    assert fits[Fit.UNKNOWN] > 50


# Repositories as they are on the Hub: task, library, architecture, files; and the answer without
# PyTorch and with it.
SHAPES: dict[str, tuple[ModelInfo, tuple[str, ...], str, Fit, Fit, str]] = {
    "briaai/RMBG-2.0": (
        a_model(task="image-segmentation", needs_remote_code=True),
        (*DESCRIBED, "onnx/model.onnx", "onnx/model_fp16.onnx", "model.safetensors"),
        "BriaRMBG",
        Fit.RUNS,
        Fit.RUNS,
        "code is not needed",
    ),
    "onnx-community/BiRefNet_lite-ONNX": (
        a_model(task="image-segmentation", library="transformers.js"),
        (*DESCRIBED, "onnx/model.onnx", "onnx/model_fp16.onnx"),
        "",
        Fit.RUNS,
        Fit.RUNS,
        "",
    ),
    "ZhengPeng7/BiRefNet": (
        a_model(task="image-segmentation", library="birefnet", needs_remote_code=True),
        ("config.json", "model.safetensors", "birefnet.py"),
        "BiRefNet",
        Fit.WONT_RUN,
        Fit.WONT_RUN,
        "no engine for the library birefnet",
    ),
    "Xenova/modnet": (
        a_model(task="image-segmentation", library="transformers.js"),
        (*DESCRIBED, "onnx/model.onnx"),
        "MODNet",
        Fit.RUNS,
        Fit.RUNS,
        "",
    ),
    "Xenova/vit-gpt2-image-captioning": (
        a_model(task="image-to-text", library="transformers.js"),
        (
            *DESCRIBED,
            *WRITES,
            "onnx/encoder_model.onnx",
            "onnx/decoder_model_merged.onnx",
            "onnx/decoder_with_past_model.onnx",
            "onnx/encoder_model_quantized.onnx",
            "onnx/decoder_model_merged_quantized.onnx",
        ),
        "VisionEncoderDecoderModel",
        Fit.RUNS,
        Fit.RUNS,
        "",
    ),
    "nlpconnect/vit-gpt2-image-captioning": (
        a_model(task="image-to-text"),
        (*DESCRIBED, *WRITES, "pytorch_model.bin"),
        "VisionEncoderDecoderModel",
        Fit.WONT_RUN,
        Fit.WONT_RUN,
        "pickle files only",
    ),
    "microsoft/trocr-base-printed": (
        a_model(task="image-to-text"),
        (*DESCRIBED, "vocab.json", "merges.txt", "model.safetensors"),
        "VisionEncoderDecoderModel",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "",
    ),
    "microsoft/trocr-small-printed": (
        a_model(task="image-to-text"),
        (*DESCRIBED, "sentencepiece.bpe.model", "model.safetensors"),
        "VisionEncoderDecoderModel",
        Fit.WONT_RUN,
        Fit.WONT_RUN,
        "comes without tokenizer.json",
    ),
    "Salesforce/blip-image-captioning-base": (
        a_model(task="image-to-text"),
        (*DESCRIBED, *WRITES, "model.safetensors"),
        "BlipForConditionalGeneration",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "",
    ),
    "onnx-community/Florence-2-base-ft": (
        a_model(task="image-to-text", library="transformers.js"),
        (
            *DESCRIBED,
            *WRITES,
            "onnx/vision_encoder.onnx",
            "onnx/embed_tokens.onnx",
            "onnx/encoder_model.onnx",
            "onnx/decoder_model_merged.onnx",
        ),
        "Florence2ForConditionalGeneration",
        Fit.RUNS,
        Fit.RUNS,
        "Runs here on ONNX Runtime: Image-to-Text",
    ),
    "onnx-community/paligemma2-3b-pt-224": (
        a_model(task="image-text-to-text", library="transformers.js"),
        (
            *DESCRIBED,
            *WRITES,
            "onnx/vision_encoder_q4.onnx",
            "onnx/embed_tokens_q4.onnx",
            "onnx/decoder_model_merged_q4.onnx",
            "onnx/decoder_model_merged_q4.onnx_data",
        ),
        "PaliGemmaForConditionalGeneration",
        Fit.RUNS,
        Fit.RUNS,
        "to download",
    ),
    "somebody/pix2struct-textcaps-base-onnx": (
        a_model(task="image-to-text"),
        (*DESCRIBED, *WRITES, "encoder_model.onnx", "decoder_model_merged.onnx"),
        "Pix2StructForConditionalGeneration",
        Fit.RUNS,
        Fit.RUNS,
        "to download",
    ),
    "somebody/kosmos-2-in-parts-beside-its-safetensors": (
        a_model(task="image-text-to-text"),
        (
            *DESCRIBED,
            *WRITES,
            "model.safetensors",
            "onnx/vision_encoder.onnx",
            "onnx/embed_tokens.onnx",
            "onnx/decoder_model_merged.onnx",
        ),
        "Kosmos2ForConditionalGeneration",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "",
    ),
    "somebody/blip2-in-parts": (
        a_model(task="image-text-to-text", library="transformers.js"),
        (
            *DESCRIBED,
            *WRITES,
            "onnx/vision_encoder.onnx",
            "onnx/embed_tokens.onnx",
            "onnx/decoder_model_merged.onnx",
        ),
        "Blip2ForConditionalGeneration",
        Fit.WONT_RUN,
        Fit.WONT_RUN,
        "only its safetensors are given here",
    ),
    "onnx-community/SmolVLM-256M-Instruct": (
        a_model(task="image-text-to-text", library="transformers.js"),
        (
            *DESCRIBED,
            *WRITES,
            "onnx/vision_encoder.onnx",
            "onnx/embed_tokens.onnx",
            "onnx/decoder_model_merged.onnx",
        ),
        "Idefics3ForConditionalGeneration",
        Fit.WONT_RUN,
        Fit.WONT_RUN,
        "only its safetensors are given here",
    ),
    "stepfun-ai/GOT-OCR-2.0-hf": (
        a_model(task="image-text-to-text"),
        (*DESCRIBED, *WRITES, "model.safetensors"),
        "GotOcr2ForConditionalGeneration",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "",
    ),
    "llava-hf/llava-1.5-7b-hf": (
        a_model(task="image-to-text"),
        (*DESCRIBED, *WRITES, "model.safetensors"),
        "LlavaForConditionalGeneration",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "",
    ),
    "HuggingFaceTB/SmolVLM-256M-Instruct": (
        a_model(task="image-text-to-text"),
        (
            *DESCRIBED,
            *WRITES,
            "chat_template.json",
            "model.safetensors",
            *("onnx/decoder_model_merged.onnx", "onnx/embed_tokens.onnx"),
            "onnx/vision_encoder.onnx",
        ),
        "Idefics3ForConditionalGeneration",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "",
    ),
    "HuggingFaceTB/SmolVLM2-256M-Video-Instruct": (
        a_model(task="image-text-to-text"),
        (*DESCRIBED, *WRITES, "model.safetensors"),
        "SmolVLMForConditionalGeneration",
        Fit.NEEDS_EXTRA,
        Fit.NEEDS_EXTRA,
        "num2words",
    ),
    "LiquidAI/LFM2-VL-450M": (
        a_model(task="image-text-to-text"),
        (*DESCRIBED, *WRITES, "model.safetensors"),
        "Lfm2VlForConditionalGeneration",
        Fit.NEEDS_EXTRA,
        Fit.NEEDS_EXTRA,
        "torchvision",
    ),
    "onnx-community/Qwen2-VL-2B-Instruct": (
        a_model(task="image-text-to-text", library="transformers.js"),
        (*DESCRIBED, *WRITES, "onnx/decoder_model_merged.onnx", "onnx/embed_tokens.onnx"),
        "Qwen2VLForConditionalGeneration",
        Fit.WONT_RUN,
        Fit.WONT_RUN,
        "from safetensors alone",
    ),
    "meta-llama/Llama-4-Scout-17B-16E-Instruct": (
        a_model(task="image-text-to-text"),
        (*DESCRIBED, *WRITES, "model.safetensors"),
        "Llama4ForConditionalGeneration",
        Fit.WONT_RUN,
        Fit.WONT_RUN,
        "ends in an error of transformers' own",
    ),
    "google/gemma-3-4b-it without its tokenizer": (
        a_model(task="image-text-to-text"),
        (*DESCRIBED, "vocab.txt", "model.safetensors"),
        "Gemma3ForConditionalGeneration",
        Fit.WONT_RUN,
        Fit.WONT_RUN,
        "tokenizer.json",
    ),
    "florence-community/Florence-2-base": (
        a_model(task="image-text-to-text"),
        (*DESCRIBED, *WRITES, "model.safetensors"),
        "Florence2ForConditionalGeneration",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "",
    ),
    "Salesforce/blip-vqa-base": (
        a_model(task="visual-question-answering"),
        (*DESCRIBED, *WRITES, "model.safetensors", "pytorch_model.bin", "tf_model.h5"),
        "BlipForQuestionAnswering",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "",
    ),
    "dandelin/vilt-b32-finetuned-vqa": (
        a_model(task="visual-question-answering"),
        (*DESCRIBED, *WRITES, "model.safetensors", "pytorch_model.bin"),
        "ViltForQuestionAnswering",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "",
    ),
    "ViLT without its words": (
        a_model(task="visual-question-answering"),
        (*DESCRIBED, "model.safetensors"),
        "ViltForQuestionAnswering",
        Fit.WONT_RUN,
        Fit.WONT_RUN,
        "without tokenizer.json",
    ),
    "a chat model filed under its questions": (
        a_model(task="visual-question-answering"),
        (*DESCRIBED, *WRITES, "model.safetensors"),
        "LlavaForConditionalGeneration",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "",
    ),
    "one that answers otherwise": (
        a_model(task="visual-question-answering"),
        (*DESCRIBED, *WRITES, "model.safetensors"),
        "LxmertForQuestionAnswering",
        Fit.WONT_RUN,
        Fit.WONT_RUN,
        "cannot read what LxmertForQuestionAnswering answers",
    ),
    "one that does not say what it is": (
        a_model(task="visual-question-answering"),
        (*DESCRIBED, *WRITES, "onnx/model.onnx"),
        "",
        Fit.WONT_RUN,
        Fit.WONT_RUN,
        "does not say which architecture",
    ),
    "facebook/flava-full": (
        a_model(task=None),
        (*DESCRIBED, *WRITES, "model.safetensors"),
        "FlavaForPreTraining",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "",
    ),
    "openai/imagegpt-small": (
        a_model(task=None),
        (*DESCRIBED, "model.safetensors"),
        "ImageGPTForCausalImageModeling",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "",
    ),
    "Salesforce/blip-itm-base-coco, by its other class": (
        a_model(task="zero-shot-image-classification"),
        (*DESCRIBED, *WRITES, "model.safetensors"),
        "BlipModel",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "",
    ),
    "the body of a network that chats": (
        a_model(task="image-text-to-text"),
        (*DESCRIBED, *WRITES, "model.safetensors"),
        "LlavaModel",
        Fit.WONT_RUN,
        Fit.WONT_RUN,
        "LlavaModel is a network that writes, without the part that does",
    ),
    "a network of pages and their words": (
        a_model(task="image-feature-extraction"),
        (*DESCRIBED, *WRITES, "model.safetensors"),
        "LayoutLMv3Model",
        Fit.WONT_RUN,
        Fit.WONT_RUN,
        "asks for the words on the page and their places",
    ),
    "an export of blip-vqa-base": (
        a_model(task="visual-question-answering", library="transformers.js"),
        (*DESCRIBED, *WRITES, "onnx/encoder_model.onnx", "onnx/decoder_model.onnx"),
        "BlipForQuestionAnswering",
        Fit.WONT_RUN,
        Fit.WONT_RUN,
        "which only its safetensors are given here",
    ),
    "Salesforce/instructblip-vicuna-7b": (
        a_model(task="image-text-to-text"),
        (*DESCRIBED, *WRITES, "model.safetensors", "qformer_tokenizer/tokenizer.json"),
        "InstructBlipForConditionalGeneration",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "",
    ),
    "InstructBLIP without the words of its second tokenizer": (
        a_model(task="image-to-text"),
        (*DESCRIBED, *WRITES, "model.safetensors"),
        "InstructBlipForConditionalGeneration",
        Fit.WONT_RUN,
        Fit.WONT_RUN,
        "without qformer_tokenizer/tokenizer.json",
    ),
    "Xenova/donut-base-finetuned-cord-v2": (
        a_model(task="image-to-text", library="transformers.js"),
        (*DESCRIBED, *WRITES, "onnx/encoder_model.onnx", "onnx/decoder_model_merged.onnx"),
        "VisionEncoderDecoderModel",
        Fit.RUNS,
        Fit.RUNS,
        "",
    ),
    "facebook/nougat-small": (
        a_model(task="image-text-to-text"),
        (*DESCRIBED, *WRITES, "model.safetensors"),
        "VisionEncoderDecoderModel",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "",
    ),
    "google/pix2struct-textcaps-base": (
        a_model(task="image-text-to-text"),
        (*DESCRIBED, *WRITES, "model.safetensors"),
        "Pix2StructForConditionalGeneration",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "",
    ),
    "Xenova/detr-resnet-50": (
        a_model(library="transformers.js"),
        (*DESCRIBED, "onnx/model.onnx", "onnx/model_quantized.onnx", "onnx/model_fp16.onnx"),
        "DetrForObjectDetection",
        Fit.RUNS,
        Fit.RUNS,
        "ONNX Runtime",
    ),
    "google/vit-base-patch16-224": (
        a_model(task="image-classification"),
        (*DESCRIBED, "model.safetensors", "pytorch_model.bin", "tf_model.h5", "flax_model.msgpack"),
        "ViTForImageClassification",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "PyTorch",
    ),
    "facebook/mask2former-swin-large-coco-panoptic": (
        a_model(task="image-segmentation"),
        (*DESCRIBED, "model.safetensors", "pytorch_model.bin"),
        "Mask2FormerForUniversalSegmentation",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "PyTorch",
    ),
    "facebook/sapiens2-matting-1b": (
        a_model(task="image-segmentation"),
        (*DESCRIBED, "model.safetensors"),
        "Sapiens2ForImageMatting",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "PyTorch",
    ),
    "keremberke/yolov5n-garbage": (
        a_model(library="yolov5"),
        ("README.md", "best.pt", "sample_visuals.jpg"),
        "",
        Fit.WONT_RUN,
        Fit.WONT_RUN,
        "pickle",
    ),
    "timm/resnet50.a1_in1k": (
        a_model(task="image-classification", library="timm"),
        ("config.json", "model.safetensors", "pytorch_model.bin"),
        "",
        Fit.NEEDS_EXTRA,
        Fit.NEEDS_EXTRA,
        "timm and torchvision are not installed",
    ),
    "timm/an_old_one": (
        a_model(task="image-classification", library="timm"),
        ("config.json", "pytorch_model.bin"),
        "",
        Fit.WONT_RUN,
        Fit.WONT_RUN,
        "pickle",
    ),
    "onnx-community/mobilenetv4_conv_small.e2400_r224_in1k": (
        a_model(task="image-classification", library="transformers.js"),
        (*DESCRIBED, "onnx/model.onnx"),
        "TimmWrapperForImageClassification",
        Fit.RUNS,
        Fit.RUNS,
        "Image Classification",
    ),
    "briaai/RMBG-1.4": (
        a_model(task="image-segmentation", needs_remote_code=True),
        (*DESCRIBED, "model.safetensors", "briarmbg.py", "MyPipe.py"),
        "BriaRMBG",
        Fit.WONT_RUN,
        Fit.WONT_RUN,
        "Python code",
    ),
    "onnx-community/BiRefNet-ONNX": (
        a_model(task="image-segmentation", needs_remote_code=True),
        (*DESCRIBED, "onnx/model.onnx"),
        "BiRefNet",
        Fit.RUNS,
        Fit.RUNS,
        "code is not needed",
    ),
    "Roboflow/rf-detr-base": (
        a_model(),
        (*DESCRIBED, "model.safetensors"),
        "RfDetrForObjectDetection",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "PyTorch",
    ),
    "IDEA-Research/grounding-dino-tiny": (
        a_model(task="zero-shot-object-detection"),
        (*DESCRIBED, "model.safetensors", "tokenizer.json", "vocab.txt"),
        "GroundingDinoForObjectDetection",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "PyTorch",
    ),
    "google/owlvit-base-patch32": (
        a_model(task="zero-shot-object-detection"),
        (*DESCRIBED, "model.safetensors", "vocab.json", "merges.txt", "tokenizer_config.json"),
        "OwlViTForObjectDetection",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "PyTorch",
    ),
    "Xenova/clip-vit-base-patch32": (
        a_model(task="zero-shot-image-classification", library="transformers.js"),
        (
            *DESCRIBED,
            "tokenizer.json",
            "onnx/model.onnx",
            "onnx/text_model.onnx",
            "onnx/vision_model.onnx",
        ),
        "CLIPModel",
        Fit.RUNS,
        Fit.RUNS,
        "Zero-Shot Image Classification by labels that you type",
    ),
    "Salesforce/blip-itm-base-coco": (
        a_model(task=None),
        (*DESCRIBED, "model.safetensors", "tokenizer.json"),
        "BlipForImageTextRetrieval",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "PyTorch",
    ),
    "CIDAS/clipseg-rd64-refined": (
        a_model(task="image-segmentation"),
        (*DESCRIBED, "model.safetensors", "vocab.json", "merges.txt", "tokenizer_config.json"),
        "CLIPSegForImageSegmentation",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "PyTorch",
    ),
    "Xenova/clipseg-rd64-refined": (
        a_model(task="image-segmentation", library="transformers.js"),
        (*DESCRIBED, "tokenizer.json", "onnx/model.onnx"),
        "CLIPSegForImageSegmentation",
        Fit.RUNS,
        Fit.RUNS,
        "Image Segmentation by labels that you type",
    ),
    "segmentation by words without a tokenizer": (
        a_model(task="image-segmentation"),
        (*DESCRIBED, "model.safetensors"),
        "CLIPSegForImageSegmentation",
        Fit.WONT_RUN,
        Fit.WONT_RUN,
        "without tokenizer.json",
    ),
    "facebook/sam-vit-base": (
        a_model(task="mask-generation"),
        (*DESCRIBED, "model.safetensors"),
        "SamModel",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "PyTorch",
    ),
    "Xenova/slimsam-77-uniform": (
        a_model(task="mask-generation", library="transformers.js"),
        (*DESCRIBED, "onnx/vision_encoder.onnx", "onnx/prompt_encoder_mask_decoder.onnx"),
        "SamModel",
        Fit.RUNS,
        Fit.RUNS,
        "Mask Generation",
    ),
    "facebook/sam2.1-hiera-tiny": (
        a_model(task="mask-generation"),
        (*DESCRIBED, "model.safetensors", "sam2.1_hiera_tiny.pt"),
        "Sam2VideoModel",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "PyTorch",
    ),
    "onnx-community/sam2.1-hiera-tiny-ONNX": (
        a_model(task="mask-generation", library="transformers.js"),
        (*DESCRIBED, "onnx/vision_encoder.onnx", "onnx/prompt_encoder_mask_decoder.onnx"),
        "Sam2Model",
        Fit.RUNS,
        Fit.RUNS,
        "Mask Generation",
    ),
    "yonigozlan/EdgeTAM-hf": (
        a_model(task="mask-generation"),
        (*DESCRIBED, "model.safetensors"),
        "EdgeTamVideoModel",
        Fit.NEEDS_EXTRA,
        Fit.NEEDS_EXTRA,
        "sees by a model of timm, and",
    ),
    "google/gemma-3n-E2B-it": (
        a_model(task="image-text-to-text"),
        (*DESCRIBED, *WRITES, "model.safetensors"),
        "Gemma3nForConditionalGeneration",
        Fit.NEEDS_EXTRA,
        Fit.NEEDS_EXTRA,
        "sees by a model of timm, and",
    ),
    "SAM 3 by words": (
        a_model(task="mask-generation"),
        (*DESCRIBED, "model.safetensors", "tokenizer.json"),
        "Sam3Model",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "PyTorch",
    ),
    "SAM 3 by words without a tokenizer": (
        a_model(task="mask-generation"),
        (*DESCRIBED, "model.safetensors"),
        "Sam3LiteTextModel",
        Fit.WONT_RUN,
        Fit.WONT_RUN,
        "comes without tokenizer.json",
    ),
    "facebook/sam3": (
        a_model(task="mask-generation"),
        ("config.json", "processor_config.json", "model.safetensors", "tokenizer.json", "sam3.pt"),
        "Sam3VideoModel",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "PyTorch",
    ),
    "a single graph of its own name": (
        a_model(task="image-classification", library="transformers.js"),
        (*DESCRIBED, "onnx/squeezenet.onnx"),
        "ViTForImageClassification",
        Fit.RUNS,
        Fit.RUNS,
        "ONNX Runtime",
    ),
    "a single graph without a word about it": (
        a_model(task="object-detection"),
        ("onnx/yolov8n.onnx",),
        "",
        Fit.NEEDS_SHEET,
        Fit.NEEDS_SHEET,
        "once it is described",
    ),
    "labels without a tokenizer": (
        a_model(task="zero-shot-image-classification"),
        (*DESCRIBED, "onnx/model.onnx", "spiece.model"),
        "SiglipModel",
        Fit.WONT_RUN,
        Fit.WONT_RUN,
        "without tokenizer.json",
    ),
    "google/siglip2-base-patch16-naflex": (
        a_model(task="zero-shot-image-classification"),
        (*DESCRIBED, "model.safetensors", "tokenizer.json"),
        "Siglip2Model",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "PyTorch",
    ),
    "facebook/dinov2-base": (
        a_model(task="image-feature-extraction"),
        (*DESCRIBED, "model.safetensors"),
        "Dinov2Model",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "PyTorch",
    ),
    "facebook/vit-mae-base": (
        a_model(task="image-feature-extraction"),
        (*DESCRIBED, "model.safetensors"),
        "ViTMAEForPreTraining",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "PyTorch",
    ),
    "facebook/hiera-tiny-224-mae-hf": (
        a_model(task="image-feature-extraction"),
        (*DESCRIBED, "model.safetensors"),
        "HieraForPreTraining",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "PyTorch",
    ),
    "shi-labs/dinat-mini-in1k-224": (
        a_model(),
        (*DESCRIBED, "model.safetensors"),
        "DinatForImageClassification",
        Fit.WONT_RUN,
        Fit.WONT_RUN,
        "needs natten before 0.20",
    ),
    "google/shieldgemma-2-4b-it": (
        a_model(task="image-text-to-text"),
        (*DESCRIBED, "model.safetensors", "tokenizer.json", "chat_template.json"),
        "ShieldGemma2ForImageClassification",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "PyTorch",
    ),
    "MCG-NJU/videomae-base": (
        a_model(task="image-feature-extraction"),
        (*DESCRIBED, "model.safetensors"),
        "VideoMAEModel",
        Fit.WONT_RUN,
        Fit.WONT_RUN,
        "asks for a video",
    ),
    "onnx-community/vitpose-base-simple": (
        a_model(task="keypoint-detection", library="transformers.js"),
        (*DESCRIBED, "onnx/model.onnx"),
        "VitPoseForPoseEstimation",
        Fit.RUNS,
        Fit.RUNS,
        "Keypoint Detection",
    ),
    "facebook/sapiens2-pose-0.4b": (
        a_model(task="keypoint-detection"),
        (*DESCRIBED, "model.safetensors"),
        "Sapiens2ForPoseEstimation",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "PyTorch",
    ),
    "PaddlePaddle/PP-OCRv5_mobile_det_safetensors": (
        a_model(task="image-to-text", library="PaddleOCR"),
        (*DESCRIBED, "inference.yml", "model.safetensors"),
        "PPOCRV5MobileDetForObjectDetection",
        Fit.NEEDS_EXTRA,
        Fit.NEEDS_EXTRA,
        "OpenCV",
    ),
    "PaddlePaddle/PP-DocLayoutV2_safetensors": (
        a_model(task="object-detection", library="PaddleOCR"),
        (*DESCRIBED, "model.safetensors"),
        "PPDocLayoutV2ForObjectDetection",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "PyTorch",
    ),
    "PaddlePaddle/PP-OCRv5_mobile_rec_safetensors": (
        a_model(task="image-to-text", library="PaddleOCR"),
        (*DESCRIBED, "inference.yml", "model.safetensors"),
        "PPOCRV5MobileRecForTextRecognition",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "PyTorch",
    ),
    "alibaba-damo/mgp-str-base": (
        a_model(task="image-to-text"),
        (*DESCRIBED, "vocab.json", "tokenizer_config.json", "model.safetensors"),
        "MgpstrForSceneTextRecognition",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "PyTorch",
    ),
    "an export of MGP-STR": (
        a_model(task="image-to-text", library="transformers.js"),
        (*DESCRIBED, "tokenizer.json", "onnx/model.onnx"),
        "MgpstrForSceneTextRecognition",
        Fit.RUNS,
        Fit.RUNS,
        "Image-to-Text of one word",
    ),
    "MGP-STR without its characters": (
        a_model(task="image-to-text"),
        (*DESCRIBED, "model.safetensors"),
        "MgpstrForSceneTextRecognition",
        Fit.WONT_RUN,
        Fit.WONT_RUN,
        "without vocab.json",
    ),
    "a network that reads a line, with a sheet": (
        a_model(task="image-to-text", library="PaddleOCR"),
        ("line_rec.onnx", "line_rec.ailab.json", "keys.txt"),
        "",
        Fit.RUNS,
        Fit.RUNS,
        "Image-to-Text",
    ),
    "a body without its head, with a sheet that says what it answers": (
        a_model(task="object-detection", library="transformers"),
        ("detector.onnx", "detector.ailab.json"),
        "RTDetrModel",
        Fit.RUNS,
        Fit.RUNS,
        "Object Detection",
    ),
    "the same body of safetensors": (
        a_model(task="object-detection"),
        (*DESCRIBED, "model.safetensors"),
        "RTDetrModel",
        Fit.WONT_RUN,
        Fit.WONT_RUN,
        "a detector without its head",
    ),
    "PaddlePaddle/PP-FormulaNet_plus-L_safetensors": (
        a_model(task="image-to-text", library="PaddleOCR"),
        (*DESCRIBED, *WRITES, "inference.yml", "model.safetensors"),
        "PPFormulaNetForConditionalGeneration",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "PyTorch",
    ),
    "an export of a network that reads a line": (
        a_model(task="image-to-text", library="transformers.js"),
        (*DESCRIBED, "onnx/model.onnx"),
        "PPOCRV6SmallRecForTextRecognition",
        Fit.RUNS,
        Fit.RUNS,
        "Image-to-Text of one line of text",
    ),
    "a network of PaddleOCR that reads tables": (
        a_model(task="image-to-text", library="PaddleOCR"),
        (*DESCRIBED, "model.safetensors"),
        "SLANeXtForTableRecognition",
        Fit.WONT_RUN,
        Fit.WONT_RUN,
        "writes the HTML of a table",
    ),
    "an export of a text detector": (
        a_model(task="object-detection", library="transformers.js"),
        (*DESCRIBED, "onnx/model.onnx"),
        "PPOCRV6SmallDetForObjectDetection",
        Fit.NEEDS_EXTRA,
        Fit.NEEDS_EXTRA,
        "OpenCV",
    ),
    "magic-leap-community/superpoint": (
        a_model(task="keypoint-detection"),
        (*DESCRIBED, "model.safetensors"),
        "SuperPointForKeypointDetection",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "PyTorch",
    ),
    "a network in several files": (
        a_model(task="image-classification"),
        (
            *DESCRIBED,
            "model.safetensors.index.json",
            "model-00001-of-00002.safetensors",
            "model-00002-of-00002.safetensors",
        ),
        "ViTForImageClassification",
        Fit.NEEDS_EXTRA,
        Fit.RUNS,
        "PyTorch",
    ),
    "a network of somebody's own": (
        a_model(task="image-classification"),
        (*DESCRIBED, "model.safetensors"),
        "PlanktonNetForImageClassification",
        Fit.WONT_RUN,
        Fit.WONT_RUN,
        "does not know PlanktonNetForImageClassification",
    ),
    "an adapter": (
        a_model(task="image-classification", library="peft"),
        ("adapter_config.json", "adapter_model.safetensors", "preprocessor_config.json"),
        "",
        Fit.WONT_RUN,
        Fit.WONT_RUN,
        "library peft",
    ),
}


def _details(name: str) -> ModelDetails:
    info, files, architecture, *_ = SHAPES[name]
    details = details_of(replace(info, id=name), *files)
    return replace(
        details,
        architectures=(architecture,) if architecture else (),
        needs_remote_code=info.needs_remote_code,
    )


@pytest.mark.parametrize("name", SHAPES)
async def test_that_real_repositories_get_the_right_verdict(name: str) -> None:
    *_, without, with_torch, word = SHAPES[name]
    details = _details(name)
    for machine, fit in ((BARE, without), (WITH_TORCH, with_torch)):
        verdict = (await judge_on(machine)).judge(details)
        assert verdict.fit is fit, verdict
        assert word in verdict.summary
        assert bool(verdict.command) == (fit is Fit.NEEDS_EXTRA)
        assert bool(verdict.files) == (fit in {Fit.RUNS, Fit.NEEDS_EXTRA, Fit.NEEDS_SHEET})


async def test_that_what_reads_words_brings_the_tokenizers_of_other_repositories_along() -> None:
    judge = await judge_on(WITH_TORCH)
    verdict = judge.judge(_details("alibaba-damo/mgp-str-base"))
    assert "vocab.json" in verdict.files
    names = [each.model_id for each in verdict.companions]
    assert names == ["openai-community/gpt2", "google-bert/bert-base-uncased"]
    assert all(name in verdict.summary for name in names)
    line = judge.judge(_details("PaddlePaddle/PP-OCRv5_mobile_rec_safetensors"))
    assert not line.companions


@pytest.mark.parametrize("name", SHAPES)
async def test_that_a_row_with_its_files_says_the_same(name: str) -> None:
    details = _details(name)
    row = replace(
        details.info,
        files=tuple(file.path for file in details.files),
        architectures=details.architectures,
        tags=(),
    )
    judge = await judge_on(BARE)
    assert judge.judge_row(row).fit is judge.judge(details).fit


@pytest.mark.parametrize(
    ("tags", "fit"),
    [
        ((), Fit.UNKNOWN),
        (("onnx", "transformers", "region:us"), Fit.UNKNOWN),
        (("safetensors", "transformers", "region:us"), Fit.UNKNOWN),
        (("pytorch", "transformers", "region:us"), Fit.WONT_RUN),
        (("vision", "cells"), Fit.UNKNOWN),
    ],
)
async def test_that_tags_alone_can_refuse_a_row(tags: tuple[str, ...], fit: Fit) -> None:
    assert (await judge_on(BARE)).judge_row(a_model(tags=tags)).fit is fit


def _of_size(size: int, *paths: str) -> ModelDetails:
    files = tuple(RepoFile(path, size if "onnx" in path else 100) for path in (*DESCRIBED, *paths))
    return replace(details_of(a_model()), files=files)


async def test_that_a_model_too_large_for_this_machine_is_refused_with_the_numbers() -> None:
    judge = await judge_on(BARE)
    verdict = judge.judge(_of_size(20 * GB, "onnx/model.onnx"))
    assert verdict.fit is Fit.WONT_RUN
    assert "29.7 GB of memory" in verdict.summary
    assert "has 16.0 GB" in verdict.summary


async def test_that_the_graphics_card_is_named_and_its_memory_counts() -> None:
    details = replace(details_of(a_model()), files=_of_size(0, "x").files[:2])
    details = replace(details, files=(*details.files, RepoFile("model.safetensors", 5 * GB)))
    large = replace(WITH_TORCH, gpu=Gpu("Card X", 40 * GB), devices=CUDA_TORCH)
    assert "PyTorch (CUDA, Card X)" in (await judge_on(large)).judge(details).summary
    small = replace(WITH_TORCH, gpu=Gpu("Card Y", 4 * GB), devices=CUDA_TORCH)
    verdict = (await judge_on(small)).judge(details)
    assert verdict.fit is Fit.WONT_RUN
    assert "graphics card has 4.0 GB" in verdict.summary
    onnx = replace(details, files=(*details.files, RepoFile("onnx/model.onnx", GB)))
    assert (await judge_on(small)).judge(onnx).runs


async def test_that_a_smaller_variant_is_taken_where_the_usual_one_is_too_large() -> None:
    details = _of_size(20 * GB, "onnx/model.onnx")
    small = RepoFile("onnx/model_quantized.onnx", 5 * GB)
    details = replace(details, files=(*details.files, small))
    verdict = (await judge_on(BARE)).judge(details)
    assert (verdict.fit, verdict.variant) == (Fit.RUNS, "q8")


async def test_that_a_model_too_large_for_now_runs_with_a_warning() -> None:
    verdict = (await judge_on(BARE)).judge(_of_size(9 * GB, "onnx/model.onnx"))
    assert verdict.fit is Fit.RUNS
    assert "Only 12.0 GB of memory are free now" in verdict.advice


async def test_that_half_precision_takes_twice_its_size_where_it_is_widened() -> None:
    details = _of_size(0, "model.safetensors")
    files = (*details.files[:2], RepoFile("model.safetensors", 2 * GB))
    narrow = replace(details, files=files)
    wide = replace(narrow, info=replace(details.info, parameters=GB))
    judge = await judge_on(WITH_TORCH)
    memory = judge.judge(narrow).memory, judge.judge(wide).memory
    assert memory[0] is not None
    assert memory[1] is not None
    assert memory[1] - memory[0] > 1.9 * GB


@pytest.mark.parametrize(
    ("by_dtype", "gigabytes"),
    [
        ((("BF16", GB),), 0.4 + 4 + 2),  # what is read stays mapped until all of it is widened
        ((("F16", GB),), 0.4 + 4 + 2),
        ((("F32", GB),), 0.4 + 4),
        ((("F32", GB - GB // 10), ("BF16", GB // 10)), 0.4 + 4 + 0.2),
    ],
)
async def test_that_reading_half_precision_counts_while_it_is_widened(
    by_dtype: tuple[tuple[str, int], ...], gigabytes: float
) -> None:
    details = _of_size(0, "model.safetensors")
    details = replace(
        details,
        info=replace(details.info, parameters=GB, task="image-classification"),
        architectures=("ViTForImageClassification",),
        files=(*details.files[:2], RepoFile("model.safetensors", 2 * GB)),
        parameters_by_dtype=by_dtype,
    )
    verdict = (await judge_on(WITH_TORCH)).judge(details)
    assert verdict.memory is not None
    # What the layers take is less than what is read.
    assert round(gigabytes * GB) <= verdict.memory < (gigabytes + 0.2) * GB


async def test_that_pages_of_files_do_not_keep_a_model_from_a_small_machine() -> None:
    details = _of_size(0, "model.safetensors")
    details = replace(
        details,
        info=replace(details.info, parameters=3 * GB),
        files=(*details.files[:2], RepoFile("model.safetensors", 6 * GB)),
        parameters_by_dtype=(("BF16", 3 * GB),),
    )
    verdict = (await judge_on(WITH_TORCH)).judge(details)  # which has 16 GB
    assert verdict.runs
    assert verdict.memory is not None
    assert verdict.memory > 18 * GB  # of which 6 are pages


async def test_that_each_variant_is_judged_with_its_own_files_and_cost() -> None:
    details = _of_size(1000, "onnx/model.onnx", "onnx/model_fp16.onnx", "onnx/model_fp16.onnx_data")
    judge = await judge_on(BARE)
    assert judge.variants(details) == ("fp32", "fp16")
    verdict = judge.judge(details, variant="fp16")
    assert verdict.files[:2] == ("onnx/model_fp16.onnx", "onnx/model_fp16.onnx_data")
    assert verdict.download_size == 2200
    missing = judge.judge(details, variant="q4")
    assert "no weights called q4" in missing.summary
    assert "fp32, fp16" in missing.advice


def _measured(verdict: Verdict) -> tuple[bool, float | None, int | None]:
    return verdict.is_measured, verdict.seconds, verdict.memory


async def test_that_what_a_run_took_replaces_the_estimate_and_is_kept(tmp_path: Path) -> None:
    details = details_of(a_model())
    row = replace(details.info, files=tuple(file.path for file in details.files))
    file = tmp_path / "data" / "measurements.sqlite"
    judge = Compatibility(lambda: False, file, look=lambda: BARE)
    await judge.look_around()
    estimate = judge.judge(details)
    assert not estimate.is_measured
    assert "about" in estimate.summary
    took = Measurement("acme/nuclei", COMMIT, "fp32", "onnxruntime", 0.23, 410_000_000)
    await judge.remember(took)
    other = Compatibility(lambda: False, file, look=lambda: BARE)
    await other.look_around()
    for each in (judge, other):
        for verdict in (each.judge(details), each.judge_row(row)):
            assert _measured(verdict) == (True, 0.23, 410_000_000)
            assert "took 230 ms and 410 MB here" in verdict.summary
        assert not each.judge(replace(details, revision="f" * 40)).is_measured
    elsewhere = Compatibility(lambda: False, file, look=lambda: replace(BARE, cores=64))
    await elsewhere.look_around()
    assert not elsewhere.judge(details).is_measured


async def test_that_a_time_without_memory_keeps_the_memory_of_before(tmp_path: Path) -> None:
    file = tmp_path / "measurements.sqlite"
    judge = Compatibility(lambda: False, file, look=lambda: BARE)
    await judge.look_around()
    for seconds, memory in ((0.5, 300_000_000), (1.5, None)):
        await judge.remember(
            Measurement("acme/nuclei", COMMIT, "fp32", "onnxruntime", seconds, memory)
        )
    other = Compatibility(lambda: False, file, look=lambda: BARE)
    await other.look_around()
    for each in (judge, other):
        verdict = each.judge(details_of(a_model()))
        assert _measured(verdict) == (True, 1.5, 300_000_000)


async def test_that_a_damaged_file_of_measurements_is_begun_anew(tmp_path: Path) -> None:
    file = tmp_path / "measurements.sqlite"
    file.write_bytes(b"no database, but long enough to be taken for one" * 100)
    judge = Compatibility(lambda: False, file, look=lambda: BARE)
    await judge.look_around()
    await judge.remember(Measurement("acme/nuclei", COMMIT, "fp32", "onnxruntime", 0.5, None))
    other = Compatibility(lambda: False, file, look=lambda: BARE)
    await other.look_around()
    assert other.judge(details_of(a_model())).seconds == 0.5


async def test_that_measurements_that_cannot_be_written_stop_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    judge = Compatibility(lambda: False, tmp_path / "file" / "below", look=lambda: BARE)
    await judge.look_around()
    await judge.remember(Measurement("acme/nuclei", COMMIT, "fp32", "onnxruntime", 0.5, None))
    assert judge.judge(details_of(a_model())).is_measured


@pytest.mark.parametrize(
    ("packages", "fit", "missing"),
    [
        ((), Fit.NEEDS_EXTRA, "timm and torchvision are not installed"),
        (("timm",), Fit.NEEDS_EXTRA, "torchvision is not installed"),
        (("timm", "torchvision"), Fit.RUNS, ""),
    ],
)
async def test_that_of_a_model_of_timm_the_missing_package_is_named(
    packages: tuple[str, ...], fit: Fit, missing: str
) -> None:
    machine = replace(WITH_TORCH, packages=frozenset(packages))
    verdict = (await judge_on(machine)).judge(_details("timm/resnet50.a1_in1k"))
    assert (verdict.fit, verdict.engine) == (fit, "torch")
    assert missing in verdict.summary
    assert ("ailab[timm]" in verdict.command) is bool(missing)
    assert {"config.json", "model.safetensors"} <= set(verdict.files)
    assert "pytorch_model.bin" not in verdict.files


@pytest.mark.parametrize(
    ("name", "engines", "extra"),
    [
        ("PaddlePaddle/PP-OCRv5_mobile_det_safetensors", {"onnxruntime"}, "torch,text"),
        ("PaddlePaddle/PP-OCRv5_mobile_det_safetensors", {"onnxruntime", "torch"}, "text"),
        ("an export of a text detector", {"onnxruntime"}, "text"),
    ],
)
async def test_that_what_finds_text_asks_for_opencv(
    name: str, engines: set[str], extra: str
) -> None:
    machine = replace(BARE, engines=frozenset(engines))
    verdict = (await judge_on(machine)).judge(_details(name))
    assert f"ailab[{extra}]" in verdict.command
    assert ("PyTorch and OpenCV are not installed" in verdict.summary) is (extra == "torch,text")
    ready = replace(WITH_TORCH, packages=frozenset({"cv2"}))
    verdict = (await judge_on(ready)).judge(_details(name))
    assert (verdict.fit, verdict.command) == (Fit.RUNS, "")
    assert "Object Detection" in verdict.summary
