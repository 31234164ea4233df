"""A picture's result in words."""

from __future__ import annotations

from collections.abc import Sequence

from ailab.services.inference.depth_words import scale_words
from ailab.services.inference.features import Features
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.keypoints import Keypoints
from ailab.services.inference.label_nouns import ANSWER_NOUNS, CLASS_NOUNS
from ailab.services.inference.masks import Masks
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import (
    MOST_CLASSES,
    Classification,
    DepthMap,
    Detections,
    OutputImage,
    Prediction,
    Segmentation,
)
from ailab.services.results.region_pieces import RegionPieces
from ailab.viewmodels.picture_scale import PictureScale
from ailab.viewmodels.piece_counts_state import PieceCountsState
from ailab.viewmodels.prediction_text import counted
from ailab.viewmodels.results_state import ResultsState

_MODEL = "model"
_LONGEST_ASKED = 160
"""Letters of a question that are shown above its answer: some four lines."""

_LABELS_TOLD, _LABELS_LISTED = 4, 40
"""Of a run's totals, in a few lines and where there is more room."""

_LEAST = 0.0005
"""Seconds; what took less would read 0 ms."""


def count_text(state: ResultsState, pieces: PieceCountsState | None = None) -> str:
    """How much is shown, and how much the threshold hides; and its pieces, where they count."""
    result = state.current_result
    if result is None:
        words = "The run failed." if state.has_failed else "Not run yet."
        return words if state.title else ""
    if result.prediction is None:
        return "Nothing was found out about this picture: it failed."
    match result.prediction, state.shown:
        case Classification(whole, question), Classification(shown):
            words = _classes_text(len(shown), len(whole), ANSWER_NOUNS if question else CLASS_NOUNS)
        case Detections(every), Detections(kept):
            words = _counted(len(kept), len(every), "object", "objects")
        case Segmentation() as regions, Segmentation() as left:
            scale = PictureScale.of(result)
            words = _regions_text(regions, left, state.hidden_labels, pieces, scale)
        case DepthMap() as depths, _:
            words = f"{scale_words(depths)}."
        case Keypoints() as all_points, Keypoints() as points:
            words = _points_text(all_points, points)
        case Masks() as masks, Masks() as kept_masks:
            words = _masks_text(len(kept_masks.items), len(masks.items))
        case Features(dimensions=dimensions), _:
            words = f"A vector of {dimensions:,} numbers, near those of pictures that resemble it."
        case GeneratedText() as written, GeneratedText() as read:
            words = _words(written, read)
        case OutputImage(width, height), _:
            words = (
                f"{result.width} × {result.height} pixels became {width} × {height}. "
                "Left of the line the picture itself, right of it what the model made of it."
            )
        case _:
            words = ""
    return words


def totals_text(state: ResultsState, pieces: PieceCountsState) -> str:
    """How many objects or pieces of each label all pictures of a run have; empty for one alone."""
    totals = state.totals or pieces.totals
    if totals is None or totals.pictures + totals.failed + pieces.left < 2:
        return ""
    of_what = ", pieces" if state.totals is None else ""
    words = f"Whole run ({counted(totals.pictures, 'picture', 'pictures')}{of_what}): "
    if not totals.labels:
        words += "nothing reaches the threshold"
    else:
        words += _numbers_text(totals.labels)
        if totals.empty:
            words += f"; nothing in {totals.empty:,} of them"
    if pieces.left and state.totals is None:
        words += f"; {counted(pieces.left, 'picture', 'pictures')} to be counted"
    return f"{words}; {totals.failed:,}\u00a0failed" if totals.failed else words


def totals_list(state: ResultsState, pieces: PieceCountsState) -> str:
    """The same of every label, a line each."""
    totals = state.totals or pieces.totals
    labels = () if totals is None else totals.labels[:_LABELS_LISTED]
    return "\n".join(f"{number:,} × {label}" for label, number in labels)


def question_text(prediction: Prediction | None) -> str:
    """What words or classes answer; empty where nothing was asked."""
    if not isinstance(prediction, GeneratedText | Classification) or not prediction.question:
        return ""
    words = " ".join(prediction.question.split())
    return f"Asked: {words if len(words) <= _LONGEST_ASKED else f'{words[:_LONGEST_ASKED]} …'}"


def label_heading(prediction: Prediction | None) -> str:
    """What stands above the list of labels or classes."""
    match prediction:
        case Classification(question=question):
            return "Answers" if question else "Classes"
        case Segmentation():
            return "Labels and their share of the picture"
        case Keypoints(poses=poses):
            return "Points and how sure" if len(poses) == 1 else "Points and how many"
        case _:
            return "Labels and how many"


def things_name(prediction: Prediction | None) -> str:
    """What the things in the list are called."""
    match prediction:
        case Keypoints():
            return "Poses"
        case Masks():
            return "Masks"
        case GeneratedText(is_of_lines=is_of_lines):
            return "Lines" if is_of_lines else "Places"
        case _:
            return "Objects"


def things_heading(prediction: Prediction | None) -> str:
    """What stands above the list of things, and how they are ordered."""
    is_written = isinstance(prediction, GeneratedText)
    order = "in the text's order" if is_written else "the surest first"
    return f"{things_name(prediction)}, {order}"


def _words(written: GeneratedText, shown: GeneratedText) -> str:
    if written.is_of_lines:
        return _counted(len(shown.places), len(written.places), "line", "lines")
    words = counted(len(written.text.split()), "word", "words")
    if written.places:
        places = counted(len(written.places), "place", "places")
        what = f"{words} and {places}" if written.text else places
        return f"{what}, written by the model, which does not tell how sure it is."
    if not written.text:
        return "No words."
    if written.score is not None:
        return f"{words}, of which the model is {written.score:.0%} sure."
    return f"{words}, written by the model: read them with care."


def timing_text(result: PictureResult) -> str:
    """Where the time went."""
    timings = result.timings
    steps = (
        ("reading", timings.decode),
        ("preparing", timings.preprocess),
        (_MODEL, timings.forward),
        ("evaluating", timings.postprocess),
        ("saving", timings.save),
    )
    if not timings.total:
        return ""
    # The model's part is told, however small: it is what people look for.
    told = ((name, s) for name, s in steps if s >= _LEAST or name == _MODEL)
    parts = [f"{name} {_duration(seconds)}" for name, seconds in told]
    return f"Took {_duration(timings.total)}: {', '.join(parts)}"


def saved_text(result: PictureResult) -> str:
    """How many files were saved."""
    if not result.files:
        return ""
    return f"Saved {counted(len(result.files), 'file', 'files')}"


def saved_threshold_text(state: ResultsState) -> str:
    """Where the files saved hold to another threshold than what is shown; empty where not."""
    shown, saved = (round(each * 100) for each in (state.threshold, state.saved_threshold))
    if not state.folder or not state.has_threshold or shown == saved:
        return ""
    return f"Saved at a threshold of {saved}%: run again to save at {shown}%"


def _classes_text(shown: int, total: int, names: tuple[str, str]) -> str:
    one, many = names
    if total != MOST_CLASSES:
        return _counted(shown, total, one, many)
    if not shown:
        return f"Nothing reaches the threshold: the {total} best {many} are below it."
    if shown == total:
        return f"The {total} best {many}"
    below = total - shown
    are = "is" if below == 1 else "are"
    words = counted(shown, one, many)
    return f"{words}; {below} more of the {total} best {many} {are} below the threshold"


def _regions_text(
    whole: Segmentation,
    shown: Segmentation,
    hidden: frozenset[str],
    pieces: PieceCountsState | None,
    scale: PictureScale,
) -> str:
    words = _counted(len(shown.segments), len(whole.segments), "region", "regions")
    if whole.is_matte:
        if not whole.segments:
            return "The model found no foreground."
        return "The foreground, told from its background." if shown.segments else words
    if shown.segments and whole.labels_pixels_alone:
        one = "It" if len(shown.segments) == 1 else "Each"
        told = "" if pieces is None else _pieces_text(shown, hidden, pieces, scale)
        return f"{words}. {one} is a whole class. {told}".rstrip()
    return words


def _pieces_text(
    shown: Segmentation, hidden: frozenset[str], pieces: PieceCountsState, scale: PictureScale
) -> str:
    """How many pieces the labels that are drawn have: what a person counts in a region."""
    if pieces.shown is None:
        return "Pieces are being counted …"
    found = [
        (each.label, own)
        for each in shown.segments
        if each.label not in hidden and (own := pieces.shown.get(each.index)) is not None
    ]
    if not found:
        return ""
    numbers = [(label, own.number) for label, own in found]
    told = _numbers_text(sorted(numbers, key=lambda each: -each[1]))
    least = f" of {pieces.pieces_from:,} pixels or more" if pieces.pieces_from > 1 else ""
    # A mean of all labels together would be that of no kind of thing.
    area = scale.of_mean(found[0][1]) if len(found) == 1 else ""
    told += f", {area} on average" if area else ""
    more = _more_text(sum((own for _, own in found), RegionPieces()))
    return f"Pieces{least}: {told}{more}. Objects that touch are one piece."


def _more_text(pieces: RegionPieces) -> str:
    """How many pieces may go on beyond the picture, and how many are left out."""
    more = [f"{pieces.at_border:,} at the border"] if pieces.at_border else []
    more += [f"{pieces.left_out:,} smaller left out, hatched"] if pieces.left_out else []
    return f" ({', '.join(more)})" if more else ""


def _numbers_text(labels: Sequence[tuple[str, int]]) -> str:
    # The number stays on the line of its label.
    named = [f"{number:,}\u00a0×\u00a0{label}" for label, number in labels[:_LABELS_TOLD]]
    if (more := len(labels) - len(named)) > 0:
        named.append(counted(more, "more label", "more labels"))
    return ", ".join(named)


def _points_text(whole: Keypoints, shown: Keypoints) -> str:
    if not whole.names:
        total = sum(len(pose.points) for pose in whole.poses)
        kept = sum(len(pose.points) for pose in shown.poses)
        return _counted(kept, total, "point of interest", "points of interest")
    words = _counted(len(shown.poses), len(whole.poses), "pose", "poses")
    if any(pose.box is None for pose in whole.poses):
        return (
            f"{words}. The model finds no people by itself: it looked for one in the whole "
            "picture. Draw a box around each to find several."
        )
    return words


def _masks_text(shown: int, total: int) -> str:
    words = _counted(shown, total, "mask", "masks")
    return f"{words}. Where they overlap, another click selects the next." if shown > 1 else words


def _counted(shown: int, total: int, one: str, many: str) -> str:
    if not total:
        return f"The model found no {many}."
    below = total - shown
    are = "is" if below == 1 else "are"
    if not shown:
        return f"Nothing reaches the threshold: {counted(below, one, many)} {are} below it."
    hidden = f"; {below:,} more {are} below the threshold" if below else ""
    return f"{counted(shown, one, many)}{hidden}"


def _duration(seconds: float) -> str:
    if seconds < _LEAST:
        return "<1 ms"
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"
