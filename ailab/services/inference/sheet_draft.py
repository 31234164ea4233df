"""A sheet under way: what a person has chosen so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from ailab.services.inference.yolo_anchors import (
    USES_ANCHORS,
    V5_ANCHORS,
    YOLO_HEADS,
    Anchors,
    usual_anchors,
    whose_anchors,
)

FORMAT = 1
_BILINEAR, _TO_UNIT = "bilinear", 1 / 255

ACTIVATIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"class-scores": ("none", "softmax", "sigmoid"), "label-map": ("none", "softmax")}
)
"""What may make probabilities of scores, by the decoders that ask for it."""

USES_NMS = YOLO_HEADS | frozenset(
    {"yolox", "yolo-rows", "yolo-class-rows", "yolo-columns", "yunet", "yolo-pose-columns", "ssd"}
)
"""Decoders whose boxes overlap."""

DETR_SIGMOID = "detr-sigmoid"
"""The decoder of queries of which each class scores by itself."""

BOX_ORDERS = ("xyxy", "yxyx")
USES_BOX_ORDER = frozenset({"ssd"})
"""Decoders whose boxes and classes come in more than one order."""

USES_TEXT_MAP = frozenset({"text-map"})
"""Decoders of a map of which boxes are made."""

MOST_UNCLIP = 10.0
"""The largest ratio that boxes grow by."""

CUTTING = frozenset({"shortest-edge", "none"})
"""Ways of resizing that leave a part of the picture out."""

USES_STRIDES = YOLO_HEADS | frozenset({"yolox"})
"""Decoders that must know the grids."""

MOST_STRIDE = 1024
"""The largest stride, in pixels."""

MOST_ANCHOR = 16_384
"""The largest side of an anchor, in pixels."""

_MOST_STRIDES = 16
_MOST_ANCHORS = 256


@dataclass(frozen=True, slots=True)
class SheetDraft:
    """All that a sheet can say; `model_sheet.py` describes each field.

    Attributes:
        task: empty before it is chosen.
        decoder: empty before it is chosen.
        width: of the network's input, in pixels.
        height: of the network's input.
        layout: `NCHW` or `NHWC`.
        color_order: one of `color_order.COLOR_ORDERS`.
        is_inverted: a value v of 0 to 255 becomes 255 - v before all else.
        resize: how a picture is brought to that size.
        shortest_edge: counts for `shortest-edge` alone, in pixels.
        pad_value: counts for `letterbox` alone, 0 to 255.
        pad_position: counts for `letterbox` alone.
        overlap: counts for `tiles` alone, in pixels.
        resample: the filter.
        scale: a value v of 0 to 255 becomes (v × scale - mean) / std.
        mean: per channel, in the order that the network receives; None for none.
        std: per channel.
        activation: counts for the decoders of `ACTIVATIONS`.
        strides: count for the decoders of `USES_STRIDES`, in pixels.
        anchors: count for the decoders of `USES_ANCHORS`: widths and heights by turns, in pixels.
        nms_iou: counts for the decoders of `USES_NMS`, 0 to 1.
        box_order: counts for the decoders of `USES_BOX_ORDER`.
        has_background: counts for the same: True where class 0 is no thing.
        map_threshold: counts for the decoders of `USES_TEXT_MAP`, 0 to 1.
        unclip_ratio: counts for the same.
        labels: the classes' names, by index; not used where there is a `label_file`.
        label_file: name of the text file beside the sheet that holds them; empty for none.
        threshold: confidence to begin with, 0 to 1; None for what suits the decoder.
    """

    task: str = ""
    decoder: str = ""
    width: int = 224
    height: int = 224
    layout: str = "NCHW"
    color_order: str = "RGB"
    is_inverted: bool = False
    resize: str = "stretch"
    shortest_edge: int = 256
    pad_value: int = 0
    pad_position: str = "centre"
    overlap: int = 16
    resample: str = _BILINEAR
    scale: float = _TO_UNIT
    mean: tuple[float, ...] | None = None
    std: tuple[float, ...] | None = None
    activation: str = "softmax"
    strides: tuple[int, ...] = (8, 16, 32)
    anchors: Anchors = V5_ANCHORS
    nms_iou: float = 0.45
    box_order: str = "xyxy"
    has_background: bool = False
    map_threshold: float = 0.3
    unclip_ratio: float = 1.5
    labels: tuple[str, ...] = ()
    label_file: str = ""
    threshold: float | None = None

    def fields(self) -> dict[str, Any]:
        """The sheet's JSON object; what counts for nothing here is left out."""
        sheet: dict[str, Any] = {
            "format": FORMAT,
            "task": self.task,
            "input": self._input(),
            "decoder": self._decoder(),
        }
        if self.label_file or self.labels:
            sheet["labels"] = self.label_file or list(self.labels)
        if self.threshold is not None:
            sheet["threshold"] = _plain(self.threshold)
        return sheet

    def _input(self) -> dict[str, Any]:
        how: dict[str, Any] = {
            "width": self.width,
            "height": self.height,
            "layout": self.layout,
            "color_order": self.color_order,
            "resize": self.resize,
        }
        if self.resize == "shortest-edge":
            how["shortest_edge"] = self.shortest_edge
        if self.resize == "letterbox":
            how |= {"pad_value": self.pad_value, "pad_position": self.pad_position}
        if self.resize == "tiles":
            how["overlap"] = self.overlap
        if self.is_inverted:
            how["invert"] = True
        if self.resample != _BILINEAR:
            how["resample"] = self.resample
        if self.scale != _TO_UNIT:
            how["scale"] = _plain(self.scale)
        if self.mean is not None:
            how["mean"] = [_plain(value) for value in self.mean]
        if self.std is not None:
            how["std"] = [_plain(value) for value in self.std]
        return how

    def _decoder(self) -> dict[str, Any]:
        decoder: dict[str, Any] = {"name": self.decoder}
        if self.decoder in ACTIVATIONS:
            decoder["activation"] = self.activation
        if self.decoder in USES_STRIDES:
            decoder["strides"] = list(self.strides)
        if self.decoder in USES_ANCHORS:
            decoder["anchors"] = [_plain(each) for each in self.anchors]
        if self.decoder in USES_NMS:
            decoder["nms_iou"] = _plain(self.nms_iou)
        if self.decoder in USES_BOX_ORDER:
            decoder |= {"box_order": self.box_order, "has_background": self.has_background}
        if self.decoder in USES_TEXT_MAP:
            decoder["map_threshold"] = _plain(self.map_threshold)
            decoder["unclip_ratio"] = _plain(self.unclip_ratio)
        return decoder


def strides_in(text: str) -> tuple[int, ...] | None:
    """Strides as a person types them, in pixels: `8, 16, 32`; None where they are none."""
    parts = text.replace(",", " ").split()
    if not 1 <= len(parts) <= _MOST_STRIDES or not all(map(str.isdecimal, parts)):
        return None
    strides = tuple(map(int, parts))
    return strides if all(1 <= each <= MOST_STRIDE for each in strides) else None


def anchors_in(text: str) -> Anchors | None:
    """Anchors as a person types them, in pixels: `10, 13, 16, 30`; None where they are none."""
    parts = text.replace(",", " ").split()
    try:
        anchors = tuple(map(float, parts))
    except ValueError:
        return None
    is_fit = 2 <= len(anchors) <= _MOST_ANCHORS and len(anchors) % 2 == 0
    return anchors if is_fit and all(0 < each <= MOST_ANCHOR for each in anchors) else None


def numbers_text(numbers: Sequence[float]) -> str:
    """Strides or anchors as a person types them."""
    return ", ".join(str(_plain(each)) for each in numbers)


def with_decoder(draft: SheetDraft, decoder: str) -> SheetDraft:
    """The same with another decoder; anchors that are not the person's own go along with it."""
    is_other = decoder != draft.decoder
    return _anchored(replace(draft, decoder=decoder)) if is_other else draft


def with_strides(draft: SheetDraft, strides: tuple[int, ...]) -> SheetDraft:
    """The same with other strides; anchors that are not the person's own go along with them."""
    is_other = len(strides) != len(draft.strides)
    draft = replace(draft, strides=strides)
    return _anchored(draft) if is_other else draft


def _anchored(draft: SheetDraft) -> SheetDraft:
    if draft.decoder not in USES_ANCHORS or not whose_anchors(draft.anchors):
        return draft
    return replace(draft, anchors=usual_anchors(draft.decoder, len(draft.strides)))


def _plain(number: float) -> float:
    """104 rather than 104.0."""
    return int(number) if float(number).is_integer() else number
