"""What a person is told of a sheet's beginning: read, guessed, or not to be known."""

from __future__ import annotations

from ailab.services.architecture.network_outline import NetworkOutline
from ailab.services.inference.characters import CHARACTERS_KEY
from ailab.services.inference.color_order import GREY, LUMA
from ailab.services.inference.detector_guess import other_reading, usual_input
from ailab.services.inference.exporter_notes import ExporterNotes
from ailab.services.inference.head_guess import head_notes
from ailab.services.inference.output_classes import output_classes
from ailab.services.inference.sheet_draft import SheetDraft
from ailab.services.inference.text_readers import TEXT_LINE

_KEYPOINTS, _TEXT = "keypoint-detection", "text-map"
_DEPTH = "depth"
_NEARNESS = (
    "Guessed: the larger its numbers, the nearer. Nothing in the file tells: look on a picture "
    "whether near and far are the right way round. Else they are distances (depth-distance)."
)
_PLAIN = {"yolox": "YOLOX", "yunet": "YuNet"}
"""Whose pictures go in as OpenCV reads them, by decoder."""
_WHOSE_ROWS = {
    "yolox": "YOLOX",
    "yolo-rows": "YOLO v5 or v7",
    "yolo-class-rows": "YOLO v8 or v11, turned",
}
"""Whose rows a decoder reads."""


def _text_notes(outline: NetworkOutline, draft: SheetDraft, teller: str) -> list[str]:
    if draft.decoder == _TEXT:
        whose = "colours and values as PaddleOCR's detectors of text take them"
        is_grey = draft.color_order == GREY
        return [f"Guessed: {'values from 0 to 1, with nothing taken off' if is_grey else whose}."]
    has_characters = CHARACTERS_KEY in dict(outline.metadata)
    return [
        f"Read from {teller}: the characters; no names are needed."
        if has_characters
        else "The file names no characters: choose the text file that has them, one a line.",
        "Guessed: values from -1 to 1, as readers of a grey line usually take them."
        if draft.color_order == GREY
        else "Guessed: colours and values as PaddleOCR's readers of a line take them.",
    ]


def _of_either(decoder: str, other: str) -> str:
    """That a row may hold an objectness or not."""
    first, second = (f"{_WHOSE_ROWS[each]} ({each})" for each in (decoder, other))
    return (
        "Whether its rows have an objectness is not told: they may be those of "
        f"{first} or of {second}. Try both on a picture."
    )


def _read(
    draft: SheetDraft, said: ExporterNotes, size: tuple[int, int] | None, *, is_grey: bool
) -> str:
    """What stands in the file."""
    read = ["layout"]
    if size is not None:
        read.append(f"size {draft.width} × {draft.height}")
    if said.task:
        read.append("task")
    if said.names:
        read.append(f"{len(said.names)} names of classes")
    if is_grey:
        read.append("one channel (grey)")
    elif said.color_order:
        read.append("order of colours")
    if said.scaling is not None:
        read.append("range of values")
    return ", ".join(read)


def guess_notes(
    outline: NetworkOutline,
    draft: SheetDraft,
    said: ExporterNotes,
    size: tuple[int, int] | None,
    teller: str,
    *,
    is_named: bool = False,
) -> list[str]:
    """What was read, what was guessed and what cannot be known, a sentence each.

    Args:
        outline: of the network.
        draft: what was made of it.
        said: what its exporter noted.
        size: height and width where the network fixes both.
        teller: who told the outline.
        is_named: True where the file's name tells which network makes its matte.
    """
    is_grey = draft.color_order == GREY
    notes = [f"Read from {teller}: {_read(draft, said, size, is_grey=is_grey)}."]
    if draft.decoder:
        count = output_classes(outline.outputs, draft.decoder)
        things = "points" if draft.task == _KEYPOINTS else "classes"
        counted = f", {count:,} {things}" if count and count > 1 else ""
        notes.append(f"Guessed from the shape of its output: what it finds{counted}.")
        if other := other_reading(outline, draft, said):
            notes.append(_of_either(draft.decoder, other))
        notes += head_notes(outline, draft, said)
        if draft.decoder == _DEPTH:
            notes.append(_NEARNESS)
    else:
        shapes = ", ".join(" × ".join(port.shape) for port in outline.outputs[:4])
        notes.append(f"Its output ({shapes}) is of no usual shape: choose what it finds.")
    if size is None and said.size is None:
        notes.append("Its size is free: the usual one stands below.")
    if said.is_ultralytics:
        colors = "grey" if is_grey else "red, green, blue"
        notes.append(f"Ultralytics exported it: {colors}, from 0 to 1, as its models take.")
        return notes
    if draft.decoder in {_TEXT, TEXT_LINE}:
        return [*notes, *_text_notes(outline, draft, teller)]
    if is_named:
        notes.append(
            "Guessed from its name: values as rembg takes them. Compare them on a picture."
        )
        return notes
    if draft.color_order == LUMA:
        notes.append("Guessed from one channel in and out: luma from 0 to 1, run in pieces.")
        return notes
    if draft.decoder in _PLAIN and not said.color_order and said.scaling is None and not is_grey:
        notes.append(
            f"Guessed: blue, green, red, from 0 to 255, as {_PLAIN[draft.decoder]} takes them. "
            "Compare them on a picture."
        )
        return notes
    usual = usual_input(outline, draft)
    if usual and not said.color_order and said.scaling is None and not is_grey:
        return [*notes, f"Guessed: {usual}. Compare them on a picture."]
    unknown = [
        words
        for words, is_known in (
            ("the order of the colours", bool(said.color_order) or is_grey),
            ("the range of values", said.scaling is not None),
            ("whether it was trained on white on black, as MNIST is", not is_grey),
        )
        if not is_known
    ]
    if unknown:
        notes.append(f"Not told by {teller}: {' and '.join(unknown)}. Compare them on a picture.")
    return notes
