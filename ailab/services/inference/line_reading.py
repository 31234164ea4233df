"""A model that finds lines of text, and another one that reads each of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.prompt_kind import PromptKind
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.inference.text_detectors import TEXT_MAP
from ailab.services.inference.text_readers import SCENE_TEXT, TEXT_LINE
from ailab.services.inference.writing_models import WRITES

PAGE_LINES = "page-lines"
"""The decoder of both together."""

LEAST_SURE = 0.5
"""How surely a line has to be read to be shown, as for PaddleOCR and RapidOCR."""

_READERS = frozenset({TEXT_LINE, SCENE_TEXT, "text"})


def reads_lines(model: RunnableModel) -> bool:
    """True for one that makes words of a picture of a line, without being asked for anything."""
    return model.decoder in _READERS and model.task == WRITES and not model.address


def with_reader(model: RunnableModel, reader: RunnableModel) -> RunnableModel:
    """Both as one model, which makes the text of a whole page.

    Args:
        model: finds lines.
        reader: reads one.

    Raises:
        ModelFileError: one of them does something else, or is on a server.
    """
    for each in (model, reader):
        if each.address:
            raise on_server(each.name)
    if model.decoder != TEXT_MAP:
        raise finds_none(model.name, reader.name)
    if not reads_lines(reader):
        raise reads_none(reader.name)
    notes = [f"{each.name}: {each.note}" for each in (model, reader) if each.note]
    return replace(
        model,
        task=WRITES,
        labels=(),
        default_threshold=LEAST_SURE,
        decoder=PAGE_LINES,
        note=" ".join(notes),
        reader=reader,
    )


def on_server(model: str) -> ModelFileError:
    """One of the two is a model on a server."""
    return ModelFileError(
        f"{model} is on a server, and lines are found and read by models on this computer alone.",
        "Choose a model of the Hub or of this disk.",
    )


def here_alone(place: str) -> ModelFileError:
    """Pictures are to be run elsewhere."""
    return ModelFileError(
        f"Lines are found and read on this computer alone, and not on {place}.",
        "Run the pages on this computer, or choose no model to read with.",
    )


def finds_none(model: str, reader: str) -> ModelFileError:
    """The first of the two is no detector of text."""
    return ModelFileError(
        f"{model} does not find lines of text, so that {reader} has nothing to read.",
        "Choose a model that finds text, such as PP-OCR's detectors, or none to read with.",
    )


def reads_none(reader: str) -> ModelFileError:
    """The second of the two does not read."""
    return ModelFileError(
        f"{reader} does not read a line of text.",
        "Choose a model that does, such as PP-OCR's readers (…_rec), TrOCR or MGP-STR.",
    )


def may_read(kind: PromptKind, task: str) -> bool:
    """False for a model of the Hub of which it is known, before its files are, that it cannot."""
    return task == WRITES and kind is PromptKind.NONE


@contextmanager
def blamed(name: str) -> Iterator[None]:
    """Where one of the two models fails, say which."""
    try:
        yield
    except ModelFileError as error:
        error.message = f"{name}: {error.message}"
        raise
