"""Whether a sheet fits the `.onnx` file that it describes, as far as the graph alone tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from ailab.services.architecture.local_outline import read_local_outline
from ailab.services.architecture.network_outline import GraphPort, NetworkOutline
from ailab.services.documentation.doc_page import led_to
from ailab.services.inference.head_guess import are_heads
from ailab.services.inference.inference_errors import SheetError
from ailab.services.inference.output_shape import Shape, lengths
from ailab.services.inference.paddle_sizes import PADDLE_ROWS, SCALES
from ailab.services.inference.sheet_draft import DETR_SIGMOID, SheetDraft
from ailab.services.inference.sheet_guess import contradiction, fixed_size
from ailab.services.inference.sheet_json import read_draft
from ailab.services.inference.yolo_anchors import V8_HEADS, YOLO_HEADS

_OF_ANY_SIZE = frozenset({"shrink", "line"})
"""What of `resize` makes pictures of other sizes than the sheet's."""
_BEFORE_POINTS, _PER_POINT = 5, 3
"""Numbers of a column of YOLO's poses: box and score, then x, y, score of each point."""
_NAMED: Mapping[str, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        **dict.fromkeys(("detr", DETR_SIGMOID), (("logits", "pred_boxes"), ("dets", "labels"))),
        "mask-queries": (
            ("class_queries_logits", "masks_queries_logits"),
            ("logits", "pred_masks"),
        ),
        "yunet": (("cls_8", "obj_8", "bbox_8", "kps_8"),),
    }
)
"""Decoders that find outputs by their names, and which these are: any of several sets."""
_DETECTION = "object-detection"
_SIZED = (
    f"It is told how the picture was resized ({SCALES}), and gives boxes in the picture's own "
    f"pixels: its decoder is {PADDLE_ROWS}."
)
_UNSIZED = (
    f"Its decoder {PADDLE_ROWS} takes boxes in the picture's own pixels, of a network with the "
    f"input {SCALES}; this one has none."
)
_MOST_SKEW = 2.0
"""How much the sides of a map may be in another proportion than those of what goes in; a table of
boxes, 1 × 3549 × 85, is in quite another."""
_WHOLE = ("INT", "UINT", "BOOL")


def misfit(outline: NetworkOutline, draft: SheetDraft) -> str:
    """Why a network cannot run as its sheet says, in a sentence; empty where nothing is known.

    Shapes of outputs are looked at where the size of the input is fixed: else exporters may have
    noted lengths that hold for another size. Names of outputs hold for any.

    Args:
        outline: of the `.onnx` file.
        draft: what the sheet says.
    """
    is_of_any_size = draft.resize in _OF_ANY_SIZE
    against = "" if is_of_any_size else contradiction(outline, draft)
    if against or not outline.outputs:
        return against
    if (draft.decoder == PADDLE_ROWS) is not _tells_sizes(outline) and draft.task == _DETECTION:
        return _SIZED if _tells_sizes(outline) else _UNSIZED
    if draft.decoder in _NAMED:
        names, sets = {port.name for port in outline.outputs}, _NAMED[draft.decoder]
        expected = ", or ".join(f"{', '.join(each[:-1])} and {each[-1]}" for each in sets)
        is_fit = any(names.issuperset(each) for each in sets)
        return "" if is_fit else _unlike(outline, draft, f"outputs named {expected}")
    shapes = [lengths(port) for port in outline.outputs]
    if is_of_any_size or fixed_size(outline) is None or not all(shapes):  # some are not told
        return ""
    strides = ", ".join(map(str, draft.strides))
    if draft.decoder in YOLO_HEADS:
        is_fit = are_heads(outline.outputs, draft)
        numbers = "64 numbers and classes" if draft.decoder == V8_HEADS else "boxes for each anchor"
        expected = f"a head for each of the strides {strides}, with {numbers} in each cell"
    elif draft.decoder == "yolox":
        rows = _cells(draft)
        is_fit = are_heads(outline.outputs, draft) or any(
            _is_row(shape) and shape[1] in {None, rows} for shape in shapes
        )
        expected = f"{rows:,} rows of at least 6 numbers (strides {strides})"
    elif draft.decoder == "label-map":
        is_fit = any(_is_class_map(port, draft) for port in outline.outputs)
        expected = (
            "scores of each pixel (four dimensions), or its class in whole numbers (or three)"
        )
    elif draft.decoder == "ssd":
        is_fit = len(shapes) > 1 and any(map(_is_corners, shapes))
        expected = "boxes of 4 numbers, and scores in an output of their own"
    elif draft.decoder == "box-rows":
        has_classes = any(len(shape) == 2 for shape in shapes)
        is_fit = any(_is_box(shape, has_classes=has_classes) for shape in shapes)
        expected = (
            "rows of 6 numbers (or of 5, with their classes in an output of their own; or n × 7, "
            "with the number of the picture first)"
        )
    elif draft.decoder in _EXPECTED:
        expected, fits = _EXPECTED[draft.decoder]
        is_map = fits is _is_plane
        is_fit = any(fits(shape) and (not is_map or _lies_over(shape, draft)) for shape in shapes)
    else:
        return ""
    return "" if is_fit else _unlike(outline, draft, expected)


def check_fit(fields: Mapping[str, object], sheet: Path, weights: Path) -> None:
    """Refuse a sheet with which its network cannot run; one that cannot be told about passes.

    Args:
        fields: the sheet, which was checked by itself.
        sheet: its path.
        weights: the `.onnx` file's path.

    Raises:
        SheetError: it does not fit the file.
    """
    try:
        outline = read_local_outline(weights)
    except (OSError, ValueError):
        return  # a damaged file is told of elsewhere
    draft, _ = read_draft(fields, sheet.name, SheetDraft())
    if against := misfit(outline, draft):
        raise SheetError(
            f"The sheet {sheet.name} does not fit {weights.name}. {against}",
            f"Correct the sheet and open the model again; {led_to('sheet')} says what belongs "
            "into it.",
            weights=str(weights),
        )


def _tells_sizes(outline: NetworkOutline) -> bool:
    return any(port.name == SCALES for port in outline.inputs)


def _unlike(outline: NetworkOutline, draft: SheetDraft, expected: str) -> str:
    gives = ", ".join(f"{port.name} {' × '.join(port.shape)}" for port in outline.outputs[:4])
    return f"Its decoder {draft.decoder} takes {expected}; there is {gives}."


def _lies_over(shape: Shape, draft: SheetDraft) -> bool:
    """Whether what has no channel, (1, h, w), may be a map of the picture that goes in."""
    if len(shape) != 3 or shape[1] is None or shape[2] is None:
        return True
    across, along = shape[1] * draft.width, shape[2] * draft.height
    return max(across, along) <= _MOST_SKEW * min(across, along)


def _is_class_map(port: GraphPort, draft: SheetDraft) -> bool:
    shape = lengths(port)
    if len(shape) == 3:
        return port.dtype.upper().startswith(_WHOLE) and _lies_over(shape, draft)
    return len(shape) == 4


def _cells(draft: SheetDraft) -> int:
    return sum((draft.width // each) * (draft.height // each) for each in draft.strides)


def _is_row(shape: Shape) -> bool:
    return len(shape) == 3 and (shape[2] is None or shape[2] >= 6)


def _is_class_row(shape: Shape) -> bool:
    return len(shape) == 3 and (shape[2] is None or shape[2] >= 5)


def _is_column(shape: Shape) -> bool:
    return len(shape) == 3 and (shape[1] is None or shape[1] >= 5)


def _is_box(shape: Shape, *, has_classes: bool) -> bool:
    if len(shape) == 2:
        return shape[1] in {None, 6, 7}
    return len(shape) == 3 and (shape[2] in {None, 6} or (shape[2] == 5 and has_classes))


def _is_paddle_row(shape: Shape) -> bool:
    return len(shape) == 2 and shape[1] in {6, None}


def _is_corners(shape: Shape) -> bool:
    return len(shape) in {2, 3} and shape[-1] in {None, 4}


def _is_pose(shape: Shape) -> bool:
    if len(shape) != 3:
        return False
    return shape[1] is None or (
        shape[1] > _BEFORE_POINTS and (shape[1] - _BEFORE_POINTS) % _PER_POINT == 0
    )


def _is_score(shape: Shape) -> bool:
    return sum(length not in {None, 1} for length in shape) <= 1


def _is_plane(shape: Shape) -> bool:
    return len(shape) == 3 or (len(shape) == 4 and not {1, None}.isdisjoint({shape[1], shape[3]}))


def _is_picture(shape: Shape) -> bool:
    return len(shape) == 4 and not {1, 3, None}.isdisjoint({shape[1], shape[3]})


def _is_vector(shape: Shape) -> bool:
    return len(shape) in {2, 3, 4}


def _is_line(shape: Shape) -> bool:
    return len(shape) == 3


_PLANE = ("one channel of numbers over the picture", _is_plane)
_PICTURE = ("a picture of three channels or one", _is_picture)
_VECTOR = ("a vector, one for each token, or a map of them", _is_vector)
_EXPECTED: Mapping[str, tuple[str, Callable[[Shape], bool]]] = MappingProxyType(
    {
        "class-scores": ("one score per class", _is_score),
        PADDLE_ROWS: ("rows of 6 numbers, n × 6: class, score, box", _is_paddle_row),
        "yolo-rows": ("rows of at least 6 numbers", _is_row),
        "yolo-class-rows": ("rows of at least 5 numbers", _is_class_row),
        "yolo-columns": ("columns of at least 5 numbers", _is_column),
        "yolo-pose-columns": ("columns of 5 numbers and 3 for each point", _is_pose),
        "text-line": ("characters step by step (three dimensions)", _is_line),
        **dict.fromkeys(("matte", "text-map", "depth", "depth-distance", "depth-metres"), _PLANE),
        **dict.fromkeys(("image", "image-255", "image-signed"), _PICTURE),
        **dict.fromkeys(("features", "features-mean"), _VECTOR),
    }
)
"""What a decoder takes, in words, and whether an output of a shape may be that."""
