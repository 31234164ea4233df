from __future__ import annotations

import pytest

from ailab.services.compatibility.memory_estimate import (
    estimate_memory,
    input_pixels,
    memory_while_widened,
)

CLASSIFY, DETECT, SEGMENT = "image-classification", "object-detection", "image-segmentation"
ZERO_SHOT, LABELLED = "zero-shot-image-classification", "zero-shot-object-detection"
# Networks that were run by the worker on 640 × 480 pixels: architecture, task, MB of the weights,
# variant, and MB that the process held at most.
MEASURED = [
    ("DetrForObjectDetection", DETECT, 170.0, "fp32", 672),
    ("ResNetForImageClassification", CLASSIFY, 93.9, "fp32", 320),
    ("RTDetrForObjectDetection", DETECT, 170.4, "fp32", 586),
    ("SegformerForSemanticSegmentation", SEGMENT, 15.1, "fp32", 649),
    ("SegformerForSemanticSegmentation", SEGMENT, 1.32, "fp32", 480),
    ("SegformerForSemanticSegmentation", SEGMENT, 0.69, "fp16", 479),
    ("SegformerForSemanticSegmentation", SEGMENT, 0.41, "q8", 360),
    ("SegformerForSemanticSegmentation", SEGMENT, 189.2, "fp32", 1449),
    ("ViTForImageClassification", CLASSIFY, 342.8, "fp32", 614),
    ("ViTForImageClassification", CLASSIFY, 86.4, "q8", 246),
    ("ViTForImageClassification", CLASSIFY, 171.5, "fp16", 603),
    ("ViTForImageClassification", CLASSIFY, 1212.2, "fp32", 1749),
    ("YolosForObjectDetection", DETECT, 122.8, "fp32", 712),
    ("DetrForObjectDetection", DETECT, 166.6, "safetensors", 1044),
    ("ResNetForImageClassification", CLASSIFY, 94.3, "safetensors", 537),
    ("RTDetrForObjectDetection", DETECT, 172.2, "safetensors", 903),
    ("SegformerForSemanticSegmentation", SEGMENT, 15.0, "safetensors", 687),
    ("SegformerForSemanticSegmentation", SEGMENT, 189.4, "safetensors", 1145),
    ("ViTForImageClassification", CLASSIFY, 1213.3, "safetensors", 1644),
    ("YolosForObjectDetection", DETECT, 122.8, "safetensors", 775),
    ("CLIPModel", ZERO_SHOT, 604.7, "fp32", 967),
    ("CLIPModel", ZERO_SHOT, 605.2, "safetensors", 943),
    ("SiglipModel", ZERO_SHOT, 812.4, "fp32", 1339),
    ("SiglipModel", ZERO_SHOT, 812.7, "safetensors", 1159),
    ("OwlViTForObjectDetection", LABELLED, 611.0, "fp32", 1044),
    ("OwlViTForObjectDetection", LABELLED, 613.0, "safetensors", 1009),
    ("Owlv2ForObjectDetection", LABELLED, 613.3, "fp32", 1901),
    ("Owlv2ForObjectDetection", LABELLED, 619.9, "safetensors", 1258),
    ("GroundingDinoForObjectDetection", LABELLED, 689.1, "safetensors", 2380),
    ("CLIPSegForImageSegmentation", SEGMENT, 603.1, "safetensors", 1048),
    ("Sam2Model", "mask-generation", 125.0, "fp32", 1072),
    ("Sam2VideoModel", "mask-generation", 125.0, "safetensors", 1448),
    ("Sam3VideoModel", "mask-generation", 3439.7, "safetensors", 4460),
    ("Florence2ForConditionalGeneration", "image-to-text", 1083.0, "fp32", 2613),
    ("Florence2ForConditionalGeneration", "image-to-text", 721.6, "fp16", 3164),
    ("Florence2ForConditionalGeneration", "image-to-text", 291.9, "q8", 1597),
    ("Florence2ForConditionalGeneration", "image-to-text", 926.2, "safetensors", 1743),
    # These see a picture at its own size, up to 960 pixels: one of 4000 × 3000.
    ("PPOCRV5MobileDetForObjectDetection", DETECT, 14.0, "fp32", 292),
    ("PPOCRV5MobileDetForObjectDetection", DETECT, 14.0, "safetensors", 655),
    ("PPOCRV5ServerDetForObjectDetection", DETECT, 87.8, "fp32", 861),
    ("PPOCRV5ServerDetForObjectDetection", DETECT, 87.8, "safetensors", 1499),
    ("PPOCRV6MediumDetForObjectDetection", DETECT, 55.2, "fp32", 431),
    ("PPOCRV6MediumDetForObjectDetection", DETECT, 55.2, "safetensors", 893),
    ("PPFormulaNetForConditionalGeneration", "image-to-text", 727.6, "safetensors", 1643),
    # A line of 640 × 48 pixels.
    ("PPOCRV5ServerRecForTextRecognition", "image-to-text", 84.2, "safetensors", 561),
    ("PPOCRV6SmallRecForTextRecognition", "image-to-text", 21.1, "safetensors", 466),
]


@pytest.mark.parametrize(("architecture", "task", "weights", "variant", "measured"), MEASURED)
def test_that_the_estimate_is_near_what_real_networks_took(
    architecture: str, task: str, weights: float, variant: str, measured: int
) -> None:
    engine = "torch" if variant == "safetensors" else "onnxruntime"
    estimate = estimate_memory(
        int(weights * 1e6), engine=engine, variant=variant, task=task, architecture=architecture
    )
    assert 0.7 < estimate / 1e6 / measured < 1.3


@pytest.mark.parametrize(
    ("architecture", "task", "pixels"),
    [
        ("ViTForImageClassification", CLASSIFY, 224 * 224),
        ("DetrForObjectDetection", DETECT, 800 * 1333),
        ("RTDetrForObjectDetection", DETECT, 640 * 640),
        ("SegformerForSemanticSegmentation", SEGMENT, 512 * 512),
        ("ConvNextForImageClassification", CLASSIFY, 384 * 384),
        ("OwlViTForObjectDetection", LABELLED, 768 * 768),
        ("MMGroundingDinoForObjectDetection", LABELLED, 800 * 1333),
        ("SiglipModel", ZERO_SHOT, 224 * 224),
        ("SamModel", "mask-generation", 1024 * 1024),
        ("Florence2ForConditionalGeneration", "image-to-text", 768 * 768),
        ("NeverHeardOfForObjectDetection", DETECT, 800 * 800),
        ("", "", 512 * 512),
    ],
)
def test_that_the_input_is_as_large_as_its_processor_makes_it(
    architecture: str, task: str, pixels: int
) -> None:
    assert input_pixels(task, architecture) == pixels


@pytest.mark.parametrize(("file", "measured"), [(304, 1270), (304, 1226)])
def test_that_the_estimate_of_loading_is_near_what_a_network_of_half_width_took(
    file: int, measured: int
) -> None:
    """A vision transformer of 152 million parameters in bfloat16, and in float16."""
    estimate = memory_while_widened(2 * file * 10**6, file * 10**6)
    assert 0.9 < estimate / 1e6 / measured < 1.1
