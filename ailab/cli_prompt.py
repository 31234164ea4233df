"""What the command line asks of a model beside the pictures."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ailab.services.inference.prompt import MOST_LETTERS
from ailab.services.inference.prompt_kind import PromptKind
from ailab.services.inference.subtask import Subtask
from ailab.services.inference.typed_labels import MOST_LABELS
from ailab.services.problem import Problem

if TYPE_CHECKING:
    from ailab.viewmodels.inference import InferenceViewModel

ASKED = {
    PromptKind.NONE: "",
    PromptKind.LABELS: 'labels to look for: --labels "cat, dog"',
    PromptKind.SHAPES: "points and boxes: --point, --not-point, --box; else everything is found",
    PromptKind.SHAPES_OR_LABELS: (
        'labels to look for: --labels "cat, dog"; or points and boxes: --point, --not-point, '
        "--box; else everything is found"
    ),
    PromptKind.POINTS: "points: --point, --not-point; else everything is found",
    PromptKind.QUESTION: (
        "a question: --question; without one it captions, reads or says what is there"
    ),
    PromptKind.SUBTASK: "a kind of segmentation: --subtask semantic, instance or panoptic",
    PromptKind.READER: (
        "a model that reads the lines found: --read-with MODEL; else they are found alone"
    ),
    PromptKind.BOXES: "boxes around the things: --box; without them the whole picture is one",
}
"""What a kind of prompt is on the command line."""


def add_prompt(run: argparse.ArgumentParser) -> None:
    """Add the options for what a model takes beside the pictures."""
    group = run.add_argument_group(
        "what to look for",
        "`ailab info MODEL` says which of these a model takes. Coordinates are pixels of the "
        "upright picture, from its top left corner.",
    )
    group.add_argument(
        "--labels",
        metavar="TEXT",
        help="labels to look for, separated by commas (zero-shot models and CLIPSeg need some, "
        "SAM 3 takes some)",
    )
    group.add_argument(
        "--question",
        metavar="TEXT",
        help="what a model that writes is asked, in the words that its page names",
    )
    group.add_argument(
        "--subtask",
        choices=[subtask.value for subtask in Subtask],
        help="the kind of segmentation that a network of masks (Mask2Former, OneFormer, EoMT, "
        "DETR) is to give; by default what its name says that it was trained for, else panoptic",
    )
    group.add_argument(
        "--read-with",
        metavar="MODEL",
        help="the model that reads each line of text which MODEL finds, such as PP-OCR's …_rec; "
        "named as MODEL is",
    )
    group.add_argument(
        "--point",
        type=_point,
        metavar="X,Y",
        action="append",
        default=[],
        help="a point on the thing whose mask is wanted; may be given several times",
    )
    group.add_argument(
        "--not-point",
        type=_point,
        metavar="X,Y",
        action="append",
        default=[],
        help="a point that is not on it; may be given several times",
    )
    group.add_argument(
        "--box",
        type=_box,
        metavar="X0,Y0,X1,Y1",
        action="append",
        default=[],
        help="a box around the thing; may be given several times",
    )


def ask(inference: InferenceViewModel, options: argparse.Namespace) -> Problem | None:
    """Hand what was asked to the model that was found; what is wrong with it, else None."""
    kind = inference.state.status.asks_for
    shapes = bool(options.point or options.not_point or options.box)
    points = bool(options.point or options.not_point)
    for is_given, is_taken, words in (
        (options.labels is not None, kind.takes_labels, "labels"),
        (bool(options.question), kind is PromptKind.QUESTION, "a question"),
        (options.subtask is not None, kind is PromptKind.SUBTASK, "a kind of segmentation"),
        (bool(options.read_with), kind is PromptKind.READER, "a model to read lines with"),
        (points, kind.takes_points, "points"),
        (bool(options.box), kind.takes_boxes, "boxes"),
    ):
        if is_given and not is_taken:
            takes = ASKED[kind] or "nothing beside the picture"
            return Problem(f"{options.model} does not take {words}.", f"It takes {takes}.")
    reader = inference.reader.state
    if reader.is_refused:
        return Problem(reader.status.text, f"{reader.status.advice} {reader.status.command}")
    if options.question is not None and len(options.question) > MOST_LETTERS:
        return Problem(
            f"The question has {len(options.question):,} letters, and at most "
            f"{MOST_LETTERS:,} are asked.",
            "Shorten it.",
        )
    prompt, pictures = inference.prompt, inference.state.pictures
    prompt.set_runs_as_shown(is_on=False)  # the command runs once, with everything
    prompt.set_text(options.labels or "")
    prompt.set_question(options.question or "")
    if options.subtask is not None:
        prompt.set_subtask(Subtask(options.subtask))
    if prompt.state.is_missing:
        return Problem(
            f"{options.model} looks for what you name, and nothing is named.",
            'Add --labels, such as --labels "cat, dog".',
        )
    if prompt.state.has_too_many:
        return Problem(f"At most {MOST_LABELS:,} labels are looked for at once.", "Name fewer.")
    if shapes and prompt.state.labels:
        return Problem(
            f"{options.model} takes labels, or points and boxes, and is given both.",
            "Leave out the labels, or the points and boxes.",
        )
    if shapes and len(pictures) > 1:
        return Problem(
            f"Points and boxes belong to one picture, and {len(pictures)} are named.",
            "Name one picture, or leave them out: everything in each picture is found then.",
        )
    for x, y in options.point:
        prompt.add_point(x, y, is_inside=True)
    for x, y in options.not_point:
        prompt.add_point(x, y, is_inside=False)
    for box in options.box:
        prompt.add_box(*box)
    return None


def _point(text: str) -> tuple[float, float]:
    x, y = _numbers(text, ("X", "Y"))
    return x, y


def _box(text: str) -> tuple[float, float, float, float]:
    left, top, right, bottom = _numbers(text, ("X0", "Y0", "X1", "Y1"))
    if left >= right or top >= bottom:
        raise argparse.ArgumentTypeError(
            f"{text} is no box: X0,Y0 is its top left corner, X1,Y1 its bottom right one"
        )
    return left, top, right, bottom


def _numbers(text: str, names: Sequence[str]) -> list[float]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != len(names) or not all(map(math.isfinite, numbers)):
        wanted = ",".join(names)
        raise argparse.ArgumentTypeError(f"{text!r} is not {wanted} in pixels") from None
    return numbers
