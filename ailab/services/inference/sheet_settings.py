"""Fields of a sheet as they are typed: `width=320`, `decoder=yolo-rows`, `mean=0.5,0.5,0.5`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from ailab.services.documentation.doc_page import led_to
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.model_sheet import DECODERS_BY_TASK
from ailab.services.inference.sheet_draft import SheetDraft, with_decoder, with_strides
from ailab.services.inference.sheet_json import read_draft
from ailab.services.inference.yolo_anchors import USES_ANCHORS

_ROOT = ("task", "labels", "threshold")
_INPUT = (
    *("width", "height", "layout", "color_order", "invert", "resize", "shortest_edge"),
    *("pad_value", "pad_position", "overlap", "resample", "scale", "mean", "std"),
)
_DECODER = (
    *("name", "activation", "strides", "anchors", "nms_iou", "box_order", "has_background"),
    *("map_threshold", "unclip_ratio"),
)
_PLACES: dict[str, tuple[str, ...]] = {
    **{key: (key,) for key in _ROOT},
    **{key: ("input", key) for key in _INPUT},
    **{key: ("decoder", key) for key in _DECODER},
    "decoder": ("decoder", "name"),
}
_LISTS = frozenset({"mean", "std", "strides", "anchors", "labels"})
_TEXTS = frozenset(
    {"task", "layout", "color_order", "resize", "pad_position", "resample"}
    | {"name", "activation", "box_order"}
)
_MAY_BE_LEFT_OUT = frozenset({*_ROOT, "invert", "resample", "scale", "mean", "std"})
"""What a draft leaves out where it says nothing new; all else is left out where it counts not."""
_FIRST = ("task", "name", "strides", "resize", "color_order")
"""What others depend on."""


def with_settings(draft: SheetDraft, settings: Sequence[str]) -> SheetDraft:
    """A draft with fields that a person has typed.

    Args:
        draft: what counts else.
        settings: `KEY=VALUE` each. The key is a field of a sheet, with or without `input.` and
            `decoder.` before it; the value is as in the sheet, where numbers of a list may stand
            with commas between them, and texts without quotes. `labels` takes names with commas
            between them, or one that ends in `.txt`: a file beside the sheet.

    Raises:
        ModelFileError: no such field, none that counts for what is chosen, or a wrong value.
    """
    typed = dict(map(_parsed, settings))
    if "name" in typed and "task" not in typed:  # a decoder is of one task
        tasks = (task for task, names in DECODERS_BY_TASK.items() if typed["name"] in names)
        typed = {"task": next(tasks, draft.task), **typed}
    elif "task" in typed and "name" not in typed and typed["task"] != draft.task:
        typed["name"] = next(iter(DECODERS_BY_TASK.get(str(typed["task"]), ())), "")
    for key in sorted(typed, key=lambda key: _FIRST.index(key) if key in _FIRST else len(_FIRST)):
        fields = draft.fields()
        _object(fields, key)[key] = typed[key]
        changed, problems = read_draft(fields, "--set", draft)
        # What is wrong elsewhere may be set next.
        for problem in problems:
            if f'{key}"' in problem:
                told = problem.replace("In the sheet --set", "In --set")
                raise ModelFileError(told, f"Correct it; {led_to('sheet')} describes each field.")
        draft = _along(draft, changed, key)
    for key in typed:
        _check_counts(draft, key)
    return draft


def _along(before: SheetDraft, after: SheetDraft, key: str) -> SheetDraft:
    """With what goes along with a field that was set, where that is not the person's own."""
    if key == "name" and before.decoder in USES_ANCHORS:
        return with_decoder(replace(after, decoder=before.decoder), after.decoder)
    if key == "strides":
        return with_strides(replace(after, strides=before.strides), after.strides)
    return after


def _object(fields: dict[str, Any], key: str) -> dict[str, Any]:
    """The object of a sheet that a field lies in."""
    place = _PLACES[key]
    inner: dict[str, Any] = fields if len(place) == 1 else fields[place[0]]
    return inner


def _parsed(setting: str) -> tuple[str, Any]:
    """A field's name, without the object that it lies in, and its value."""
    typed, sign, text = setting.partition("=")
    typed = typed.strip()
    if not sign or not typed:
        raise ModelFileError(
            f"“{setting}” sets nothing.", "Give --set a field and its value: --set width=320."
        )
    key = typed.removeprefix("input.").removeprefix("decoder.")
    place = _PLACES.get(key)
    if place is None or typed not in {key, ".".join(place)}:
        close = get_close_matches(key, _PLACES, n=1)
        meant = f"Did you mean {close[0]}?" if close else f"Fields are {', '.join(_PLACES)}."
        raise ModelFileError(f"A sheet has no field {typed}.", meant)
    return place[-1], _value(place[-1], text.strip())


def _value(key: str, text: str) -> Any:
    if key in _TEXTS:
        return text.strip('"')
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if key == "labels":
        if isinstance(value, list):
            return value
        is_file = text.lower().endswith(".txt") and "," not in text
        return text if is_file else [name.strip() for name in text.split(",")]
    if key in _LISTS and not isinstance(value, list):
        return [_number(part) for part in text.replace(",", " ").split()]
    return text if value is None and text != "null" else value


def _number(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _check_counts(draft: SheetDraft, key: str) -> None:
    place = _PLACES[key]
    if key in _object(draft.fields(), key) or key in _MAY_BE_LEFT_OUT:
        return
    chosen = draft.resize if place[0] == "input" else draft.decoder
    raise ModelFileError(
        f"{'.'.join(place)} counts for nothing with {chosen or 'no decoder'}.",
        f"Leave it out, or choose what it belongs to; {led_to('sheet')} describes each field.",
    )
