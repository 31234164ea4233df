"""What outputs that look like YOLO's undecoded heads may be, and what is said of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ailab.services.architecture.network_outline import GraphPort, NetworkOutline
from ailab.services.inference.exporter_notes import ExporterNotes
from ailab.services.inference.output_shape import Shape, lengths
from ailab.services.inference.sheet_draft import SheetDraft, numbers_text
from ailab.services.inference.yolo_anchors import (
    PER_CELL,
    USES_ANCHORS,
    V3_HEADS,
    V4_HEADS,
    V5_HEADS,
    V8_HEADS,
    YOLO_HEADS,
    usual_anchors,
    whose_anchors,
)
from ailab.services.inference.yolo_heads import (
    AnchorHeads,
    DistanceHeads,
    Grid,
    anchor_heads,
    distance_heads,
    grid_heads,
)

_DETECTION = "object-detection"
_YOLOX = "yolox"
_COCO = 80
_STRIDES: dict[int, tuple[int, ...]] = {2: (16, 32), 3: (8, 16, 32), 4: (8, 16, 32, 64)}
_BOXES_THEN_CLASSES = "Concat"
"""What makes a head of which boxes and classes come from layers of their own."""
_FEATURES = ("feat", "fpn", "embed", "backbone", "hidden")
_OF_FEATURES = frozenset({"Relu", "LeakyRelu", "BatchNormalization", "MaxPool", "Add"})
"""What no head ends in."""
_NAMED = re.compile(r"yolo[-_ ]?v?(\d+)", re.IGNORECASE)
_AS_V5 = re.compile(r"csp|mish|scaled|ultralytics|v3u|v4-?p\d", re.IGNORECASE)
"""Networks of the older names whose boxes are reckoned as those of v5."""
_GENERATIONS = {V3_HEADS: "YOLO v3", V4_HEADS: "YOLO v4", V5_HEADS: "YOLO v5 and v7"}


def head_draft(
    outline: NetworkOutline, said: ExporterNotes, size: tuple[int, int], name: str
) -> SheetDraft | None:
    """A draft for heads on grids of 8 to 64 pixels a cell; None where there are none.

    Args:
        outline: of the file.
        said: what its exporter noted.
        size: height and width of the input; zeros where they are free.
        name: the file's name.
    """
    if said.task not in {"", _DETECTION} or len(outline.inputs) != 1 or _are_features(outline):
        return None
    shapes = _shapes(outline.outputs)
    anchored, free = anchor_heads(shapes, PER_CELL), distance_heads(shapes)
    whole = grid_heads(shapes)
    if whole is not None and whole.classes == (len(said.names) or _COCO):
        strides = _strides(whole.grids, size)
        draft = SheetDraft(task=_DETECTION, decoder=_YOLOX, strides=strides)
        return draft if strides else None
    if anchored is not None and (free is None or _are_anchored(outline, anchored, free, said)):
        strides = _strides(anchored.grids, size)
        generation = _generation(name)
        is_old = generation in {3, 4} and not said.is_ultralytics and not _AS_V5.search(name)
        decoder = (V3_HEADS if generation == 3 else V4_HEADS) if is_old else V5_HEADS
        is_seventh = generation == 4 or (generation == 7 and "tiny" not in name.lower())
        anchors = usual_anchors(decoder, len(strides), is_seventh=is_seventh)
        draft = SheetDraft(task=_DETECTION, decoder=decoder, strides=strides, anchors=anchors)
        return draft if strides else None
    if free is None or not (strides := _strides(free.grids, size)):
        return None
    if free.boxes == free.scores and _boxes_then_classes(outline) is False:
        return None
    return SheetDraft(task=_DETECTION, decoder=V8_HEADS, strides=strides)


def head_classes(outputs: Sequence[GraphPort], decoder: str) -> int | None:
    """How many classes undecoded heads tell apart; None where their shapes do not say it."""
    shapes = _shapes(outputs)
    found: AnchorHeads | DistanceHeads | None = None
    if decoder in USES_ANCHORS:
        found = anchor_heads(shapes, PER_CELL)
    elif decoder == V8_HEADS:
        found = distance_heads(shapes)
    elif decoder == _YOLOX:
        found = grid_heads(shapes)
    return None if found is None else found.classes


def are_heads(outputs: Sequence[GraphPort], draft: SheetDraft) -> bool:
    """True where outputs may be the heads that a draft says, on its grids."""
    shapes = _shapes(outputs)
    found: AnchorHeads | DistanceHeads | None
    if draft.decoder in USES_ANCHORS:
        found = anchor_heads(shapes, len(draft.anchors) // (2 * len(draft.strides)))
    else:
        found = distance_heads(shapes) if draft.decoder == V8_HEADS else grid_heads(shapes)
    grids = tuple((draft.height // each, draft.width // each) for each in draft.strides)
    return found is not None and found.grids in {grids, ((None, None),) * len(grids)}


def head_notes(outline: NetworkOutline, draft: SheetDraft, said: ExporterNotes) -> list[str]:
    """What is guessed of undecoded heads, a sentence each; nothing for another decoder."""
    if draft.decoder not in YOLO_HEADS:
        return []
    notes = []
    shapes = _shapes(outline.outputs)
    free, anchored = distance_heads(shapes), anchor_heads(shapes, PER_CELL)
    if draft.decoder == V8_HEADS:
        notes.append("Its heads are not decoded: guessed are distances, as YOLO v8 and v11 have.")
    else:
        others = (each for each in _GENERATIONS if each != draft.decoder)
        alike = " and ".join(f"{_GENERATIONS[each]} ({each})" for each in others)
        notes += [
            f"Its heads are not decoded, and nothing in the file says how: guessed are those of "
            f"{_GENERATIONS[draft.decoder]} ({draft.decoder}). Those of {alike} have the same "
            "shape, and their boxes are of other sizes. Try them on a picture.",
            f"Its anchors are not in the file: those of {whose_anchors(draft.anchors)} on COCO "
            f"stand below ({numbers_text(draft.anchors)}). A network that was trained with others "
            "needs its own.",
        ]
    if free is not None and anchored is not None and not said.names:
        is_free = draft.decoder == V8_HEADS
        other = V5_HEADS if is_free else V8_HEADS
        count = anchored.classes if is_free else free.classes
        notes.append(f"They may as well be those of {count:,} classes ({other}).")
    return notes


def _shapes(outputs: Sequence[GraphPort]) -> list[Shape]:
    """Without the batch; of several pictures at once there is no shape that any head has."""
    found = [lengths(port) for port in outputs]
    return [shape[1:] if shape[:1] in {(1,), (None,)} else () for shape in found]


def _are_anchored(
    outline: NetworkOutline, anchored: AnchorHeads, free: DistanceHeads, said: ExporterNotes
) -> bool:
    """Which of the two, where one map a grid may be both."""
    counts = anchored.classes, free.classes
    for count in (len(said.names), _COCO):
        if count in counts and counts[0] != counts[1]:
            return counts[0] == count
    return not _boxes_then_classes(outline)


def _boxes_then_classes(outline: NetworkOutline) -> bool | None:
    """Whether each output is put together of two; None where that is not known."""
    makers = set(outline.output_operators)
    return makers == {_BOXES_THEN_CLASSES} if makers else None


def _are_features(outline: NetworkOutline) -> bool:
    """Maps of features, of which a backbone gives as many channels for each of such grids too."""
    names = " ".join(port.name.lower() for port in outline.outputs)
    return any(word in names for word in _FEATURES) or not _OF_FEATURES.isdisjoint(
        outline.output_operators
    )


def _strides(grids: Sequence[Grid], size: tuple[int, int]) -> tuple[int, ...]:
    """Pixels of a cell of each grid; empty where these are not YOLO's."""
    usual = _STRIDES.get(len(grids), ())
    if all(grid == (None, None) for grid in grids):
        return usual
    expected = tuple((size[0] // each, size[1] // each) for each in usual)
    return usual if tuple(grids) == expected else ()


def _generation(name: str) -> int:
    found = _NAMED.search(name)
    return int(found[1][:2]) if found else 0
