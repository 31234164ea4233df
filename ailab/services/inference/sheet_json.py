"""A sheet's text, and a draft of whatever can be read of one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ailab.services.inference.color_order import COLOR_ORDERS, channels_of
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.label_name import label_name
from ailab.services.inference.model_sheet import DECODERS_BY_TASK
from ailab.services.inference.preprocessing import Resample
from ailab.services.inference.sheet_draft import (
    ACTIVATIONS,
    BOX_ORDERS,
    MOST_ANCHOR,
    MOST_STRIDE,
    MOST_UNCLIP,
    SheetDraft,
)
from ailab.services.inference.sheet_field import SheetObject
from ailab.services.inference.sheet_heads import LEAST_ANCHOR
from ailab.services.inference.text_readers import TEXT_LINE
from ailab.services.inference.yolo_anchors import usual_anchors

RESIZES = ("stretch", "shortest-edge", "letterbox", "shrink", "line", "tiles", "none")
RESAMPLES = tuple(each.name.lower() for each in Resample)
MOST_PIXELS = 16_384
_MOST_CHANGES = 20
_T = TypeVar("_T")


def sheet_text(fields: Mapping[str, Any]) -> str:
    """A sheet as it is written: a line per field and per name, numbers side by side."""
    lines = (f"  {json.dumps(key)}: {_value(value)}" for key, value in fields.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def read_draft(
    fields: Mapping[str, object], sheet: str, guess: SheetDraft
) -> tuple[SheetDraft, tuple[str, ...]]:
    """What a sheet says, however wrong it is.

    Args:
        fields: the JSON object.
        sheet: the file's name.
        guess: what counts in place of a field that is wrong, or lacks and has no default.

    Returns:
        The draft, and what is wrong with the fields, a sentence each.
    """
    reading = _Reading()
    root = SheetObject(sheet, "", fields)
    how, decoder = (reading.child(root, name, sheet) for name in ("input", "decoder"))
    take, usual = reading.take, SheetDraft()
    task = take(lambda: root.choice("task", tuple(DECODERS_BY_TASK)), guess.task)
    names = DECODERS_BY_TASK.get(task, ())
    name = take(lambda: decoder.choice("name", names), guess.decoder if task == guess.task else "")
    labels, label_file = take(lambda: _labels(root, name), (guess.labels, guess.label_file))
    order = take(
        lambda: how.choice("color_order", COLOR_ORDERS, usual.color_order), guess.color_order
    )
    count = channels_of(order)
    mean = take(lambda: how.channels("mean", count), _of(count, guess.mean))
    std = take(lambda: how.channels("std", count), _of(count, guess.std))
    strides = take(
        lambda: decoder.integers("strides", 1, MOST_STRIDE, usual.strides), guess.strides
    )
    anchors = usual_anchors(name, len(strides))
    draft = SheetDraft(
        task=task,
        decoder=name,
        width=take(lambda: how.integer("width", 1, MOST_PIXELS), guess.width),
        height=take(lambda: how.integer("height", 1, MOST_PIXELS), guess.height),
        layout=take(lambda: how.choice("layout", ("NCHW", "NHWC"), usual.layout), guess.layout),
        color_order=order,
        is_inverted=take(lambda: how.flag("invert", False), guess.is_inverted),
        resize=take(lambda: how.choice("resize", RESIZES, usual.resize), guess.resize),
        shortest_edge=take(
            lambda: how.integer("shortest_edge", 1, MOST_PIXELS, usual.shortest_edge),
            guess.shortest_edge,
        ),
        pad_value=take(lambda: how.integer("pad_value", 0, 255, usual.pad_value), guess.pad_value),
        pad_position=take(
            lambda: how.choice("pad_position", ("centre", "top-left"), usual.pad_position),
            guess.pad_position,
        ),
        overlap=take(lambda: how.integer("overlap", 0, MOST_PIXELS, usual.overlap), guess.overlap),
        resample=take(lambda: how.choice("resample", RESAMPLES, usual.resample), guess.resample),
        scale=take(lambda: how.number("scale", -1e6, 1e6, usual.scale), guess.scale),
        mean=mean,
        std=std,
        activation=take(
            lambda: decoder.choice("activation", ACTIVATIONS.get(name, ("softmax",)), "softmax"),
            guess.activation,
        ),
        strides=strides,
        anchors=take(
            lambda: decoder.numbers("anchors", LEAST_ANCHOR, MOST_ANCHOR, anchors),
            guess.anchors,
        ),
        nms_iou=take(lambda: decoder.number("nms_iou", 0, 1, usual.nms_iou), guess.nms_iou),
        box_order=take(
            lambda: decoder.choice("box_order", BOX_ORDERS, usual.box_order), guess.box_order
        ),
        has_background=take(lambda: decoder.flag("has_background", False), guess.has_background),
        map_threshold=take(
            lambda: decoder.number("map_threshold", 0, 1, usual.map_threshold),
            guess.map_threshold,
        ),
        unclip_ratio=take(
            lambda: decoder.number("unclip_ratio", 0, MOST_UNCLIP, usual.unclip_ratio),
            guess.unclip_ratio,
        ),
        labels=labels,
        label_file=label_file,
        threshold=take(lambda: _threshold(root), guess.threshold),
    )
    return draft, reading.problems


def changed_fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    """What is different in a new sheet, a line per field: `input.width: 224 → 416`."""
    before, after = _flat(old), _flat(new)
    lines = [
        f"{key}: {_short(before, key)} → {_short(after, key)}"
        for key in dict.fromkeys((*before, *after))
        if before.get(key) != after.get(key)
    ]
    more = len(lines) - _MOST_CHANGES
    return (*lines[:_MOST_CHANGES], f"and {more} more") if more > 0 else tuple(lines)


class _Reading:
    def __init__(self) -> None:
        self._problems: dict[str, None] = {}
        self._missing: list[str] = []

    @property
    def problems(self) -> tuple[str, ...]:
        """What was wrong; of an object that is missing, not each of its fields too."""
        return tuple(p for p in self._problems if not any(m in p for m in self._missing))

    def take(self, take: Callable[[], _T], otherwise: _T) -> _T:
        try:
            return take()
        except ModelFileError as error:
            self._problems[error.message] = None
            return otherwise

    def child(self, root: SheetObject, name: str, sheet: str) -> SheetObject:
        missing = SheetObject(sheet, f"{name}.", {})
        child = self.take(lambda: root.child(name), missing)
        if child is missing:
            self._missing.append(f'"{name}.')
        return child


def _labels(root: SheetObject, decoder: str) -> tuple[tuple[str, ...], str]:
    labels = root.take("labels", [])
    if isinstance(labels, str):
        return (), labels
    if isinstance(labels, list) and all(isinstance(label, str) for label in labels):
        is_of_characters = decoder == TEXT_LINE  # of which a space is one
        return tuple(each if is_of_characters else label_name(each) for each in labels), ""
    raise root.wrong("labels", "a list of names, or the name of a text file beside the sheet")


def _of(count: int, values: tuple[float, ...] | None) -> tuple[float, ...] | None:
    """Numbers for each channel, where they are as many."""
    return values if values is not None and len(values) == count else None


def _threshold(root: SheetObject) -> float | None:
    return None if root.take("threshold", None) is None else root.number("threshold", 0, 1)


def _value(value: object, indent: str = "  ") -> str:
    deeper = indent + "  "
    if isinstance(value, dict):
        lines = (
            f"{deeper}{json.dumps(key)}: {_value(each, deeper)}" for key, each in value.items()
        )
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(each, str) for each in value):
        names = (deeper + json.dumps(each, ensure_ascii=False) for each in value)
        return "[\n" + ",\n".join(names) + f"\n{indent}]"
    return json.dumps(value, ensure_ascii=False)


def _flat(fields: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in fields.items():
        inner = isinstance(value, dict) and value
        flat |= _flat(value, f"{prefix}{key}.") if inner else {f"{prefix}{key}": value}
    return flat


def _short(flat: Mapping[str, Any], key: str) -> str:
    if key not in flat:
        return "(left out)"
    value = flat[key]
    if isinstance(value, list) and len(value) > 4:
        return f"{len(value)} entries, {json.dumps(value[0], ensure_ascii=False)[:40]} …"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:79]}…"
