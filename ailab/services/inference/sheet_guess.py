"""A sheet's beginning, from what an ONNX graph tells of itself.

Size, layout and the shape of what comes out stand in the file; colours and normalisation do not,
unless an exporter noted them. What is a guess is said to be one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ailab.services.architecture.network_outline import GraphPort, NetworkOutline
from ailab.services.inference.box_sizes import BOX_SIZES
from ailab.services.inference.color_order import BGR, GREY, LUMA, channels_of
from ailab.services.inference.exporter_notes import ExporterNotes, read_exporter_notes
from ailab.services.inference.guess_notes import guess_notes
from ailab.services.inference.matte_models import matte_defaults, matte_named
from ailab.services.inference.normalisation import Scaling, with_scaling
from ailab.services.inference.output_classes import output_classes
from ailab.services.inference.output_guess import (
    guess_output,
    is_matte,
    takes_luma,
)
from ailab.services.inference.paddle_sizes import PADDLE_ROWS, PADDLE_SIZES
from ailab.services.inference.sheet_draft import SheetDraft
from ailab.services.inference.text_readers import TEXT_LINE
from ailab.services.inference.yolo_anchors import YOLO_HEADS
from ailab.services.listed import few

_MASK = "pixel_mask"
_KEYPOINTS = "keypoint-detection"
_USUAL_SIZES = {"object-detection": 640, "keypoint-detection": 640}
_USUAL_SIZE = 224
_TEXT = "text-map"
_LINE_SIZE = (48, 320)
_TEXT_SIDE = 960
_PADDLE_MEAN, _PADDLE_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""ImageNet's, for red, green and blue, but as PaddleOCR gives them to blue, green and red."""
_YOLO_PAD = 114
_SCALED_ALONE = re.compile(r"rt-?_?detr|plus", re.IGNORECASE)
"""What PaddleDetection calls networks that take values from 0 to 1."""
_NORMALISED = re.compile(r"yoloe?|pico|rcnn|ssd|fcos|ttf", re.IGNORECASE)
"""And those that take ImageNet's mean off."""
# Networks trained on plain values, in OpenCV's order, and what their letterbox is filled with.
_PLAIN = {"yolox": _YOLO_PAD, "yunet": 0}
_AXES = 4
_CHANNELS = ("1", "3")
_MOST_CHANNELS = 16
"""More than these, where no other length is known, are a picture's side."""


@dataclass(frozen=True, slots=True)
class SheetGuess:
    """What a file tells.

    Attributes:
        draft: a sheet to begin with; task and decoder are empty where nothing suggests them.
        notes: what was read, what was guessed and what cannot be known, a sentence each.
        obstacle: why no sheet can make the network run; empty where one can.
    """

    draft: SheetDraft
    notes: tuple[str, ...]
    obstacle: str = ""


def guess_sheet(outline: NetworkOutline, name: str = "", *, teller: str = "the file") -> SheetGuess:
    """Begin a sheet for a network.

    Args:
        outline: of the `.onnx` file.
        name: the file's name, which may hint at what it does.
        teller: who told the outline, for the notes.
    """
    said = read_exporter_notes(dict(outline.metadata))
    picture, obstacle = _picture_input(outline)
    if said.other_task:
        obstacle = obstacle or f"it was exported for {said.other_task}, which ailab cannot show."
    layout, size = _layout(picture)
    height, width = size or said.size or (0, 0)
    draft = guess_output(outline, said, (height, width), name)
    if not height:
        height = width = _USUAL_SIZES.get(draft.task, _USUAL_SIZE)
    # What exporters name are classes; keypoints have names of their own.
    labels = () if draft.task == _KEYPOINTS else said.names
    draft = replace(draft, layout=layout, width=width, height=height, labels=labels)
    count = channel_count(outline)
    is_grey = count == 1 or (count is None and said.color_order == GREY)
    draft = replace(draft, color_order=GREY, mean=None, std=None) if is_grey else draft
    draft = _colors(draft, said, picture)
    if draft.decoder == _TEXT:
        draft = _of_paddle(draft, is_free=size is None and said.size is None)
    if draft.decoder == PADDLE_ROWS and not is_grey:
        draft = _of_paddle_detection(draft, name)
    if draft.decoder == TEXT_LINE:
        draft = _of_line(draft, picture, size)
    matte = matte_named(name) if is_matte(outline, name) and said.scaling is None else None
    if matte is not None and not is_grey:
        draft = _of_matte(draft, matte, is_free=size is None and said.size is None)
    if takes_luma(outline):
        draft = replace(draft, color_order=LUMA, resize="tiles", resample="bicubic")
    notes = guess_notes(outline, draft, said, size, teller, is_named=matte is not None)
    return SheetGuess(draft, tuple(notes), obstacle)


def class_count(outline: NetworkOutline, decoder: str) -> int | None:
    """How many classes a network tells apart, by the shape of its output; None if not known."""
    return output_classes(outline.outputs, decoder)


def channel_count(outline: NetworkOutline) -> int | None:
    """How many channels a network takes of a picture; None where its shape does not say it."""
    picture, _ = _picture_input(outline)
    return None if picture is None else _channels(picture.shape)


def fixed_size(outline: NetworkOutline) -> tuple[int, int] | None:
    """Height and width of the pictures that a network takes, where it fixes both."""
    picture, _ = _picture_input(outline)
    return None if picture is None else _layout(picture)[1]


def contradiction(outline: NetworkOutline, draft: SheetDraft) -> str:
    """Where a draft contradicts what the file fixes, in a sentence; empty where it does not."""
    picture, _ = _picture_input(outline)
    if picture is None or len(picture.shape) != _AXES:
        return ""
    layout, size = _layout(picture)
    is_fixed = (picture.shape[1] in _CHANNELS) != (picture.shape[3] in _CHANNELS)
    if draft.layout != layout:
        place = "last (NHWC)" if layout == "NHWC" else "first (NCHW)"
        return f"The network takes colours {place}: correct the layout." if is_fixed else ""
    if size is not None and (draft.height, draft.width) != size:
        return f"The network takes {size[1]} × {size[0]} pixels: correct the size."
    count = channel_count(outline)
    if count not in {None, 1, 3}:
        return f"The network takes {_of_channels(count)}: no sheet can help here."
    if count is not None and count != channels_of(draft.color_order):
        takes = "one channel: choose grey" if count == 1 else "three colours: choose their order"
        return f"The network takes {takes}."
    return ""


def _picture_input(outline: NetworkOutline) -> tuple[GraphPort | None, str]:
    """The input that takes the picture, and what stands in the way."""
    sizes = {_MASK, BOX_SIZES, *PADDLE_SIZES}
    ports = [port for port in outline.inputs if port.name not in sizes]
    picture = next((port for port in ports if port.name == "pixel_values"), None)
    if picture is None and len(ports) == 1:
        picture = ports[0]
    if picture is None:
        names = few(port.name for port in ports) or "none"
        return None, f"it needs more than a picture (its inputs: {names})."
    shape = picture.shape
    if len(shape) != _AXES:
        return picture, f"it takes no single picture: its input has {len(shape)} dimensions, not 4."
    channels = _channels(shape)
    if channels not in {None, 1, 3}:
        return picture, f"it takes {_of_channels(channels)}."
    if shape[0].isdecimal() and int(shape[0]) > 1:
        return picture, f"it takes {shape[0]} pictures at once; ailab gives one at a time."
    return picture, ""


def _of_channels(count: int | None) -> str:
    return f"pictures of {count} channels; ailab gives red, green and blue, or grey as one channel"


def _channels(shape: Sequence[str]) -> int | None:
    """How many channels a shape means; None where it does not say it."""
    if len(shape) != _AXES:
        return None
    first, last = (int(each) if each.isdecimal() else None for each in (shape[1], shape[3]))
    for count in (3, 1):
        if count in {first, last}:
            return count
    if first is not None and last is not None:
        return min(first, last)
    are_sides_free = not shape[2].isdecimal() and (first or last or 0) <= _MOST_CHANNELS
    return first or last if are_sides_free else None


def _layout(picture: GraphPort | None) -> tuple[str, tuple[int, int] | None]:
    """Where the colours stand; height and width where both are fixed."""
    if picture is None or len(picture.shape) != _AXES:
        return "NCHW", None
    shape = picture.shape
    is_last = shape[3] in _CHANNELS and shape[1] not in _CHANNELS
    sides = shape[1:3] if is_last else shape[2:4]
    size = None
    if all(side.isdecimal() for side in sides):
        size = (int(sides[0]), int(sides[1]))
    return ("NHWC" if is_last else "NCHW"), size


def _colors(draft: SheetDraft, said: ExporterNotes, picture: GraphPort | None) -> SheetDraft:
    scaling = said.scaling
    if scaling is None and (
        draft.decoder in _PLAIN or (picture is not None and picture.dtype == "UINT8")
    ):
        scaling = Scaling.BYTE
    if scaling is not None:
        draft = with_scaling(draft, scaling)
    is_grey = draft.color_order == GREY
    if said.color_order and (said.color_order == GREY) == is_grey:
        return replace(draft, color_order=said.color_order)
    if draft.decoder in _PLAIN:
        return replace(
            draft,
            color_order=GREY if is_grey else BGR,
            resize="letterbox",
            pad_value=_PLAIN[draft.decoder],
            pad_position="top-left",
        )
    is_of_yolo = said.is_ultralytics and draft.task in {"object-detection", _KEYPOINTS}
    if is_of_yolo or draft.decoder in YOLO_HEADS:
        return replace(draft, resize="letterbox", pad_value=_YOLO_PAD)
    if draft.task in {"image-classification", "image-feature-extraction"} and not is_grey:
        # The usual margin is that of 256 for a network of 224; Ultralytics leaves none.
        edge = min(draft.width, draft.height)
        edge = edge if said.is_ultralytics else round(edge * 256 / 224)
        return replace(draft, resize="shortest-edge", shortest_edge=edge)
    return draft


def _of_matte(draft: SheetDraft, kind: str, *, is_free: bool) -> SheetDraft:
    """As rembg prepares a picture for a network of that kind."""
    usual = matte_defaults(kind)
    draft = replace(draft, mean=tuple(usual["image_mean"]), std=tuple(usual["image_std"]))
    return replace(draft, **usual["size"]) if is_free else draft


def _of_paddle(draft: SheetDraft, *, is_free: bool) -> SheetDraft:
    """As PaddleOCR prepares a picture for its detectors."""
    if draft.color_order != GREY:
        draft = replace(draft, color_order=BGR, mean=_PADDLE_MEAN, std=_PADDLE_STD)
    if is_free:
        return replace(draft, width=_TEXT_SIDE, height=_TEXT_SIDE, resize="shrink")
    return replace(draft, resize="letterbox", pad_position="top-left")


def _of_paddle_detection(draft: SheetDraft, name: str) -> SheetDraft:
    """As PaddleDetection prepares a picture for most of its networks; newer ones normalise less.

    Each is stretched; `infer_cfg.yml`, which lies beside the network that was exported, says how.
    """
    draft = replace(draft, resample="bicubic")
    if _SCALED_ALONE.search(name) or not _NORMALISED.search(name):
        return draft
    return replace(draft, mean=_PADDLE_MEAN, std=_PADDLE_STD)


def _of_line(
    draft: SheetDraft, picture: GraphPort | None, size: tuple[int, int] | None
) -> SheetDraft:
    """As PaddleOCR prepares a picture of a line; a height is fixed more often than a width."""
    height, width = size or _LINE_SIZE
    if size is None and picture is not None and len(picture.shape) == _AXES:
        fixed = picture.shape[1 if draft.layout == "NHWC" else 2]
        height = int(fixed) if fixed.isdecimal() else height
    color_order = GREY if draft.color_order == GREY else BGR
    halves = (0.5,) * channels_of(color_order)
    return replace(
        draft,
        width=width,
        height=height,
        color_order=color_order,
        resize="line",
        mean=halves,
        std=halves,
        labels=(),
    )
