"""What a network finds, guessed from the shapes and makers of its outputs."""

from __future__ import annotations

import re

from ailab.services.architecture.network_outline import NetworkOutline
from ailab.services.inference.characters import CHARACTERS_KEY
from ailab.services.inference.detector_guess import (
    box_decoder,
    named_detector,
)
from ailab.services.inference.exporter_notes import ExporterNotes
from ailab.services.inference.head_guess import head_draft
from ailab.services.inference.matte_models import matte_named
from ailab.services.inference.output_shape import (
    WHOLE,
    Shape,
    is_class_map,
    lengths,
    score_count,
)
from ailab.services.inference.sheet_draft import SheetDraft
from ailab.services.inference.text_readers import TEXT_LINE
from ailab.services.inference.writing_models import WRITES

_CLASSIFICATION, _DETECTION, _SEGMENTATION = (
    "image-classification",
    "object-detection",
    "image-segmentation",
)
_DEPTH, _IMAGE, _KEYPOINTS = "depth-estimation", "image-to-image", "keypoint-detection"
_FEATURES = "image-feature-extraction"
_VECTORS = {"image_embeds", "pooler_output", "last_hidden_state"}
_VECTOR_WORDS = ("embed", "feature")
_PROBABILITIES = {"Sigmoid", "Softmax", "HardSigmoid", "Clip"}
_DEPTH_WORDS = ("depth", "disp", "midas")
_TEXT_WORDS = {"db", "dbnet", "det", "text", "textdet"}
_LINE_WORDS = {"crnn", "rec", "svtr", "textrec"}
_FEWEST_CHARACTERS = 12
"""Ten digits, the blank and one more."""
_PADDLE_AXIS = "p2o."
"""What paddle2onnx calls axes that are free."""
_MOST_OUTPUTS = 4


def guess_output(
    outline: NetworkOutline, said: ExporterNotes, size: tuple[int, int], name: str
) -> SheetDraft:
    """Task, decoder and what belongs to it; the first two are empty where nothing fits.

    Args:
        outline: of the file.
        said: what its exporter noted.
        size: height and width of the input; zeros where they are free.
        name: the file's name.
    """
    if is_text_map(outline, name):
        return _draft(_DETECTION, "text-map")
    if is_text_line(outline, name):
        return _draft(WRITES, TEXT_LINE)
    if is_matte(outline, name):
        return _draft(_SEGMENTATION, "matte")
    named = _by_names(outline) or head_draft(outline, said, size, name)
    if named is not None:
        return named
    if not outline.outputs or (len(outline.outputs) > _MOST_OUTPUTS and not said.task):
        return SheetDraft()
    if takes_luma(outline):
        return _draft(_IMAGE, "image")
    first = outline.outputs[0]
    maker = outline.output_operators[0] if outline.output_operators else ""
    shape = lengths(first)
    if (count := score_count(shape)) is not None:
        activation = "none" if maker in _PROBABILITIES else "softmax"
        if any(word in first.name.lower() for word in _VECTOR_WORDS):
            return _draft(_FEATURES, "features")
        return _draft(_CLASSIFICATION, "class-scores" if count > 1 else "", activation)
    if is_class_map(first):
        return _draft(_SEGMENTATION, "label-map")
    if said.task == _KEYPOINTS:
        return _draft(_KEYPOINTS, "yolo-pose-columns" if len(shape) == 3 else "")
    if len(shape) == 3 and shape[1:] != size:
        return _draft(_DETECTION, box_decoder(shape, said, size, first.name))
    is_depth = any(word in f"{name} {first.name}".lower() for word in _DEPTH_WORDS)
    return _maps(shape, maker, size, is_depth=is_depth) if len(shape) in {3, 4} else SheetDraft()


def is_text_map(outline: NetworkOutline, name: str) -> bool:
    """True for one channel that lies over the picture, of a network that seems to find text.

    Its file's name says so (PP-OCR, DBNet, docTR), or who exported it: probabilities of one channel
    and of any size are given by PaddlePaddle's detectors of text.

    Args:
        outline: of the file.
        name: the file's name.
    """
    if len(outline.inputs) != 1 or len(outline.outputs) != 1 or takes_luma(outline):
        return False
    shape = outline.outputs[0].shape
    if len(shape) != 4 or "1" not in {shape[1], shape[3]} or is_class_map(outline.outputs[0]):
        return False
    words = set(re.split("[^a-z]+", name.lower()))
    if words & _TEXT_WORDS or "ocr" in name.lower():
        return True
    is_probable = outline.output_operators[:1] == ("Sigmoid",)
    return is_probable and any(each.startswith(_PADDLE_AXIS) for each in shape)


def is_text_line(outline: NetworkOutline, name: str) -> bool:
    """True for probabilities of characters, step by step, of a network that seems to read a line.

    Its metadata name the characters (RapidOCR), its file's name says so, or PaddlePaddle's exporter
    made it.

    Args:
        outline: of the file.
        name: the file's name.
    """
    if len(outline.inputs) != 1 or len(outline.outputs) != 1:
        return False
    port = outline.outputs[0]
    count = lengths(port)[2] if len(port.shape) == 3 else None
    if count is None or count < _FEWEST_CHARACTERS or port.dtype in WHOLE:
        return False
    words = set(re.split("[^a-z]+", name.lower()))
    is_named = "ocr" in name.lower() or bool(words & _LINE_WORDS)
    is_of_paddle = any(each.startswith(_PADDLE_AXIS) for each in port.shape[:2])
    is_probable = outline.output_operators[:1] == ("Softmax",)
    return CHARACTERS_KEY in dict(outline.metadata) or is_named or (is_of_paddle and is_probable)


def is_matte(outline: NetworkOutline, name: str) -> bool:
    """True for one channel over the picture (U²-Net gives more stages behind it), named for mattes.

    Args:
        outline: of the file.
        name: the file's name.
    """
    shape = outline.outputs[0].shape if outline.outputs else ()
    is_map = len(shape) == 3 or (len(shape) == 4 and "1" in {shape[1], shape[3]})
    return is_map and len(outline.inputs) == 1 and matte_named(name) is not None


def _by_names(outline: NetworkOutline) -> SheetDraft | None:
    """What outputs of well-known names are; None for others."""
    names = {port.name for port in outline.outputs}
    if {"class_queries_logits", "masks_queries_logits"} <= names or "pred_masks" in names:
        return _draft(_SEGMENTATION, "mask-queries")
    if {"cls_8", "obj_8", "bbox_8", "kps_8"} <= names:
        return _draft(_KEYPOINTS, "yunet")
    if names & _VECTORS:
        return _draft(_FEATURES, "features")
    return named_detector(outline)


def takes_luma(outline: NetworkOutline) -> bool:
    """True for a network that makes a larger plane of a plane, as those of luma do.

    Its channel may stand first or last, with sides that are known.
    """
    ports = (*outline.inputs[:1], *outline.outputs[:1])
    if len(outline.inputs) != 1 or len(ports) != 2:
        return False
    before, after = map(lengths, ports)
    if len(before) != 4 or len(after) != 4:
        return False
    for channel, height in ((1, 2), (3, 1)):
        if before[channel] == after[channel] == 1:
            heights = before[height], after[height]
            return None not in heights and (heights[0] or 0) < (heights[1] or 0)
    return False


def _maps(shape: Shape, maker: str, size: tuple[int, int], *, is_depth: bool) -> SheetDraft:
    if _is_enlarged_picture(shape, size):
        return _draft(_IMAGE, "image")
    channels = 1 if len(shape) == 3 or shape[3] == 1 else shape[1]
    if channels is None:
        return SheetDraft()
    if channels > 1:
        return _draft(_SEGMENTATION, "label-map")
    if is_depth or maker not in _PROBABILITIES:
        return _draft(_DEPTH, "depth")
    return _draft(_SEGMENTATION, "matte")


def _is_enlarged_picture(shape: Shape, size: tuple[int, int]) -> bool:
    """Three channels larger than what goes in: maps of classes never are."""
    if len(shape) != 4 or 3 not in {shape[1], shape[3]}:
        return False
    height = shape[2] if shape[1] == 3 else shape[1]
    return height is not None and 0 < size[0] < height


def _draft(task: str, decoder: str, activation: str = "softmax") -> SheetDraft:
    return (
        SheetDraft(task=task, decoder=decoder, activation=activation) if decoder else SheetDraft()
    )
