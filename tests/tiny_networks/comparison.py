"""How far ailab's predictions lie from those of transformers' own processors and models.

The reference is transformers alone: its Pillow image processor, its model class, and the
`post_process_…` of the processor (for classification the softmax that its pipeline takes). What
is compared is documented at each function; `Difference.limit` is what ailab promises.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from PIL import Image

from ailab.services.inference.cubic_interpolation import interpolated
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.output_pixels import output_pixels
from ailab.services.inference.predictions import (
    Classification,
    DepthMap,
    Detection,
    Detections,
    OutputImage,
    Prediction,
    Segmentation,
)
from ailab.services.inference.text_detectors import TEXT_DETECTORS
from tiny_networks.lc_net_pictures import LcNetPictures
from tiny_networks.reference import Difference, Reference, worse
from tiny_networks.region_comparison import (
    class_maps,
    instances,
    overlapping_instances,
    regions,
    semantic_regions,
    settled_instances,
)
from tiny_networks.torchvision_stand_in import lend_functions, load_stand_in

_LOWEST = 0.06
Found = tuple[str, float, Any]


def classes(reference: Reference, picture: Image.Image, found: Prediction) -> list[Difference]:
    """The order of the labels (those whose scores differ by less than 1e-3 may swap), scores."""
    assert isinstance(found, Classification)
    outputs = reference.outputs(picture)
    scores = outputs.get("logits", outputs.get("last_hidden_state"))[0].softmax(-1).numpy()
    labels = reference.network.config.id2label
    ours = [(each.label, each.score) for each in found.scores]
    theirs = {labels[index]: float(score) for index, score in enumerate(scores)}
    worst = worse(*(abs(theirs[label] - score) for label, score in ours))
    falls = [theirs[a[0]] - theirs[b[0]] for a, b in pairwise(ours)]
    is_ordered = all(fall > -1e-3 for fall in falls) and len(ours) == len(theirs)
    return [Difference("score", worst if is_ordered else np.inf, 1e-3)]


def boxes(reference: Reference, picture: Image.Image, found: Prediction) -> list[Difference]:
    """Each object that scores over 0.06: its label, score, and box in pixels."""
    assert isinstance(found, Detections)
    outputs = reference.outputs(picture)
    (theirs,) = reference.processor.post_process_object_detection(
        outputs, threshold=_LOWEST, target_sizes=[(picture.height, picture.width)]
    )
    labels = reference.network.config.id2label
    others = [
        (labels[int(label)], float(score), box.numpy())
        for score, label, box in zip(
            theirs["scores"], theirs["labels"], theirs["boxes"], strict=True
        )
    ]
    ours = [(each.label, each.score, np.array(each.box)) for each in found.above(_LOWEST).items]
    return matched_boxes(ours, others, _LOWEST)


def text_boxes(reference: Reference, picture: Image.Image, found: Prediction) -> list[Difference]:
    """Each line of text over 0.06: its score, its box in pixels, and its rectangle's corners."""
    assert isinstance(found, Detections)
    (theirs,) = reference.processor.post_process_object_detection(
        reference.outputs(picture),
        box_threshold=_LOWEST,
        target_sizes=[torch.tensor([picture.height, picture.width], dtype=torch.float32)],
    )
    quads = theirs["boxes"].numpy().reshape(-1, 4, 2)
    others = [
        ("text", float(score), np.concatenate([corners.min(axis=0), corners.max(axis=0)]))
        for score, corners in zip(theirs["scores"], quads, strict=True)
    ]
    lines = found.above(_LOWEST).items
    ours = [(each.label, each.score, np.array(each.box)) for each in lines]
    worst = max((_corners_off(each, quads) for each in lines), default=0.0)
    return [*matched_boxes(ours, others, _LOWEST), Difference("corner, pixels", worst, 1.0)]


def text_line(reference: Reference, picture: Image.Image, found: Prediction) -> list[Difference]:
    """The characters, and how sure the network is of them."""
    assert isinstance(found, GeneratedText)
    outputs = reference.outputs(picture)
    (theirs,) = reference.processor.post_process_text_recognition(outputs)
    score = 0.0 if found.score is None else found.score
    return [
        Difference("words", 0.0 if theirs["text"] == found.text else np.inf, 0.0),
        Difference("score", abs(score - theirs["score"]) if found.text else 0.0, 1e-3),
    ]


def _corners_off(line: Detection, quads: Any) -> float:
    """How far the corners lie from those of the nearest rectangle, in whatever order."""
    x0, y0, x1, y1 = line.box
    corners = np.array(line.outline or ((x0, y0), (x1, y0), (x1, y1), (x0, y1)))
    apart = np.abs(corners[None, :, None] - quads[:, None]).max(axis=-1)
    return float(apart.min(axis=2).max(axis=1).min(initial=np.inf))


def matched_boxes(
    ours: Sequence[Found], theirs: Sequence[Found], lowest: float
) -> list[Difference]:
    """Pair objects of the same label and nearly the same score by their boxes.

    Args:
        ours: label, score, and box as an array of four pixels.
        theirs: the same.
        lowest: the score that was asked for; what lies at its very edge may fall on either side.
    """
    left = list(theirs)
    worst_score = worst_box = 0.0
    for label, score, box in ours:
        near = [each for each in left if each[0] == label and abs(each[1] - score) < 1e-2]
        if not near:
            if score < lowest + 1e-3:
                continue
            return [Difference("score", np.inf, 1e-3), Difference("box, pixels", np.inf, 1.0)]
        best = min(near, key=lambda each: float(np.abs(each[2] - box).max()))
        left = [each for each in left if each is not best]
        worst_score = worse(worst_score, abs(best[1] - score))
        worst_box = worse(worst_box, float(np.abs(best[2] - box).max()))
    if any(score > lowest + 1e-3 for _, score, _ in left):
        worst_score = np.inf
    return [Difference("score", worst_score, 1e-3), Difference("box, pixels", worst_box, 1.0)]


def mattes(reference: Reference, picture: Image.Image, found: Prediction) -> list[Difference]:
    """How much of each pixel is foreground, in steps of 256."""
    assert isinstance(found, Segmentation)
    (theirs,) = reference.processor.post_process_image_matting(
        reference.outputs(picture), target_sizes=[(picture.height, picture.width)]
    )
    raw = np.frombuffer(found.confidence.unpack(), np.uint8)
    ours = raw.reshape(found.height, found.width)
    wanted = np.rint(theirs["alpha"][0].numpy() * 255)
    return [Difference("steps of 256", float(np.abs(ours - wanted).max()), 1.0)]


def depths(reference: Reference, picture: Image.Image, found: Prediction) -> list[Difference]:
    """The depth of each pixel, as a share of its own; of a hundredth of the largest below that."""
    assert isinstance(found, DepthMap)
    outputs = reference.outputs(picture)
    size = (picture.height, picture.width)
    margins: tuple[int, ...] = (0, 0)
    settings: dict[str, Any] = {}
    if type(reference.processor).__name__.startswith("ZoeDepth"):
        settings["source_sizes"] = [size]
    if type(reference.processor).__name__.startswith("CHMv2"):
        # It stretches the zeros around the picture over the picture; ailab leaves them out.
        margins = tuple(-length % 16 for length in size)
    (theirs,) = reference.processor.post_process_depth_estimation(
        outputs,
        target_sizes=[tuple(map(sum, zip(size, margins, strict=True)))],
        **settings,
    )
    top, left = (margin // 2 for margin in margins)
    wanted = theirs["predicted_depth"].numpy()[top:, left:][: size[0], : size[1]]
    least = 1e-2 * float(np.abs(wanted).max()) or 1.0
    worst = 0.0
    for rows, ours in interpolated(found.depth.unpack(), picture.height, picture.width):
        own = np.maximum(np.abs(wanted[rows]), least)
        worst = worse(worst, float((np.abs(ours - wanted[rows]) / own).max()))
    return [Difference("relative depth", worst, 1e-3)]


def pictures(reference: Reference, picture: Image.Image, found: Prediction) -> list[Difference]:
    """Each pixel of the picture made, in steps of 256."""
    assert isinstance(found, OutputImage)
    made = reference.outputs(picture).reconstruction[0].clamp(0, 1).numpy()
    height = picture.height * made.shape[1] // _padded(picture.height)
    width = picture.width * made.shape[2] // _padded(picture.width)
    wanted = np.rint(np.moveaxis(made, 0, -1)[:height, :width] * 255)
    ours = output_pixels(found)
    if ours.shape != wanted.shape:
        return [Difference("steps of 256", np.inf, 1.0)]
    return [Difference("steps of 256", float(np.abs(ours - wanted).max()), 1.0)]


COMPARISONS: Mapping[str, Callable[[Reference, Image.Image, Prediction], list[Difference]]] = {
    "ForImageClassification": classes,
    "ForImageClassificationWithTeacher": classes,
    "ForImageClassificationLearned": classes,
    "ForImageClassificationFourier": classes,
    "ForImageClassificationConvProcessing": classes,
    "ForObjectDetection": boxes,
    **dict.fromkeys(TEXT_DETECTORS, text_boxes),
    "ForTextRecognition": text_line,
    "ForSemanticSegmentation": class_maps,
    "MaskFormerForInstanceSegmentation": regions,
    "RfDetrForInstanceSegmentation": instances,
    "ForUniversalSegmentation": regions,
    "ForUniversalSegmentation, in pieces": class_maps,
    ", semantic": semantic_regions,
    ", instance": overlapping_instances,
    "DetrForSegmentation, instance": settled_instances,
    "OneFormerForUniversalSegmentation, instance": settled_instances,
    "ForSegmentation": regions,
    "ForImageMatting": mattes,
    "ForDepthEstimation": depths,
    "ForImageSuperResolution": pictures,
}
"""By what an architecture's name ends with."""


def compare(
    architecture: str, reference: Reference, picture: Image.Image, found: Prediction
) -> list[Difference]:
    """How far a prediction lies from the reference's."""
    ending = max((e for e in COMPARISONS if architecture.endswith(e)), key=len)
    return COMPARISONS[ending](reference, picture, found)


def load_reference(folder: Path, architecture: str) -> Reference:
    """transformers' own model and Pillow image processor of a folder."""
    name, _, how = architecture.partition(", ")
    network = getattr(transformers, name).from_pretrained(folder)
    if architecture.startswith("PPLCNet"):
        return Reference(network.eval(), LcNetPictures())
    processor = load_stand_in(folder)
    if processor is None:
        processor = transformers.AutoImageProcessor.from_pretrained(folder, backend="pil")
        lend_functions(processor)
    words = None
    if architecture.startswith("OneFormer"):
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
        words = transformers.OneFormerProcessor(processor, tokenizer)
    return Reference(network.eval(), processor, words, how or "panoptic")


def _padded(length: int) -> int:
    """Swin2SR's processor grows each side to the next multiple of 8, and always by a pixel."""
    return (length // 8 + 1) * 8
